// The voices as cards; one that cannot speak the language is there, too, and says why it cannot be chosen.
const words = props.labels[navigator.language.slice(0, 2)] || props.labels.en;
const cards = element.querySelector('.cards');

function node(tag, className, text) {
  const made = document.createElement(tag);
  made.className = className;
  if (text !== undefined) made.textContent = text;
  return made;
}

function draw() {
  const now = props.value || {voices: [], chosen: null};
  element.querySelector('legend').textContent = words.voice;
  const focused = cards.contains(document.activeElement) ? document.activeElement.value : null;
  cards.replaceChildren(...now.voices.map((voice) => {
    const card = node('label', 'card');
    const input = node('input', '');
    input.type = 'radio';
    input.name = 'studio-voice';
    input.value = voice.key;
    input.checked = voice.key === now.chosen;
    input.disabled = Boolean(voice.refusal);
    card.classList.toggle('refused', Boolean(voice.refusal));
    const text = node('span', 'about');
    text.append(node('span', 'name', voice.name), node('span', 'description', voice.refusal || voice.description));
    card.append(input, text);
    return card;
  }));
  if (focused) for (const input of cards.querySelectorAll('input')) if (input.value === focused) input.focus();
}

cards.addEventListener('change', (event) => trigger('choose', {voice: event.target.value}));

draw();
watch('value', draw);
