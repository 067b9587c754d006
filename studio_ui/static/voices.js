// The voices as cards, each with a sample; one that cannot speak the language is there, too, and says why.
const {words, fill, node, dollars} = site;
const cards = element.querySelector('.cards');
const audio = element.querySelector('audio');
let now = props.value;

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
    made.textContent = fill(words.sample_buy, {cost: dollars(voice.sample.cost_usd)});
    made.setAttribute('aria-label', fill(words.sample_buy_of, {voice: voice.name, cost: dollars(voice.sample.cost_usd)}));
  }
  return made;
}

function draw() {
  const shown = now || {voices: [], chosen: null};
  element.querySelector('legend').textContent = words.voice;
  element.querySelector('.said').textContent = shown.notice ? `${shown.notice.message} ${shown.notice.remedy}` : '';
  const focused = cards.contains(document.activeElement) ? document.activeElement : null;
  const [value, voice] = focused ? [focused.value, focused.dataset.voice] : [];
  cards.replaceChildren(...shown.voices.map((each) => {
    const holder = node('div', 'holder');
    const card = node('label', 'card');
    const input = node('input', '');
    input.type = 'radio';
    input.name = 'studio-voice';
    input.value = each.key;
    input.checked = each.key === shown.chosen;
    input.disabled = Boolean(each.refusal);
    card.classList.toggle('refused', Boolean(each.refusal));
    const text = node('span', 'about');
    text.append(node('span', 'name', each.name), node('span', 'description', each.refusal || each.description));
    card.append(input, text);
    holder.append(card);
    if (each.sample) holder.append(sample(each));
    return holder;
  }));
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

draw();
watch('value', () => { now = props.value; draw(); });
