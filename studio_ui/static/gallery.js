// Every voice: what it is, what it speaks, how it sounds. The language that is shown stands in the address.
const {words, node, fill, dollars} = site;
const find = (selector) => element.querySelector(selector);
const audio = find('audio');
const choice = find('select');
let playing = null;

function rest() {
  if (!playing) return;
  playing.setAttribute('aria-pressed', 'false');
  playing = null;
}

function play(button, url) {
  const again = playing === button;
  audio.pause();
  rest();
  if (again) return;
  playing = button;
  button.setAttribute('aria-pressed', 'true');
  audio.src = url;
  audio.play().catch((fault) => {
    if (fault.name === 'AbortError') return; // another was pressed meanwhile
    rest();
    find('.problem').textContent = words.sample_silent;
  });
}

function sample(voice, each) {
  const button = node('button', 'quiet');
  button.type = 'button';
  const name = node('span', '', each.name);
  name.lang = each.tag;
  if (each.url) {
    button.className = 'quiet hear';
    button.setAttribute('aria-pressed', 'false');
    button.append(name);
    button.setAttribute('aria-label', fill(words.hear, {voice: voice.name, language: each.name}));
    button.addEventListener('click', () => play(button, each.url));
  } else {
    button.className = 'quiet buy';
    button.dataset.needs = 'editor';
    button.append(name, node('span', 'price', dollars(each.cost_usd)));
    button.setAttribute('aria-label', fill(words.buy, {voice: voice.name, language: each.name, cost: dollars(each.cost_usd)}));
    button.addEventListener('click', () => {
      button.disabled = true;
      trigger('buy', {voice: voice.key, locale: each.tag});
    });
  }
  return button;
}

function fact(name, value) {
  const group = node('div');
  group.append(node('dt', '', name), node('dd', '', value));
  return group;
}

function card(voice) {
  const item = node('li', `voice ${voice.state}`);
  const top = node('div', 'top');
  const name = node('h3', '', voice.name);
  name.dir = 'auto';
  top.append(name, node('span', 'state', words[`state_${voice.state}`]));
  item.append(top);
  const about = node('p', 'about', voice.description);
  about.lang = 'en';
  item.append(about);
  if (voice.reason) {
    const reason = node('p', 'reason', site.remedy(voice.reason));
    reason.lang = 'en';
    item.append(reason);
  }
  if (voice.samples.length) {
    const samples = node('div', 'samples');
    samples.setAttribute('role', 'group');
    samples.setAttribute('aria-label', fill(words.samples, {voice: voice.name}));
    samples.append(...voice.samples.filter(here).map((each) => sample(voice, each)));
    item.append(samples);
  }
  const facts = node('dl');
  const names = voice.locales.map((each) => each.name).join(', ');
  facts.append(
    fact(words.speaks, voice.every ? fill(words.speaks_all, {languages: names}) : names),
    fact(words.made_by, `${voice.provider} · ${voice.model}`),
    fact(words.costs, voice.paid ? words.costs_money : words.costs_nothing),
    fact(words.licence, voice.licence || words.licence_none),
    fact(words.asked_as, voice.key),
  );
  item.append(facts);
  return item;
}

const chosen = () => new URLSearchParams(location.search).get('locale') || '';
const here = (each) => !chosen() || each.tag === chosen();

function draw() {
  const now = props.value;
  find('h2').textContent = words.voices_title;
  find('.lead').textContent = words.voices_lead;
  find('.lacks').textContent = words.lacks_samples;
  find('label').textContent = words.show_language;
  if (!now) return;
  audio.pause();
  rest();
  const all = node('option', '', words.all_languages);
  all.value = '';
  choice.replaceChildren(all, ...now.locales.map((locale) => {
    const option = node('option', '', locale.name);
    option.value = locale.tag;
    option.lang = locale.tag;
    return option;
  }));
  choice.value = chosen();
  if (choice.selectedIndex < 0) choice.value = '';
  find('.problem').textContent = now.notice ? site.told(now.notice) : '';
  const shown = now.voices.filter((voice) => !choice.value || voice.locales.some((each) => each.tag === choice.value));
  const able = shown.filter((voice) => voice.state === 'ready');
  find('.count').textContent = fill(words.voices_count, {able: able.length, all: shown.length});
  find('ul').replaceChildren(...able.map(card), ...shown.filter((voice) => voice.state !== 'ready').map(card));
}

choice.addEventListener('change', () => {
  const query = choice.value ? `?locale=${encodeURIComponent(choice.value)}` : '';
  history.pushState(null, '', `${location.pathname}${query}`);
  draw();
});
window.addEventListener('popstate', draw);
document.addEventListener('studio:refused', draw);
audio.addEventListener('ended', rest);
audio.addEventListener('error', () => { if (playing) { rest(); find('.problem').textContent = words.sample_silent; } });

draw();
watch('value', draw);
