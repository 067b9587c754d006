// How a word is said: candidates that are heard before they are saved, and all entries of the language.
const {words, fill, node} = site;
const find = (selector) => element.querySelector(selector);
const FIELDS = ['written', 'said', 'ipa', 'before', 'after', 'note'];
const audio = new Audio();
let begun = false;

function entry() {
  const found = {cased: find('.cased input').checked, voice: find('.voice select').value};
  for (const field of FIELDS) found[field] = find(`.${field} input`).value;
  return found;
}

function fillIn(each) {
  for (const field of FIELDS) find(`.${field} input`).value = [each[field] || ''].flat().join(' ');
  find('.cased input').checked = Boolean(each.cased);
  find('details').open = Boolean(each.cased || each.before.length || each.after.length || each.note);
  find('.written input').focus();
}

function options(select, entries, value) {
  select.replaceChildren(...entries.map(([key, text]) => {
    const option = node('option', '', text);
    option.value = key;
    option.selected = key === value;
    return option;
  }));
}

function draw() {
  const now = props.value;
  if (!now) return;
  find('#lexicon-title').textContent = words.lexicon_title;
  find('.lacks').textContent = words.lacks_lexicon;
  find('.language span').textContent = words.lexicon_language;
  options(find('.language select'), now.locales.map((each) => [each.tag, each.name]), now.locale);
  find('.problem').textContent = now.notice ? site.told(now.notice) : '';
  find('.saved').textContent = now.saved ? fill(words.lexicon_saved, {word: now.saved}) : '';
  const labels = {written: words.lexicon_written, said: words.lexicon_said, ipa: words.lexicon_ipa, before: words.lexicon_before, after: words.lexicon_after, note: words.lexicon_note, cased: words.lexicon_cased, voice: words.lexicon_voice};
  for (const [field, text] of Object.entries(labels)) find(`.${field} span`).textContent = text;
  const takers = now.voices.filter((each) => each.sounds).map((each) => each.name);
  find('.takers').textContent = takers.length ? fill(words.lexicon_takers, {voices: takers.join(', ')}) : words.lexicon_takers_none;
  find('[data-hear=said]').textContent = words.lexicon_hear_said;
  find('[data-hear=ipa]').textContent = words.lexicon_hear_ipa;
  find('[data-hear=now]').textContent = words.lexicon_hear_now;
  find('summary').textContent = words.lexicon_where;
  find('form .primary').textContent = words.lexicon_save;
  find('[data-act=touch]').textContent = words.lexicon_touch;
  options(find('.voice select'), now.voices.map((each) => [each.key, each.name]), find('.voice select').value || now.voice);
  find('.voice').hidden = now.voices.length < 2;
  for (const button of element.querySelectorAll('[data-hear]')) button.disabled = !now.voices.length;
  if (!begun && now.word) find('.written input').value = now.word;
  begun = true;
  if (now.saved) find('form').reset();
  find('.entries-title').textContent = words.lexicon_entries;
  find('.entries').replaceChildren(...now.entries.map((each) => {
    const item = node('li');
    const change = node('button', 'quiet small', each.written);
    change.type = 'button';
    change.setAttribute('aria-label', fill(words.lexicon_change, {word: each.written}));
    change.dataset.needs = 'editor';
    change.addEventListener('click', () => fillIn(each));
    const said = [each.said, each.ipa && `/${each.ipa}/`].filter(Boolean).join(' · ');
    const plain = node('span', 'word', each.written);
    plain.dataset.lacks = 'editor';
    item.append(change, plain, node('span', 'how', said), node('span', 'about', each.own ? '' : words.lexicon_shipped));
    if (each.own) {
      const off = node('button', 'quiet small', words.lexicon_remove);
      off.type = 'button';
      off.dataset.needs = 'editor';
      off.setAttribute('aria-label', fill(words.lexicon_remove_one, {word: each.written}));
      off.addEventListener('click', () => trigger('remove', {name: each.name}));
      item.append(off);
    }
    return item;
  }));
}

element.addEventListener('click', (event) => {
  const which = event.target.closest('[data-hear]')?.dataset.hear;
  if (which) {
    find('.heard').textContent = words.lexicon_speaking;
    trigger('hear', {...entry(), which});
  }
  if (event.target.closest('[data-act=touch]')) trigger('touch', entry());
});
element.addEventListener('submit', (event) => {
  event.preventDefault();
  trigger('save', entry());
});
element.addEventListener('change', (event) => {
  if (!event.target.closest('.language')) return;
  history.pushState(null, '', `/lexicon?${new URLSearchParams({locale: event.target.value})}`);
  trigger('restore', {});
});
window.addEventListener('popstate', () => trigger('restore', {}));
window.addEventListener('studio:sound', ({detail}) => {
  if (detail.notice) {
    find('.heard').textContent = site.told(detail.notice);
    return;
  }
  find('.heard').textContent = fill(detail.unheard ? words.lexicon_unheard : words.lexicon_heard, {said: detail.said});
  find('.heard').dataset.which = detail.which;
  audio.src = `data:audio/wav;base64,${detail.wav}`;
  audio.play();
});

draw();
watch('value', draw);
