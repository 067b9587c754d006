// The invitation of the first page: one button that makes a narration and goes where it is played.
const {words, dollars} = site;
const find = (selector) => element.querySelector(selector);

function draw() {
  const now = props.value;
  const button = find('button');
  if (now && now.go) {
    location.assign(now.go);
    return;
  }
  find('.hero').hidden = !(now && now.visible);
  find('h2').textContent = words.hero_title;
  find('.lead').textContent = words.hero_text;
  button.textContent = words.hero_button;
  button.disabled = false;
  button.hidden = !(now && now.query);
  find('.lacks').textContent = words.lacks_asking;
  find('cite').textContent = (now && now.title) || '';
  find('.what span').textContent = now && now.query ? ` · ${now.locale_name} · ${now.voice_name}` : '';
  find('.note').textContent = now && now.cost_usd ? words.hero_cost.replace('{cost}', dollars(now.cost_usd)) : words.hero_note;
  find('.problem').textContent = now && now.notice ? site.told(now.notice) : '';
}

find('button').addEventListener('click', (event) => {
  event.currentTarget.disabled = true;
  try {
    sessionStorage.setItem('narration:listen', props.value.query); // the player of the next page plays it
  } catch { /* without storage the person presses Play */ }
  trigger('begin');
});

draw();
watch('value', draw);
document.addEventListener('studio:refused', draw);
