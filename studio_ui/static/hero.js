// The invitation of the first page: one button that makes and plays a narration.
const words = props.labels[navigator.language.slice(0, 2)] || props.labels.en;
const find = (selector) => element.querySelector(selector);

function draw() {
  const now = props.value;
  const button = find('button');
  find('.hero').hidden = !(now && now.visible);
  find('h2').textContent = words.hero_title;
  find('.lead').textContent = words.hero_text;
  button.textContent = words.hero_button;
  button.disabled = false;
  button.hidden = !(now && now.query);
  find('cite').textContent = (now && now.title) || '';
  find('.what span').textContent = now && now.query ? ` · ${now.locale_name} · ${now.voice_name}` : '';
  const cost = now && now.cost_usd ? `$${now.cost_usd.toFixed(now.cost_usd < 0.1 ? 4 : 2)}` : '';
  find('.note').textContent = cost ? words.hero_cost.replace('{cost}', cost) : words.hero_note;
  find('.problem').textContent = now && now.notice ? `${now.notice.message} ${now.notice.remedy}` : '';
}

find('button').addEventListener('click', (event) => {
  event.currentTarget.disabled = true;
  window.dispatchEvent(new CustomEvent('studio:listen', {detail: props.value.query}));
  trigger('begin');
});

draw();
watch('value', draw);
