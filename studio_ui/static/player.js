// The player: a native audio element under our own controls, and the transcript that follows it.
// Everything that is not ours to write goes in through textContent; nothing of it ever becomes markup.
const {words, fill, lasts} = site;
const find = (selector) => element.querySelector(selector);
const section = find('.player');
const audio = find('audio');
const seek = find('.seek');
const sheet = find('.transcript');
const SPEEDS = [0.5, 0.75, 1, 1.25, 1.5, 1.75, 2];
const SILENCE = 'data:audio/wav;base64,UklGRiQAAABXQVZFZm10IBAAAAABAAEAQB8AAIA+AAACABAAZGF0YQAAAAA=';
const INTENT = 'narration:listen';

let now = props.value;
let loaded = null; // what plays now; with `early`, its stretches one after another while the rest is being made
let waiting = null; // a newer version of it
let units = []; // words, or sentences where there are no words: {start, end, sentence, from, to} with their place in its text
let sentences = []; // {start, end, node, text, first}; `first` is the number of its first unit
// The word that is heard, and the one under the pointer. They are painted, and no elements: one for every word of an
// hour takes the browser more than the hour's sound does. A browser that cannot paint them shows the sentence alone.
const heard = painted('heard');
const pointed = painted('pointed');
let chapters = [];
let active = -1;
let activeSentence = -1;
let following = true;
let fetched = 0;
let dragging = false;
let saved = 0;
let timed = 0;
let wanted = asked(); // {version, at}: where to begin as soon as that version is there

function painted(kind) {
  const range = document.createRange();
  if (window.Highlight) CSS.highlights.set(kind, new Highlight(range));
  return range;
}

function name(act, text) {
  const button = find(`[data-act=${act}]`);
  button.setAttribute('aria-label', text);
  button.title = text;
}

// A link may lead to a moment of a version: `&version=2&at=83.5`.
function asked() {
  const named = new URLSearchParams(location.search);
  const at = Number(named.get('at'));
  return named.has('at') && at >= 0 ? {version: Number(named.get('version')), at} : null;
}

function clock(seconds) {
  const whole = Math.max(0, Math.floor(seconds || 0));
  const parts = [Math.floor(whole / 3600), Math.floor(whole / 60) % 60, whole % 60];
  return (parts[0] ? parts : parts.slice(1)).map((n, i) => (i ? String(n).padStart(2, '0') : n)).join(':');
}

// --- What is remembered for each narration, in this browser -------------------------------------------------------

function memory() {
  try {
    return JSON.parse(localStorage.getItem(`narration:${loaded.key}`)) || {};
  } catch {
    return {}; // no storage here, or not ours: start from the beginning
  }
}

function remember() {
  if (!loaded || !loaded.started || loaded.early || loaded.guest) return;
  saved = performance.now();
  const position = audio.ended ? 0 : audio.currentTime;
  try {
    localStorage.setItem(`narration:${loaded.key}`, JSON.stringify({
      version: loaded.version, position, speed: audio.playbackRate,
    }));
  } catch { /* private mode: it plays all the same, and forgets */ }
}

function intent() {
  try {
    return sessionStorage.getItem(INTENT);
  } catch {
    return null;
  }
}

function setIntent(query) {
  try {
    if (query) sessionStorage.setItem(INTENT, query);
    else sessionStorage.removeItem(INTENT);
  } catch { /* without storage the person presses Play */ }
}

// --- Playing -------------------------------------------------------------------------------------------------------

function state(now) {
  section.dataset.state = now;
  name('play', now === 'playing' ? words.pause : words.play);
}

async function play() {
  if (loaded && loaded.lost) { // it is heard as soon as it can be had
    loaded.lost.play = true;
    state('awaiting');
    return;
  }
  try {
    await audio.play();
    find('.message').textContent = '';
    // Who pressed the invitation by keyboard stands at the key that stops what began.
    if (intent() && document.activeElement === document.body) find('[data-act=play]').focus({preventScroll: true});
    setIntent(null);
  } catch (error) {
    if (error.name === 'NotAllowedError') {
      find('.message').textContent = words.press_play;
      find('[data-act=play]').focus();
    }
  }
}

function toggle() {
  if (audio.paused) play();
  else audio.pause();
}

function length() {
  return Number.isFinite(audio.duration) && audio.duration > 0 ? audio.duration : (loaded && loaded.duration) || 0;
}

function goTo(seconds, andPlay) {
  audio.currentTime = Math.min(Math.max(0, seconds), Math.max(0, length() - 0.05));
  if (loaded) loaded.started = true;
  following = true;
  follow();
  paint();
  if (andPlay) play();
}

function speed(rate) {
  audio.playbackRate = rate;
  audio.defaultPlaybackRate = rate;
  find('select').value = String(rate);
}

// `from` says where to go on when this takes the place of something that was heard: {section, offset, play}.
function load(now, from) {
  remember();
  // An older version is a guest: the place that is remembered is that of the current one.
  loaded = {...now, started: false, guest: Boolean(now.guest)};
  waiting = null;
  find('.newer').hidden = true;
  find('.message').textContent = '';
  section.hidden = false;
  state('loading');
  audio.src = now.audio;
  const kept = memory();
  speed(SPEEDS.includes(kept.speed) ? kept.speed : 1);
  const position = kept.version === now.version && kept.position < now.duration - Math.min(2, now.duration / 10) ? kept.position : 0;
  if (position > 0) audio.currentTime = position; // before the metadata this is the position it starts from
  downloads(now);
  find('.extras').hidden = false;
  captions();
  transcript(now.transcript, from);
  paint();
  if (from) return;
  if (wanted && wanted.version === now.version) {
    const {at} = wanted;
    wanted = null;
    goTo(at, true);
  } else if (intent() === now.query) play();
}

// --- Hearing what is spoken while the rest is not --------------------------------------------------------------------
// It comes in stretches: some takes each, of one section, the first of them as short as can be.

function loadEarly(now) {
  remember();
  loaded = {...now, started: false};
  waiting = null;
  find('.newer').hidden = true;
  section.hidden = false;
  find('.extras').hidden = true;
  speed(1);
  captions();
  loadStretch(0, intent() === now.query);
}

function loadStretch(index, andPlay) {
  const part = loaded.early[index];
  loaded.before = index && part.number === loaded.section ? stretchEnd() : 0; // seconds of its section heard before it
  loaded.stretch = index;
  loaded.lost = null;
  loaded.section = part.number;
  loaded.duration = 0;
  state('loading');
  audio.src = part.audio;
  transcript(part.transcript);
  sayEarly();
  paint();
  prepareNext();
  if (andPlay) play();
}

// Sound is made when it is asked for: the next stretch is asked for while this one is heard.
function prepareNext() {
  const next = loaded.early[loaded.stretch + 1];
  if (!next || loaded.prepared === next.audio) return;
  loaded.prepared = next.audio;
  fetch(next.audio).catch(() => {}); // it will be asked for again when it is to be heard
}

function stretchAt(seconds) {
  return loaded.before + Math.max(0, seconds - (chapters.length ? chapters[0].start : 0));
}

// What is silent at its beginning was taken from the pause before it.
function stretchEnd() {
  return loaded.before + length();
}

function sayEarly() {
  const total = Math.max(loaded.sections_total, loaded.section + 1);
  find('.message').textContent = fill(section.dataset.state === 'awaiting' ? words.early_waiting : words.early, {
    number: loaded.section + 1, total,
  });
}

// The stretch that was heard has come to its end: the next one, the whole, or a wait for whichever comes first.
function nextStretch() {
  const next = loaded.early[loaded.stretch + 1];
  if (waiting) handOver(loaded.section, loaded.lost ? loaded.before : stretchEnd(), !loaded.lost || loaded.lost.play);
  else if (loaded.lost) loadStretch(loaded.stretch, loaded.lost.play);
  else if (next) loadStretch(loaded.stretch + 1, true);
  else {
    state('awaiting');
    sayEarly();
  }
}

// A stretch that could not be had: the next look at the narration brings it again, or the whole in its place.
function loseStretch() {
  loaded.lost = {play: !audio.paused};
  if (waiting) nextStretch();
  else {
    state('awaiting');
    sayEarly();
  }
}

function handOver(number, offset, andPlay) {
  const whole = waiting;
  find('.message').textContent = '';
  load(whole, {section: number, offset, play: andPlay});
}

function drawEarly(now) {
  if (!loaded || loaded.key !== now.key || !loaded.early) {
    loadEarly(now);
    return;
  }
  Object.assign(loaded, {early: now.early, sections_total: now.sections_total});
  prepareNext();
  if (section.dataset.state === 'awaiting') nextStretch();
  else sayEarly();
}

function drawWhole(now) {
  waiting = now;
  if (section.dataset.state === 'awaiting') nextStretch();
  else if (audio.paused && !audio.ended) {
    handOver(loaded.section, stretchAt(audio.currentTime), intent() === now.query);
  } // else it goes on with the whole where the stretch ends: nobody is cut off
}

function unload() {
  remember();
  loaded = null;
  waiting = null;
  fetched += 1;
  audio.pause();
  audio.removeAttribute('src');
  audio.load();
  section.hidden = true;
  state('empty');
}

function draw() {
  if (now && now.early) {
    drawEarly(now);
  } else if (!now || !now.audio) {
    if (loaded) unload();
  } else if (loaded && loaded.early && loaded.key === now.key) {
    drawWhole(now);
  } else if (loaded && loaded.key === now.key && wanted && wanted.version === now.version) {
    load(now);
  } else if (loaded && loaded.key === now.key && loaded.version !== now.version && (now.guest || loaded.guest)) {
    load(now); // it was chosen from the versions
  } else if (!loaded || loaded.key !== now.key) {
    load(now);
  } else if (loaded.version !== now.version) {
    // Nobody is cut off in the middle of a sentence because something better is there.
    if (audio.paused && audio.currentTime === 0) load(now);
    else if (intent() === now.query && audio.paused) load(now);
    else {
      waiting = now;
      find('.newer').hidden = false;
    }
  }
}

// --- The transcript ------------------------------------------------------------------------------------------------

function spanOf(text, className) {
  const span = document.createElement('span');
  span.className = className;
  if (text !== undefined) span.textContent = text;
  return span;
}

function drawSentence(sentence, parent) {
  const node = spanOf(undefined, 'sentence');
  const index = sentences.length;
  node.dataset.sentence = index;
  node.tabIndex = -1;
  sentences.push({start: sentence.start, end: sentence.end, node, text: sentence.text, first: units.length});
  let at = 0;
  for (const [text, start, end] of sentence.words || []) {
    const found = sentence.text.indexOf(text, at);
    if (found < 0) continue;
    at = found + text.length;
    units.push({start, end, sentence: index, from: found, to: at});
  }
  // Without word timings the sentence itself is what lights up.
  if (at === 0) units.push({start: sentence.start, end: sentence.end, sentence: index, from: 0, to: sentence.text.length});
  node.textContent = sentence.text;
  parent.append(node, ' ');
}

function mark(range, unit) {
  if (!unit) {
    range.setStart(sheet, 0);
    range.collapse(true);
    return;
  }
  const text = sentences[unit.sentence].node.firstChild;
  range.setStart(text, unit.from);
  range.setEnd(text, unit.to);
}

// The unit at a place of the screen: of the sentence there, the word that is nearest.
function unitAt({target, clientX, clientY}) {
  const node = target.closest('.sentence');
  if (!node) return undefined;
  const caret = document.caretPositionFromPoint
    ? document.caretPositionFromPoint(clientX, clientY) : document.caretRangeFromPoint(clientX, clientY);
  const offset = caret && (caret.offsetNode || caret.startContainer) === node.firstChild
    ? (caret.offset ?? caret.startOffset) : 0;
  const {first} = sentences[node.dataset.sentence];
  let number = first;
  while (units[number + 1]?.sentence === units[first].sentence && units[number + 1].from <= offset) number += 1;
  return units[number];
}

function forget() {
  units = [];
  sentences = [];
  mark(heard);
  mark(pointed);
  active = -1;
  activeSentence = -1;
}

function drawTranscript(data) {
  forget();
  following = true;
  sheet.lang = data.locale || '';
  sheet.dir = data.dir || 'auto';
  const page = document.createDocumentFragment();
  let block = null;
  let node = null;
  for (const paragraph of data.paragraphs) {
    if (!node || paragraph.block !== block) {
      node = document.createElement('p');
      node.className = `paragraph ${paragraph.kind}`;
      page.append(node);
      block = paragraph.block;
    }
    for (const sentence of paragraph.sentences) drawSentence(sentence, node);
  }
  sheet.replaceChildren(page);
  sheet.scrollTop = 0;
  chapters = data.chapters || [];
  const list = find('.chapters ol');
  find('.chapters').hidden = chapters.length < 2;
  list.replaceChildren(...chapters.map((chapter, index) => {
    const item = document.createElement('li');
    const button = document.createElement('button');
    button.type = 'button';
    button.dataset.chapter = index;
    button.append(spanOf(chapter.title, 'title'), spanOf(clock(chapter.start), 'at'));
    button.firstChild.dir = 'auto';
    item.append(button);
    return item;
  }));
}

async function transcript(address, from) {
  const mine = ++fetched;
  chapters = [];
  forget();
  sheet.replaceChildren();
  find('.chapters').hidden = true;
  try {
    const answer = await fetch(address);
    if (!answer.ok) throw new Error(String(answer.status));
    const data = await answer.json();
    if (mine !== fetched) return; // another narration was chosen meanwhile
    drawTranscript(data);
    find('.sheet').hidden = false;
    if (from) {
      const chapter = chapters[from.section];
      goTo(chapter ? chapter.start + from.offset : length(), from.play && Boolean(chapter));
    }
    paint();
  } catch {
    if (mine !== fetched) return;
    find('.sheet').hidden = true;
    find('.message').textContent = words.no_transcript;
    if (from && from.play) play();
  }
}

function at(list, seconds) {
  let low = 0;
  let high = list.length - 1;
  let found = -1;
  while (low <= high) {
    const middle = (low + high) >> 1;
    if (list[middle].start <= seconds) {
      found = middle;
      low = middle + 1;
    } else high = middle - 1;
  }
  return found;
}

function follow() {
  find('.follow').hidden = following || section.dataset.state === 'empty';
  if (!following || activeSentence < 0) return;
  const {top, bottom} = sentences[activeSentence].node.getBoundingClientRect();
  const edge = sheet.getBoundingClientRect().top;
  if (top >= edge && bottom <= edge + sheet.clientHeight * 0.7) return; // a text that moves with every sentence is hard to read
  const calm = matchMedia('(prefers-reduced-motion: reduce)').matches;
  sheet.scrollTo({top: top - edge + sheet.scrollTop - sheet.clientHeight * 0.2, behavior: calm ? 'auto' : 'smooth'});
}

function stopFollowing() {
  if (!following || sheet.scrollHeight <= sheet.clientHeight) return;
  following = false;
  find('.follow').hidden = false;
}

// --- Painting what the moment asks for -----------------------------------------------------------------------------

// The clock and the slider. Every change is a new style and a new layout: four in a second are enough for the eye.
function paintTime(now) {
  const total = length();
  timed = performance.now();
  seek.max = total || 1;
  if (!dragging) seek.value = now;
  seek.style.setProperty('--done', total ? `${(100 * (dragging ? seek.value : now)) / total}%` : '0%');
  seek.setAttribute('aria-valuetext', `${clock(now)} / ${clock(total)}`);
  find('.elapsed').textContent = clock(now);
  find('.length').textContent = clock(Math.round(total));
  const chapter = chapters[at(chapters, now + 0.05)];
  find('.chapter').textContent = chapter ? chapter.title : '';
}

function paint() {
  paintTime(audio.currentTime);
  paintWord(audio.currentTime);
}

function paintWord(now) {
  const index = at(units, now + 0.02);
  if (index === active) return;
  active = index;
  mark(heard, units[active]);
  if (units[active] && units[active].sentence !== activeSentence) {
    if (sentences[activeSentence]) sentences[activeSentence].node.removeAttribute('aria-current');
    activeSentence = units[active].sentence;
    sentences[activeSentence].node.setAttribute('aria-current', 'true');
    follow();
  }
}

function tick() {
  if (performance.now() - timed > 250) paintTime(audio.currentTime);
  paintWord(audio.currentTime);
}

function run() {
  tick();
  if (performance.now() - saved > 2000) remember();
  if (!audio.paused) requestAnimationFrame(run);
}

// --- What the person does ------------------------------------------------------------------------------------------

function menus(open) {
  for (const menu of element.querySelectorAll('details.menu')) if (menu !== open) menu.open = false;
}

function downloads(now) {
  const link = (role, address, made) => {
    const item = document.createElement('li');
    const a = document.createElement('a');
    a.href = `${address}?download=1`;
    a.setAttribute('download', '');
    if (!made) a.dataset.form = role;
    a.append(spanOf(words[`get_${role}`], 'name'), spanOf('', 'at'));
    item.append(a);
    return item;
  };
  const there = Object.entries(now.files).filter(([role]) => words[`get_${role}`]);
  const wanted = Object.entries(now.downloads || {});
  find('.downloads ul').replaceChildren(
    ...there.slice(0, 1).map(([role, address]) => link(role, address, true)),
    ...wanted.map(([form, address]) => link(form, address, false)),
    ...there.slice(1).map(([role, address]) => link(role, address, true)),
  );
}

// A format that is made when it is wanted: how far it is stands in its line, and it is saved when it is there.
async function prepare(link) {
  if (link.dataset.busy) return;
  link.dataset.busy = 'yes';
  const at = link.querySelector('.at');
  const address = new URL(link.href);
  at.textContent = words.preparing;
  try {
    for (;;) {
      const answer = await fetch(`${address.pathname}/progress`);
      const now = await answer.json();
      if (!answer.ok) throw new Error(now.error.message);
      if (now.ready) break;
      at.textContent = new Intl.NumberFormat(document.documentElement.lang, {style: 'percent'}).format(now.share);
      find('.message').textContent = now.remaining_seconds === null ? words.preparing
        : `${words.preparing} ${words.remaining.replace('{time}', lasts(now.remaining_seconds))}`;
      await new Promise((done) => { setTimeout(done, 700); });
      if (!link.isConnected) return;
    }
    at.textContent = '';
    find('.message').textContent = '';
    delete link.dataset.form;
    link.click();
  } catch (error) {
    at.textContent = '';
    find('.message').textContent = error.message || words.no_download;
  } finally {
    delete link.dataset.busy;
  }
}

// --- Captions, off the same timing as the transcript -------------------------------------------------------------------

function captions() {
  for (const old of audio.querySelectorAll('track')) old.remove();
  find('.caption').textContent = '';
  const on = captionsOn() && loaded && loaded.captions;
  find('.caption').hidden = !on;
  find('[data-act=captions]').setAttribute('aria-pressed', String(Boolean(captionsOn())));
  if (!on) return;
  const track = document.createElement('track');
  track.kind = 'captions';
  track.srclang = loaded.locale;
  track.src = loaded.captions;
  audio.append(track);
  track.track.mode = 'hidden'; // the words are ours to show: an audio element has no place for them
  track.track.addEventListener('cuechange', () => {
    const cues = [...(track.track.activeCues || [])];
    const line = find('.caption');
    line.lang = loaded.locale;
    line.dir = loaded.dir;
    line.textContent = cues.map((cue) => cue.getCueAsHTML().textContent).join('\n');
  });
}

function captionsOn() {
  try {
    return localStorage.getItem('narration:captions') === 'on';
  } catch {
    return false;
  }
}

function toggleCaptions() {
  try {
    localStorage.setItem('narration:captions', captionsOn() ? 'off' : 'on');
  } catch { /* without storage there are none */ }
  captions();
}

function step(direction) {
  const here = SPEEDS.indexOf(audio.playbackRate);
  speed(SPEEDS[Math.min(SPEEDS.length - 1, Math.max(0, here + direction))]);
  if (loaded) loaded.started = true;
  remember();
}

function chapterStep(direction) {
  const here = at(chapters, audio.currentTime - (direction < 0 ? 2 : 0));
  const to = chapters[direction < 0 ? here : here + 1];
  if (to) goTo(to.start);
}

const ACTS = {
  captions: toggleCaptions,
  play: toggle,
  back: () => goTo(audio.currentTime - 15),
  forward: () => goTo(audio.currentTime + 15),
  follow: () => { following = true; follow(); sheet.focus({preventScroll: true}); },
  newer: () => { if (waiting) { load(waiting); play(); } },
};

element.addEventListener('click', (event) => {
  const form = event.target.closest('a[data-form]');
  if (form) {
    event.preventDefault();
    prepare(form);
    return;
  }
  const act = event.target.closest('[data-act]');
  const chapter = event.target.closest('[data-chapter]');
  const unit = unitAt(event);
  if (act) ACTS[act.dataset.act]();
  else if (chapter) {
    goTo(chapters[chapter.dataset.chapter].start, true);
    menus(null);
  } else if (unit && !String(getSelection())) goTo(unit.start, true);
});

function moveCursor(step) {
  const here = sentences.findIndex((sentence) => sentence.node === document.activeElement);
  const next = Math.min(sentences.length - 1, Math.max(0, (here < 0 ? Math.max(activeSentence, 0) : here + step)));
  if (!sentences[next]) return;
  stopFollowing();
  for (const node of sheet.querySelectorAll('[role=button]')) node.removeAttribute('role');
  sentences[next].node.setAttribute('role', 'button'); // so that a screen reader reads it and says that Enter acts
  sentences[next].node.focus();
}

const KEYS = {
  k: toggle, j: ACTS.back, l: ACTS.forward, c: toggleCaptions, '<': () => step(-1), '>': () => step(1),
  p: () => chapterStep(-1), n: () => chapterStep(1),
};

element.addEventListener('keydown', (event) => {
  if (event.altKey || event.ctrlKey || event.metaKey) return;
  const own = event.target.closest('button, select, summary, a');
  const inSheet = sheet.contains(event.target);
  if (event.key === 'Escape') {
    const open = event.target.closest('details.menu[open]');
    menus(null);
    if (open) open.querySelector('summary').focus();
  } else if (KEYS[event.key.toLowerCase()] && event.target.tagName !== 'SELECT') {
    KEYS[event.key.toLowerCase()]();
    event.preventDefault();
  } else if (event.key === ' ' && !own) {
    toggle();
    event.preventDefault();
  } else if ((event.key === 'ArrowLeft' || event.key === 'ArrowRight') && event.target.tagName !== 'SELECT') {
    goTo(audio.currentTime + (event.key === 'ArrowLeft' ? -5 : 5));
    event.preventDefault();
  } else if (inSheet && (event.key === 'ArrowDown' || event.key === 'ArrowUp')) {
    moveCursor(event.key === 'ArrowDown' ? 1 : -1);
    event.preventDefault();
  } else if (inSheet && event.key === 'Enter' && event.target.dataset.sentence) {
    goTo(sentences[event.target.dataset.sentence].start, true);
    event.preventDefault();
  } else if (inSheet && ['PageUp', 'PageDown', 'Home', 'End'].includes(event.key)) stopFollowing();
});

sheet.addEventListener('pointermove', (event) => mark(pointed, unitAt(event)));
sheet.addEventListener('pointerleave', () => mark(pointed));
sheet.addEventListener('wheel', stopFollowing, {passive: true});
sheet.addEventListener('touchmove', stopFollowing, {passive: true});
sheet.addEventListener('pointerdown', (event) => { if (event.target === sheet) stopFollowing(); }); // its scroll bar
seek.addEventListener('input', () => { dragging = true; seek.style.setProperty('--done', `${(100 * seek.value) / seek.max}%`); find('.elapsed').textContent = clock(seek.value); });
seek.addEventListener('change', () => { dragging = false; goTo(Number(seek.value)); });
find('select').addEventListener('change', (event) => { speed(Number(event.target.value)); if (loaded) loaded.started = true; remember(); });
element.addEventListener('toggle', (event) => { if (event.target.open) menus(event.target); }, true);
document.addEventListener('pointerdown', (event) => { if (!element.contains(event.target) || !event.target.closest('details.menu')) menus(null); });

audio.addEventListener('play', () => {
  if (!loaded) return;
  loaded.started = true;
  state('playing');
  if (loaded.early) sayEarly();
  window.dispatchEvent(new Event('studio:playing'));
  media();
  requestAnimationFrame(run);
});
audio.addEventListener('pause', () => {
  if (loaded && !audio.ended) state('paused');
  remember();
  if (loaded && loaded.early && waiting && !audio.ended) drawWhole(waiting); // whoever pauses goes on with the whole
});
audio.addEventListener('ended', () => {
  if (!loaded) return;
  if (loaded.early) {
    nextStretch();
    return;
  }
  state('ended');
  paint();
  remember();
});
audio.addEventListener('loadedmetadata', () => { if (section.dataset.state === 'loading') state('ready'); paint(); });
audio.addEventListener('seeked', () => { paint(); moment(); });
for (const kind of ['play', 'pause', 'ratechange', 'durationchange']) audio.addEventListener(kind, moment);
audio.addEventListener('timeupdate', tick);
audio.addEventListener('error', () => {
  if (!loaded || !audio.getAttribute('src')) return;
  if (loaded.early) {
    loseStretch();
    return;
  }
  state('error');
  find('.message').textContent = words.no_audio;
});
window.addEventListener('pagehide', remember);

// The press that asks is the press that allows sound: playing nothing now lets the audio element speak later.
window.addEventListener('studio:listen', (event) => {
  setIntent(event.detail);
  if (loaded) return;
  audio.src = SILENCE;
  audio.play().catch(() => {}).finally(() => { if (!loaded) audio.removeAttribute('src'); });
});

// Where it is, for the controls of the system: it goes on counting by itself.
function moment() {
  if (!('mediaSession' in navigator) || !loaded) return;
  navigator.mediaSession.playbackState = audio.paused ? 'paused' : 'playing';
  if (length() > 0) {
    navigator.mediaSession.setPositionState({
      duration: length(), position: Math.min(audio.currentTime, length()), playbackRate: audio.playbackRate,
    });
  }
}

function media() {
  if (!('mediaSession' in navigator) || !loaded) return;
  navigator.mediaSession.metadata = new MediaMetadata({title: loaded.title, artist: loaded.voice_name, album: 'Narration Studio'});
  for (const [action, act] of [
    ['play', play], ['pause', () => audio.pause()], ['seekbackward', ACTS.back], ['seekforward', ACTS.forward],
    ['seekto', (details) => goTo(details.seekTime)],
    ['previoustrack', () => chapterStep(-1)],
    ['nexttrack', () => chapterStep(1)],
  ]) navigator.mediaSession.setActionHandler(action, act);
}

name('back', words.back);
name('forward', words.forward);
find('.deck').setAttribute('aria-label', words.player);
sheet.setAttribute('aria-label', words.transcript);
seek.setAttribute('aria-label', words.position);
find('.speed span').textContent = words.speed;
find('.chapters summary').textContent = words.chapters;
find('.downloads summary').textContent = words.download;
find('.follow').textContent = words.follow;
find('.newer span').textContent = words.newer;
find('[data-act=newer]').textContent = words.play_newer;
find('.help').textContent = words.transcript_help;
find('select').replaceChildren(...SPEEDS.map((rate) => new Option(`${rate}×`, rate, rate === 1, rate === 1)));
find('[data-act=captions]').textContent = words.captions;
window.addEventListener('studio:quiet', () => audio.pause());
window.addEventListener('studio:hear', (event) => {
  if (loaded && loaded.version === event.detail.version) goTo(event.detail.at, true);
  else {
    wanted = event.detail;
    if (waiting && waiting.version === wanted.version) load(waiting);
  }
});
window.addEventListener('studio:shown', (event) => { now = event.detail.player; draw(); });
state('empty');
draw();
watch('value', () => { now = props.value; draw(); });
