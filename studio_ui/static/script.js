// A script beside its source. A line is edited in its place: what it costs stands there before it can be said so.
const {words, fill, node, dollars, number, when, clock} = site;
const find = (selector) => element.querySelector(selector);
const PAUSE = 500; // milliseconds without a key before the price is asked for
let open = null; // what is being edited: passage, line, seen, and the price of which text is known
let timer = 0;

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
      const edit = act('edit', words.review_edit, () => begin({passage: passage.name, line: at, seen: line.said, text: line.said}, row));
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

function draw() {
  const now = props.value;
  const doubts = now ? now.chapters.flatMap((chapter) => chapter.passages).filter((passage) => passage.doubts.length) : [];
  find('.warnings').hidden = !now || !(now.warnings.length + doubts.length);
  find('.heads').hidden = !now || !now.written;
  if (!now) { find('.chapters').replaceChildren(); return; }
  find('.warnings h3').textContent = words.review_warnings;
  find('.warnings ul').replaceChildren(...now.warnings.map((text) => node('li', '', text)), ...doubts.map((passage) => {
    const item = node('li', '', `${passage.doubts.join(' ')} `);
    item.append(act('show', fill(words.review_show, {line: passage.lines[0]?.number}), () => {
      const row = [...element.querySelectorAll('.passage')].find((each) => each.dataset.name === passage.name.join());
      row.tabIndex = -1;
      row.scrollIntoView({block: 'center'});
      row.focus({preventScroll: true});
    }));
    return item;
  }));
  const [left, right] = element.querySelectorAll('.heads span');
  left.textContent = words.review_source;
  right.textContent = words.review_said;
  const kept = open && {...open, text: element.querySelector('.editor textarea')?.value ?? open.text};
  const chapters = now.chapters.filter((chapter) => chapter.passages.length).map((chapter) => {
    const section = node('section', 'chapter');
    const title = node('h3', '', chapter.title);
    title.lang = now.lang;
    title.dir = 'auto';
    section.append(title, ...chapter.passages.map((passage) => {
      const row = node('div', 'passage');
      row.dataset.outcome = passage.outcome;
      row.dataset.name = passage.name.join();
      row.append(source(passage, now.lang), said(passage, now));
      return row;
    }));
    return section;
  });
  find('.chapters').replaceChildren(...(now.written ? chapters : [node('p', 'none', words.review_unwritten)]));
  open = null;
  if (kept && !kept.saved) {
    const row = [...element.querySelectorAll('.passage')].find((each) => each.dataset.name === kept.passage.join());
    const line = row?.querySelectorAll('.line')[kept.line];
    if (line) begin(kept, line);
  } else if (kept && document.activeElement === document.body) {
    const row = [...element.querySelectorAll('.passage')].find((each) => each.dataset.name === kept.passage.join());
    row?.querySelectorAll('.line')[kept.line]?.querySelector('[data-act=edit]')?.focus();
  }
}

function begin(change, row) {
  close();
  open = {...change, priced: null};
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
  if (change.text !== change.seen) changed();

  function changed() {
    save.disabled = true;
    price.textContent = area.value.trim() === change.seen ? '' : words.review_pricing;
    clearTimeout(timer);
    if (area.value.trim() === change.seen) return;
    timer = setTimeout(() => trigger('price', {passage: change.passage, line: change.line, seen: change.seen, text: area.value}), PAUSE);
  }
}

function close() {
  clearTimeout(timer);
  const form = element.querySelector('.editor');
  if (form) {
    const row = form.previousElementSibling;
    row.hidden = false;
    form.remove();
    row.querySelector('[data-act=edit]')?.focus();
  }
  open = null;
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
watch('value', draw);
