// Recent narrations as real links: they open in a new tab like any link, and without a reload when simply pressed.
const {words} = site;
const find = (selector) => element.querySelector(selector);
let shown = props.value;

function clock(seconds) {
  const whole = Math.round(seconds);
  return `${Math.floor(whole / 60)}:${String(whole % 60).padStart(2, '0')}`;
}

function draw() {
  const entries = shown || [];
  find('h2').textContent = words.recent;
  find('.none').textContent = entries.length ? '' : words.recent_none;
  const focused = document.activeElement && element.contains(document.activeElement)
    ? document.activeElement.getAttribute('href') : null;
  find('ul').replaceChildren(...entries.map((entry) => {
    const item = document.createElement('li');
    const link = document.createElement('a');
    link.href = `/narration${entry.query}`;
    const title = document.createElement('span');
    title.className = 'title';
    title.lang = entry.lang;
    title.dir = 'auto';
    title.textContent = entry.title;
    const about = document.createElement('span');
    about.className = 'about';
    about.textContent = [entry.locale_name, entry.voice_name, entry.duration_seconds ? clock(entry.duration_seconds) : '']
      .filter(Boolean).join(' · ');
    link.append(title, about);
    if (entry.phase !== 'ready') {
      const state = document.createElement('span');
      state.className = 'state';
      state.dataset.phase = entry.phase;
      state.textContent = words[`phase_${entry.phase}`];
      link.append(state);
    }
    item.append(link);
    return item;
  }));
  if (focused) for (const link of element.querySelectorAll('a')) if (link.getAttribute('href') === focused) link.focus();
}

element.addEventListener('click', (event) => {
  const link = event.target.closest('a');
  if (!link || event.button || event.metaKey || event.ctrlKey || event.shiftKey || event.altKey) return;
  event.preventDefault();
  history.pushState(null, '', link.getAttribute('href'));
  window.dispatchEvent(new Event('studio:open'));
});

draw();
watch('value', () => { shown = props.value; draw(); });
window.addEventListener('studio:shown', (event) => { shown = event.detail.shelf; draw(); });
