// The library: search, filters and pages, every one of them in the address; and what was found, as real links.
const {words, fill, node, clock, number, when} = site;
const find = (selector) => element.querySelector(selector);
const form = find('form');
const NAMES = ['q', 'type', 'locale', 'voice', 'status', 'order'];
let typing = 0;

// An address of the time when the narrations were at the front page.
if (new URLSearchParams(location.search).has('content')) location.replace(`/narration${location.search}`);

function options(name, choices, chosen) {
  const select = form.elements[name];
  const signature = JSON.stringify(choices);
  if (select.dataset.choices !== signature) {
    select.dataset.choices = signature;
    select.replaceChildren(...choices.map(([value, text]) => new Option(text, value)));
  }
  if (document.activeElement !== select || select.value !== chosen) select.value = chosen;
}

function filters(now) {
  const {place} = now;
  const all = ['', words.any];
  if (document.activeElement !== form.elements.q) form.elements.q.value = place.q;
  options('type', [all, ['article', words.kind_article], ['subject', words.kind_subject]], place.type);
  options('locale', [all, ...now.locales.map((each) => [each.tag, each.name])], place.locale);
  options('voice', [all, ...now.voices.map((each) => [each.key, each.name])], place.voice);
  options('status', [all, ...now.statuses.map(
    (each) => [each.phase, `${words[`phase_${each.phase}`]} (${number(each.count)})`],
  )], place.status);
  options('order', [['', place.q ? words.order_best : words.order_title], ['recent', words.order_recent]], place.order);
}

// Out of its list a link says which text it is about.
function named(link, one) {
  link.setAttribute('aria-label', `${[...link.children].map((each) => each.textContent).join(' ')}: ${one.title}, ${one.name}`);
  return link;
}

function badge(narration, one) {
  const link = node('a', 'narration');
  link.href = narration.url;
  const state = node('span', 'badge', words[`phase_${narration.phase}`]);
  state.dataset.phase = narration.phase;
  if (narration.phase === 'speaking' && narration.total) {
    state.textContent += ` ${fill(words.of, {done: number(narration.done), total: number(narration.total)})}`;
  }
  const about = [narration.voice, narration.duration_seconds ? clock(narration.duration_seconds) : '',
    narration.changed ? when(narration.changed) : ''].filter(Boolean).join(' · ');
  link.append(state, node('span', 'about', about));
  return named(link, one);
}

function text(entry, one) {
  const item = node('li');
  const language = node('span', 'language', one.name);
  language.lang = one.tag;
  const narrations = node('div', 'narrations');
  if (one.title !== entry.title) {
    const title = node('span', 'other-title', one.title);
    title.lang = one.tag;
    title.dir = 'auto';
    narrations.append(title);
  }
  narrations.append(...one.narrations.map((each) => badge(each, one)));
  if (one.not_asked) {
    const link = node('a', 'narration unasked');
    link.href = one.ask;
    const state = node('span', 'badge', words.phase_not_asked);
    state.dataset.phase = 'not_asked';
    link.append(state, node('span', 'about', fill(words.in_voices,
      {count: number(one.not_asked)})));
    narrations.append(named(link, one));
  }
  item.append(language, narrations);
  return item;
}

// Where a text says what was looked for; its words are marked.
function excerpt(one) {
  const made = node('p', 'excerpt');
  made.lang = one.lang;
  made.dir = one.dir;
  let from = 0;
  for (const [first, last] of one.marks) {
    if (first < from) continue;
    made.append(one.text.slice(from, first), node('mark', '', one.text.slice(first, last)));
    from = last;
  }
  made.append(one.text.slice(from));
  return made;
}

function entry(one) {
  const item = node('li', 'entry');
  const head = node('div', 'head');
  const title = node('h3', 'title', one.title);
  title.lang = one.lang;
  title.dir = 'auto';
  head.append(title, node('span', 'kind', words[`kind_${one.kind}`]));
  const texts = node('ul', 'texts');
  texts.append(...one.texts.map((each) => text(one, each)));
  item.append(head);
  if (one.excerpt) item.append(excerpt(one.excerpt));
  item.append(texts);
  return item;
}

function turn(link, address, label) {
  link.textContent = label;
  link.hidden = !address;
  if (address) link.href = address;
}

function draw() {
  const now = props.value;
  find('h2').textContent = words.page_library;
  for (const name of NAMES) form.elements[name].closest('label').querySelector('span').textContent = words[`by_${name}`];
  find('.problem').textContent = now && now.notice ? site.told(now.notice) : '';
  find('.turning').hidden = !(now && now.pages > 1);
  if (!now || now.notice) return;
  filters(now);
  find('.found').textContent = now.total ? fill(words.found,
    {count: number(now.total)}) : now.reading ? '' : Object.values(now.place).some(Boolean) ? words.found_none : words.contents_none;
  const {reading} = now;
  find('.reading').hidden = !reading;
  find('.reading span').textContent = reading ? fill(words.reading, {done: number(reading.done), total: number(reading.total)}) : '';
  const bar = find('.reading progress');
  bar.setAttribute('aria-label', words.reading_label);
  if (reading && reading.total) { bar.max = reading.total; bar.value = reading.done; } else bar.removeAttribute('value');
  const active = document.activeElement;
  const focused = active && element.contains(active) && active.closest('.entries') ? active.getAttribute('href') : null;
  find('.entries').replaceChildren(...now.entries.map(entry));
  if (focused) for (const link of find('.entries').querySelectorAll('a')) if (link.getAttribute('href') === focused) link.focus();
  find('.turning').setAttribute('aria-label', words.turning);
  turn(find('.before'), now.before, words.before);
  turn(find('.after'), now.after, words.after);
  find('.where').textContent = fill(words.page_of, {page: number(now.page), pages: number(now.pages)});
}

function go(address, {replace = false, top = false} = {}) {
  if (replace) history.replaceState(null, '', address);
  else history.pushState(null, '', address);
  if (top) {
    find('h2').tabIndex = -1;
    find('h2').focus({preventScroll: true});
    find('h2').scrollIntoView({block: 'start'});
  }
  trigger('restore');
}

function chosen() {
  const query = new URLSearchParams();
  for (const name of NAMES) if (form.elements[name].value.trim()) query.set(name, form.elements[name].value.trim());
  return query.size ? `/?${query}` : '/';
}

form.addEventListener('submit', (event) => {
  event.preventDefault();
  clearTimeout(typing);
  go(chosen(), {replace: true});
});
form.addEventListener('change', (event) => { if (event.target.name !== 'q') go(chosen()); });
form.elements.q.addEventListener('input', () => {
  clearTimeout(typing);
  // The words while they are typed are one step, and Back undoes it as a whole.
  typing = setTimeout(() => go(chosen(), {replace: new URLSearchParams(location.search).has('q')}), 250);
});
find('.turning').addEventListener('click', (event) => {
  const link = event.target.closest('a');
  if (!link || event.button || event.metaKey || event.ctrlKey || event.shiftKey || event.altKey) return;
  event.preventDefault();
  go(link.getAttribute('href'), {top: true});
});
window.addEventListener('popstate', () => {
  form.elements.q.value = new URLSearchParams(location.search).get('q') || '';
  trigger('restore');
});
// Often while something on the page is being made; a page that nobody sees asks nothing.
let looked = performance.now();
setInterval(() => {
  const due = props.value && props.value.live ? 2000 : 10000;
  if (document.visibilityState !== 'visible' || performance.now() - looked < due) return;
  looked = performance.now();
  trigger('look', {revision: (props.value && props.value.revision) || ''});
}, 500);

draw();
watch('value', draw);
