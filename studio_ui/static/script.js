// A script beside its source. A line is edited in its place: what it costs stands there before it can be said so.
const {words, fill, node, dollars, number, when, clock} = site;
const find = (selector) => element.querySelector(selector);
const PAUSE = 500; // milliseconds without a key before the price is asked for
let open = null; // what is being edited: passage, line, what it said when it was begun, and whether it has been saved
let timer = 0;

const shows = new WeakMap(); // a row -> what it shows

const same = (a, b) => a && b && a.line === b.line && a.passage.join() === b.passage.join();

function act(name, text, onclick, quiet = true) {
  const button = node('button', quiet ? 'quiet small' : 'primary small', text);
  button.type = 'button';
  button.dataset.act = name;
  button.addEventListener('click', onclick);
  return button;
}

function source(passage, lang) {
  const cell = node('div', 'source');
  for (const block of passage.source) {
    const text = node('p', '', block.text || words.review_no_words);
    text.lang = lang;
    text.dir = 'auto';
    if (!block.text) text.className = 'none';
    cell.append(text, node('span', 'where', block.lines[0] === block.lines[1]
      ? fill(words.review_line, {line: block.lines[0]})
      : fill(words.review_lines, {first: block.lines[0], last: block.lines[1]})));
  }
  return cell;
}

// What a listener wrote down of a line that was not heard as it is written, and the way to its place.
function heard(passage, now) {
  const note = node('p', `heard ${passage.verdict}`);
  const text = node('q', '', passage.heard || words.heard_nothing);
  if (passage.heard) { text.lang = now.lang; text.dir = 'auto'; }
  const go = node('a', '', fill(words.play_from, {time: clock(passage.start)}));
  go.href = `${now.moment}&at=${passage.start}`;
  note.append(node('strong', '', words[`passage_${passage.verdict}`]), ` · ${words.was_heard}: `, text, ' ', go);
  return note;
}

function said(passage, now) {
  const cell = node('div', 'said');
  if (passage.outcome === 'summarised') cell.append(node('p', 'outcome', fill(words.review_summarised, {why: passage.why})));
  if (passage.outcome === 'left_out') cell.append(node('p', 'outcome', fill(words.review_is_left_out, {why: passage.why})));
  passage.lines.forEach((line, at) => {
    const row = node('div', 'line');
    row.dataset.edited = String(line.edited);
    const text = node('p', '', line.said || words.review_left_out);
    text.lang = now.lang;
    text.dir = 'auto';
    if (!line.said) text.className = 'none';
    row.append(text);
    if (now.can_edit) {
      const edit = act('edit', words.review_edit, () => begin({passage: passage.name, line: at, seen: line.said, text: line.said}));
      edit.setAttribute('aria-label', fill(words.review_edit_line, {line: line.number}));
      row.append(edit);
    }
    if (line.edited && line.written) {
      const was = node('details', 'was');
      const before = node('p', '', line.written);
      before.lang = now.lang;
      before.dir = 'auto';
      was.append(node('summary', '', words.review_was), before);
      row.append(was);
    }
    if (line.heard && line.heard.rate !== null && line.heard.verdict !== 'pass') row.append(heard(line.heard, now));
    cell.append(row);
  });
  if (passage.edit) {
    const note = node('p', 'edit', fill(words.review_edited, {name: passage.edit.by, when: when(passage.edit.at)}));
    if (now.can_edit) note.append(act('release', words.review_release, () => trigger('release', {edit: passage.edit.id})));
    cell.append(note);
    if (passage.edit.source_changed) cell.append(node('p', 'doubt', words.review_source_changed));
  }
  for (const doubt of passage.doubts) cell.append(node('p', 'doubt', doubt));
  return cell;
}

const rowOf = (name) => [...element.querySelectorAll('.passage')].find((each) => each.dataset.name === name.join());
const lineOf = (change) => rowOf(change.passage)?.querySelectorAll('.line')[change.line];
const edited = () => element.querySelector('.editor')?.closest('.passage');

// The row of a passage: the one that is there while it shows the same, or while somebody edits in it.
function rowFor(passage, now, there, editing) {
  const told = JSON.stringify([passage, now.lang, now.can_edit, now.moment]);
  if (there && (shows.get(there) === told || there === editing)) return there;
  const row = node('div', 'passage');
  row.dataset.outcome = passage.outcome;
  row.dataset.name = passage.name.join();
  row.append(source(passage, now.lang), said(passage, now));
  shows.set(row, told);
  if (there) unfold(there, row);
  return row;
}

function unfold(from, to) {
  const opened = [...from.querySelectorAll('details')].map((each) => each.open);
  [...to.querySelectorAll('details')].forEach((each, at) => { each.open = Boolean(opened[at]); });
}

// What has the focus in a row that is drawn anew, so that its like can have it there.
function focused() {
  const row = document.activeElement?.closest('.script .passage');
  if (!row) return null;
  return {name: row.dataset.name, at: [...row.querySelectorAll('a, button, summary')].indexOf(document.activeElement), was: document.activeElement};
}

function refocus(had) {
  if (!had || had.was === document.activeElement) return;
  if (had.was.isConnected) { had.was.focus({preventScroll: true}); return; } // its row was moved
  if (had.at < 0) return;
  const row = [...element.querySelectorAll('.passage')].find((each) => each.dataset.name === had.name);
  row?.querySelectorAll('a, button, summary')[had.at]?.focus({preventScroll: true});
}

// The children of `parent` become `wanted`. Those that stay are not touched: what is typed, marked or has the focus remains.
function settle(parent, wanted) {
  const kept = new Set(wanted);
  for (const child of [...parent.children]) if (!kept.has(child)) child.remove();
  wanted.forEach((child, at) => { if (parent.children[at] !== child) parent.insertBefore(child, parent.children[at] || null); });
}

function chapterFor(chapter, number, rows, lang) {
  const name = `${number} ${chapter.title}`;
  let section = [...element.querySelectorAll('.chapter')].find((each) => each.dataset.name === name);
  if (!section) {
    section = node('section', 'chapter');
    section.dataset.name = name;
    section.append(node('h3', '', chapter.title));
  }
  const title = section.firstElementChild;
  title.lang = lang;
  title.dir = 'auto';
  settle(section, [title, ...rows]);
  return section;
}

function draw() {
  const now = props.value;
  const had = focused();
  answered(now);
  if (!now && edited()) return; // it could not be told just now; whoever writes goes on writing
  const doubts = now ? now.chapters.flatMap((chapter) => chapter.passages).filter((passage) => passage.doubts.length) : [];
  find('.warnings').hidden = !now || !(now.warnings.length + doubts.length);
  find('.heads').hidden = !now || !now.written;
  if (!now) { find('.chapters').replaceChildren(); return; }
  find('.warnings h3').textContent = words.review_warnings;
  site.redraw(find('.warnings ul'), [now.warnings, doubts], () => [...now.warnings.map((text) => node('li', '', text)), ...doubts.map((passage) => {
    const item = node('li', '', `${passage.doubts.join(' ')} `);
    item.append(act('show', fill(words.review_show, {line: passage.lines[0]?.number}), () => {
      const row = rowOf(passage.name);
      row.tabIndex = -1;
      row.scrollIntoView({block: 'center'});
      row.focus({preventScroll: true});
    }));
    return item;
  })]);
  const [left, right] = element.querySelectorAll('.heads span');
  left.textContent = words.review_source;
  right.textContent = words.review_said;
  chapters(now);
  refocus(had);
}

function chapters(now) {
  const editing = edited();
  const home = editing?.closest('.chapter');
  const rows = new Map([...element.querySelectorAll('.passage')].map((row) => [row.dataset.name, row]));
  const place = home ? [...home.children].indexOf(editing) - 1 : 0; // after its title
  const shown = (now.written ? now.chapters : []).filter((chapter) => chapter.passages.length)
    .map((chapter, number) => ({
      chapter, number, rows: chapter.passages.map((passage) => rowFor(passage, now, rows.get(passage.name.join()), editing)),
    }));
  // Nobody's words are taken away while they write them, even if their passage has gone: saving says so.
  if (editing && !shown.some(({rows}) => rows.includes(editing))) {
    const beside = shown.find(({chapter, number}) => `${number} ${chapter.title}` === home.dataset.name) || shown.at(-1);
    if (!beside) return;
    beside.rows.splice(place, 0, editing);
  }
  const sections = shown.map(({chapter, number, rows}) => chapterFor(chapter, number, rows, now.lang));
  settle(find('.chapters'), now.written ? sections : [node('p', 'none', words.review_unwritten)]);
}

// What became of the words that somebody wanted to be said: they are, or why not, and the words are still there.
function answered(now) {
  const form = element.querySelector('.editor');
  if (!form || !open.saved) return;
  if (now && now.saved === true) {
    const was = open;
    shut();
    queueMicrotask(() => { if (document.activeElement === document.body) lineOf(was)?.querySelector('[data-act=edit]')?.focus(); });
  } else if (!now || now.saved === false) {
    again();
    if (now) form.querySelector('.price').textContent = site.told(now.notice);
  }
}

function again() {
  const save = element.querySelector('.editor [data-act=save]');
  if (open) open.saved = false;
  if (save) save.disabled = false;
}
document.addEventListener('studio:refused', again);

function begin(change) {
  close();
  const row = lineOf(change);
  if (!row) return;
  open = {...change};
  const form = node('form', 'editor');
  const label = node('label', '', words.review_new);
  const area = node('textarea');
  area.value = change.text;
  area.rows = Math.min(12, Math.max(3, Math.ceil(change.text.length / 60)));
  area.lang = props.value.lang;
  area.dir = 'auto';
  label.append(area);
  const price = node('p', 'price');
  price.setAttribute('role', 'status');
  const save = act('save', words.review_save, () => {}, false);
  save.type = 'submit';
  save.disabled = true;
  form.append(label, price, save, act('leave', words.review_leave, () => { area.value = ''; changed(); }), act('back', words.review_back, close));
  form.addEventListener('submit', (event) => {
    event.preventDefault();
    if (save.disabled) return;
    save.disabled = true;
    open.saved = true;
    trigger('save', {passage: open.passage, line: open.line, seen: open.seen, text: area.value});
  });
  form.addEventListener('keydown', (event) => {
    if (event.key === 'Escape') close();
    if (event.key === 'Enter' && (event.ctrlKey || event.metaKey)) form.requestSubmit();
  });
  area.addEventListener('input', changed);
  row.hidden = true;
  row.after(form);
  area.focus();

  function changed() {
    save.disabled = true;
    price.textContent = area.value.trim() === change.seen ? '' : words.review_pricing;
    clearTimeout(timer);
    if (area.value.trim() === change.seen) return;
    timer = setTimeout(() => trigger('price', {passage: change.passage, line: change.line, seen: change.seen, text: area.value}), PAUSE);
  }
}

// Take the editor away and show its line again.
function shut() {
  clearTimeout(timer);
  const form = element.querySelector('.editor');
  if (form) {
    form.previousElementSibling.hidden = false;
    form.remove();
  }
  open = null;
}

function close() {
  const was = open;
  shut();
  if (!was) return;
  draw(); // the row may have waited for this to show what it shows now
  lineOf(was)?.querySelector('[data-act=edit]')?.focus();
}

window.addEventListener('studio:price', ({detail}) => {
  const form = element.querySelector('.editor');
  if (!form || !same(open, detail.asked) || form.querySelector('textarea').value !== detail.asked.text) return;
  const price = form.querySelector('.price');
  form.querySelector('[data-act=save]').disabled = Boolean(detail.notice);
  if (detail.notice) {
    price.textContent = site.told(detail.notice);
    return;
  }
  const told = detail.price;
  const parts = [told.segments
    ? fill(words.review_price, {count: number(told.segments), characters: number(told.characters)}) : words.review_nothing_new];
  parts.push(told.cost_usd ? dollars(told.cost_usd) : words.review_free);
  if (told.out_of_date.length) parts.push(fill(words.review_touched, {count: number(told.out_of_date.length)}));
  price.replaceChildren(document.createTextNode(parts.join(' · ')), ...told.doubts.map((doubt) => node('span', 'doubt', doubt)));
});
// A word that is marked in what will be said can be looked at in the lexicon.
document.addEventListener('selectionchange', () => {
  const marked = getSelection();
  const text = marked.toString().trim();
  const within = marked.anchorNode?.parentElement?.closest('.script .line p');
  const offer = find('.lexicon-offer');
  offer.hidden = !text || text.length > 80 || !within || within !== marked.focusNode?.parentElement?.closest('.script .line p');
  if (offer.hidden) return;
  const asked = new URLSearchParams(location.search);
  offer.href = `/lexicon?${new URLSearchParams({locale: props.value.lang, word: text, voice: asked.get('voice') || ''})}`;
  offer.textContent = fill(words.review_lexicon, {word: text});
});
window.addEventListener('studio:release', ({detail}) => trigger('release', {edit: detail}));

draw();
watch('value', () => site.steady(draw));
