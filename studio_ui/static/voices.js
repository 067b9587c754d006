// The voices as cards, each with a sample; those that cannot speak the language are folded away, and each says why.
const {words, fill, node, dollars} = site;
const cards = element.querySelector('.cards');
const audio = element.querySelector('audio');
let now = props.value;
const unfolded = new Set(); // the groups of voices that somebody opened
const small = matchMedia('(max-width: 820px)');

function sample(voice) {
  const made = node('button', 'quiet small sample');
  made.type = 'button';
  made.dataset.voice = voice.key;
  if (voice.sample.url) {
    made.dataset.url = voice.sample.url;
    made.textContent = words.sample;
    made.setAttribute('aria-label', fill(words.sample_of, {voice: voice.name}));
  } else {
    made.dataset.buy = 'yes';
    made.dataset.needs = 'editor';
    made.textContent = fill(words.sample_buy, {cost: dollars(voice.sample.cost_usd)});
    made.setAttribute('aria-label', fill(words.sample_buy_of, {voice: voice.name, cost: dollars(voice.sample.cost_usd)}));
  }
  return made;
}

function holder(voice, chosen) {
  const made = node('div', 'holder');
  const card = node('label', 'card');
  const input = node('input', '');
  input.type = 'radio';
  input.name = 'studio-voice';
  input.value = voice.key;
  input.checked = voice.key === chosen;
  input.disabled = Boolean(voice.refusal);
  card.classList.toggle('refused', Boolean(voice.refusal));
  const text = node('span', 'about');
  text.append(node('span', 'name', voice.name), node('span', 'description', voice.refusal ? site.remedy(voice.refusal) : voice.description));
  card.append(input, text);
  made.append(card);
  if (voice.sample) made.append(sample(voice));
  return made;
}

// They would stand between the choice and the narration; on a small screen so would those that can be chosen.
function folded(name, voices, chosen) {
  if (!voices.length) return [];
  const made = node('details', 'others');
  made.open = unfolded.has(name);
  made.addEventListener('toggle', () => { if (made.open) unfolded.add(name); else unfolded.delete(name); });
  made.append(node('summary', '', fill(words[name], {count: voices.length})), ...voices.map((each) => holder(each, chosen)));
  return [made];
}

function draw() {
  const shown = now || {voices: [], chosen: null};
  element.querySelector('legend').textContent = words.voice;
  element.querySelector('.said').textContent = shown.notice ? site.told(shown.notice) : '';
  const focused = cards.contains(document.activeElement) ? document.activeElement : null;
  const [value, voice] = focused ? [focused.value, focused.dataset.voice] : [];
  const offered = shown.voices.filter((each) => !each.refusal || each.key === shown.chosen);
  const others = shown.voices.filter((each) => !offered.includes(each));
  const first = small.matches ? offered.filter((each) => each.key === shown.chosen) : offered;
  const more = small.matches ? [...offered.filter((each) => !first.includes(each)), ...others] : [];
  cards.replaceChildren(
    ...first.map((each) => holder(each, shown.chosen)),
    ...folded('voices_more', more, shown.chosen),
    ...folded('voices_refused', small.matches ? [] : others, ''),
  );
  if (focused) {
    const again = [...cards.querySelectorAll('input, button')].find((each) => (voice ? each.dataset.voice === voice : each.value === value));
    if (again) again.focus();
  }
  playing();
  if (shown.heard) play([...cards.querySelectorAll('.sample')].find((each) => each.dataset.voice === shown.heard));
}

// One sample at a time, and none over a narration.
function playing() {
  for (const each of cards.querySelectorAll('.sample[data-url]')) {
    const on = !audio.paused && audio.getAttribute('src') === each.dataset.url;
    each.setAttribute('aria-pressed', String(on));
    each.textContent = on ? words.sample_stop : words.sample;
  }
}

async function play(pressed) {
  if (!pressed || !pressed.dataset.url) return;
  if (!audio.paused && audio.getAttribute('src') === pressed.dataset.url) {
    audio.pause();
    return;
  }
  window.dispatchEvent(new Event('studio:quiet'));
  element.querySelector('.said').textContent = words.sample_coming;
  audio.src = pressed.dataset.url;
  try {
    await audio.play();
    element.querySelector('.said').textContent = '';
  } catch (error) {
    element.querySelector('.said').textContent = error.name === 'AbortError' ? '' : words.no_sample;
  }
}

cards.addEventListener('change', (event) => trigger('choose', {voice: event.target.value}));
cards.addEventListener('click', (event) => {
  const pressed = event.target.closest('.sample');
  if (!pressed) return;
  if (pressed.dataset.buy) {
    pressed.disabled = true;
    element.querySelector('.said').textContent = words.sample_coming;
    trigger('buy', {voice: pressed.dataset.voice});
  } else play(pressed);
});
for (const kind of ['play', 'pause', 'ended']) audio.addEventListener(kind, playing);
window.addEventListener('studio:playing', () => audio.pause());
small.addEventListener('change', draw);

draw();
watch('value', () => { now = props.value; draw(); });
