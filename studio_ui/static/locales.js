// The languages of a content as native radio buttons, so that arrow keys move among them as everywhere.
const words = props.labels[navigator.language.slice(0, 2)] || props.labels.en;
const chips = element.querySelector('.chips');

function draw() {
  const now = props.value || {locales: [], chosen: null};
  element.querySelector('legend').textContent = words.locale;
  const focused = chips.contains(document.activeElement) ? document.activeElement.value : null;
  chips.replaceChildren(...now.locales.map((locale) => {
    const chip = document.createElement('label');
    const input = document.createElement('input');
    input.type = 'radio';
    input.name = 'studio-locale';
    input.value = locale.tag;
    input.checked = locale.tag === now.chosen;
    const name = document.createElement('span');
    name.lang = locale.tag;
    name.textContent = locale.name;
    chip.append(input, name);
    return chip;
  }));
  if (focused) for (const input of chips.querySelectorAll('input')) if (input.value === focused) input.focus();
}

chips.addEventListener('change', (event) => trigger('choose', {locale: event.target.value}));

draw();
watch('value', draw);
