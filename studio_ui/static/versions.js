// Every version of the narration: listen to one, see what it says otherwise, let it play again for everybody.
const {words, fill, node, clock, when, dollars} = site;
const find = (selector) => element.querySelector(selector);
let now = props.value;
let compared = null; // 'before:after' that stands below the list
let judged = {of: '', marks: {}}; // what listening came to, by version; looked up while the list is open

const about = () => (now && now.rows.length ? JSON.stringify([now.asks, now.rows.map((each) => each.number)]) : '');

function button(act, text, number, label) {
  const made = node('button', 'quiet small', text);
  made.type = 'button';
  made.dataset.act = act;
  made.dataset.number = number;
  made.setAttribute('aria-label', label);
  return made;
}

function row(version) {
  const item = node('li', version.number === now.heard ? 'heard' : '');
  const name = fill(words.version, {number: version.number});
  const facts = node('p', 'about');
  const cost = version.cost_usd ? dollars(version.cost_usd) : words.cost_free;
  facts.append(node('strong', '', name), ` ${[when(version.created_at), clock(version.duration_seconds), cost].join(' · ')}`);
  if (version.number === now.current) facts.append(' ', node('span', 'everybody', words.version_current));
  const mark = judged.of === about() && judged.marks[version.number];
  if (mark) {
    const state = mark.ground === 'unheard' ? 'unheard' : mark.verdict;
    const shown = node('span', 'verdict-mark', words[`verdict_${state}`]);
    shown.dataset.verdict = state;
    facts.append(' ', shown);
  }
  const acts = node('p', 'acts');
  if (version.number !== now.heard) acts.append(button('listen', words.listen, version.number, `${words.listen}: ${name}`));
  if (version.number !== now.current) {
    acts.append(button('compare', words.compare, version.number, `${words.compare}: ${name}`));
    const restore = button('restore', words.restore, version.number, `${words.restore}: ${name}`);
    restore.disabled = now.live;
    restore.dataset.needs = 'editor';
    acts.append(restore);
  }
  item.append(facts, acts);
  return item;
}

function draw() {
  const rows = (now && now.rows) || [];
  find('.versions').hidden = !rows.length;
  find('summary').textContent = fill(words.versions, {count: rows.length});
  const focused = document.activeElement && element.contains(document.activeElement) ? document.activeElement.dataset : null;
  find('.rows').replaceChildren(...rows.map(row));
  if (focused && focused.act) {
    const again = find(`[data-act="${focused.act}"][data-number="${focused.number || ''}"]`);
    if (again) again.focus();
  }
  const other = now && now.heard !== now.current;
  find('.hearing').hidden = !other;
  if (other) {
    find('.versions').open = true;
    find('.hearing span').textContent = fill(words.hearing, {number: now.heard});
    find('.hearing button').textContent = words.hear_current;
  }
  if (!compared || !now || !compared.startsWith(`${now.asks.content}@${now.asks.locale}@${now.asks.voice}:`)) {
    compared = null;
    find('.comparison').hidden = true;
  }
}

async function listened() {
  const of = about();
  if (!of || !find('.versions').open || judged.of === of) return;
  try {
    const answer = await fetch(`/api/v1/hearing/versions?${new URLSearchParams(now.asks)}`);
    if (!answer.ok || about() !== of) return;
    const {verdicts} = await answer.json();
    judged = {of, marks: Object.fromEntries(verdicts.filter((each) => each.verdict).map((each) => [each.version, each]))};
    draw();
  } catch { /* the list says all the rest without it */ }
}

function side(part, version, tag) {
  const line = node(tag, '', part.text);
  line.lang = now.lang;
  line.dir = now.dir;
  const holder = node('p', 'side');
  const name = fill(words.hear_at, {number: version, time: clock(part.start)});
  const hear = node('button', 'quiet small', name);
  hear.type = 'button';
  hear.dataset.act = 'hear';
  hear.dataset.number = version;
  hear.dataset.at = part.start;
  holder.append(line, ' ', hear);
  return holder;
}

async function compare(number) {
  const before = Math.min(number, now.current);
  const after = Math.max(number, now.current);
  const {content, locale, voice} = now.asks;
  const place = find('.comparison');
  find('.comparison h3').textContent = fill(words.compared, {before, after});
  place.hidden = false;
  compared = `${content}@${locale}@${voice}:${before}:${after}`;
  try {
    const query = new URLSearchParams({content, locale, voice, before, after});
    const answer = await fetch(`/api/v1/compare?${query}`);
    const data = await answer.json();
    if (!answer.ok) throw new Error(data.error.message);
    const different = data.changes.filter((change) => change.kind !== 'same');
    find('.comparison .same').textContent = different.length ? fill(words.differences, {count: different.length}) : words.no_difference;
    find('.comparison ol').replaceChildren(...different.map((change) => {
      const item = node('li', change.kind);
      item.append(node('span', 'kind', words[`change_${change.kind}`]));
      if (change.before) item.append(side(change.before, before, 'del'));
      if (change.after) item.append(side(change.after, after, 'ins'));
      return item;
    }));
  } catch (error) {
    find('.comparison .same').textContent = error.message || words.no_comparison;
    find('.comparison ol').replaceChildren();
  }
  place.focus();
}

element.addEventListener('click', (event) => {
  const pressed = event.target.closest('[data-act]');
  if (!pressed) return;
  const number = Number(pressed.dataset.number);
  if (pressed.dataset.act === 'compare') compare(number);
  else if (pressed.dataset.act === 'restore') trigger('restore', {number});
  else if (pressed.dataset.act === 'current') trigger('listen', {number: now.current});
  else if (pressed.dataset.act === 'listen') trigger('listen', {number});
  else if (pressed.dataset.act === 'hear') {
    window.dispatchEvent(new CustomEvent('studio:hear', {detail: {version: number, at: Number(pressed.dataset.at)}}));
    if (number !== now.heard) trigger('listen', {number});
  }
});

find('.versions').addEventListener('toggle', (event) => {
  if (event.target.open) { judged.of = ''; listened(); } // somebody may have listened meanwhile
});

draw();
watch('value', () => { now = props.value; draw(); listened(); });
window.addEventListener('studio:shown', (event) => { now = event.detail.versions; draw(); listened(); });
