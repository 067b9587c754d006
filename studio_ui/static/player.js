// The player: a native audio element under our own controls, and the transcript that follows it.
// Everything that is not ours to write goes in through textContent; nothing of it ever becomes markup.
const words = props.labels[navigator.language.slice(0, 2)] || props.labels.en;
const find = (selector) => element.querySelector(selector);
const section = find('.player');
const audio = find('audio');
const seek = find('.seek');
const sheet = find('.transcript');
const SPEEDS = [0.5, 0.75, 1, 1.25, 1.5, 1.75, 2];
const SILENCE = 'data:audio/wav;base64,UklGRiQAAABXQVZFZm10IBAAAAABAAEAQB8AAIA+AAACABAAZGF0YQAAAAA=';
const INTENT = 'narration:listen';

let loaded = null; // what plays now
let waiting = null; // a newer version of it
let units = []; // words, or sentences where there are no words: {start, end, node, sentence}
let sentences = []; // {start, end, node}
let chapters = [];
let active = -1;
let activeSentence = -1;
let following = true;
let fetched = 0;
let dragging = false;
let saved = 0;

function name(act, text) {
  const button = find(`[data-act=${act}]`);
  button.setAttribute('aria-label', text);
  button.title = text;
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
  if (!loaded || !loaded.started) return;
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
  try {
    await audio.play();
    find('.message').textContent = '';
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

function load(now) {
  remember();
  loaded = {...now, started: false};
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
  transcript(now);
  paint();
  if (intent() === now.query) play();
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
  const now = props.value;
  if (!now || !now.audio) {
    if (loaded) unload();
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
  sentences.push({start: sentence.start, end: sentence.end, node});
  let at = 0;
  for (const [text, start, end] of sentence.words || []) {
    const found = sentence.text.indexOf(text, at);
    if (found < 0) continue;
    if (found > at) node.append(sentence.text.slice(at, found));
    const word = spanOf(text, 'word');
    word.dataset.unit = units.length;
    units.push({start, end, node: word, sentence: index});
    node.append(word);
    at = found + text.length;
  }
  if (at === 0) { // no word timings: the sentence itself is what lights up
    node.dataset.unit = units.length;
    units.push({start: sentence.start, end: sentence.end, node, sentence: index});
  }
  node.append(sentence.text.slice(at));
  parent.append(node, ' ');
}

function drawTranscript(data) {
  units = [];
  sentences = [];
  active = -1;
  activeSentence = -1;
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

async function transcript(now) {
  const mine = ++fetched;
  chapters = [];
  units = [];
  sentences = [];
  sheet.replaceChildren();
  find('.chapters').hidden = true;
  try {
    const answer = await fetch(now.transcript);
    if (!answer.ok) throw new Error(String(answer.status));
    const data = await answer.json();
    if (mine !== fetched) return; // another narration was chosen meanwhile
    drawTranscript(data);
    find('.sheet').hidden = false;
    paint();
  } catch {
    if (mine !== fetched) return;
    find('.sheet').hidden = true;
    find('.message').textContent = words.no_transcript;
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
  const node = sentences[activeSentence].node;
  const top = node.getBoundingClientRect().top - sheet.getBoundingClientRect().top + sheet.scrollTop;
  const calm = matchMedia('(prefers-reduced-motion: reduce)').matches;
  sheet.scrollTo({top: top - sheet.clientHeight * 0.3, behavior: calm ? 'auto' : 'smooth'});
}

function stopFollowing() {
  if (!following || sheet.scrollHeight <= sheet.clientHeight) return;
  following = false;
  find('.follow').hidden = false;
}

// --- Painting what the moment asks for -----------------------------------------------------------------------------

function paint() {
  const now = audio.currentTime;
  const total = length();
  seek.max = total || 1;
  if (!dragging) seek.value = now;
  seek.style.setProperty('--done', total ? `${(100 * (dragging ? seek.value : now)) / total}%` : '0%');
  seek.setAttribute('aria-valuetext', `${clock(now)} / ${clock(total)}`);
  find('.elapsed').textContent = clock(now);
  find('.length').textContent = clock(Math.round(total));
  const chapter = chapters[at(chapters, now + 0.05)];
  find('.chapter').textContent = chapter ? chapter.title : '';
  const index = at(units, now + 0.02);
  if (index === active) return;
  if (units[active]) units[active].node.removeAttribute('aria-current');
  active = index;
  if (!units[active]) return;
  units[active].node.setAttribute('aria-current', 'true');
  if (units[active].sentence !== activeSentence) {
    if (sentences[activeSentence]) sentences[activeSentence].node.classList.remove('now');
    activeSentence = units[active].sentence;
    sentences[activeSentence].node.classList.add('now');
    follow();
  }
}

function run() {
  paint();
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

function lasts(seconds) {
  const [value, unit] = seconds < 90 ? [Math.max(1, Math.round(seconds)), 'second'] : [Math.round(seconds / 60), 'minute'];
  return new Intl.NumberFormat(document.documentElement.lang, {style: 'unit', unit, unitDisplay: 'long'}).format(value);
}

const ACTS = {
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
  const unit = event.target.closest('[data-unit]');
  if (act) ACTS[act.dataset.act]();
  else if (chapter) {
    goTo(chapters[chapter.dataset.chapter].start, true);
    menus(null);
  } else if (unit && !String(getSelection())) goTo(units[unit.dataset.unit].start, true);
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

element.addEventListener('keydown', (event) => {
  if (event.altKey || event.ctrlKey || event.metaKey) return;
  const own = event.target.closest('button, select, summary, a');
  const inSheet = sheet.contains(event.target);
  if (event.key === 'Escape') {
    const open = event.target.closest('details.menu[open]');
    menus(null);
    if (open) open.querySelector('summary').focus();
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

sheet.addEventListener('wheel', stopFollowing, {passive: true});
sheet.addEventListener('touchmove', stopFollowing, {passive: true});
sheet.addEventListener('pointerdown', (event) => { if (event.target === sheet) stopFollowing(); }); // its scroll bar
seek.addEventListener('input', () => { dragging = true; seek.style.setProperty('--done', `${(100 * seek.value) / seek.max}%`); find('.elapsed').textContent = clock(seek.value); });
seek.addEventListener('change', () => { dragging = false; goTo(Number(seek.value)); });
find('select').addEventListener('change', (event) => { speed(Number(event.target.value)); if (loaded) loaded.started = true; remember(); });
element.addEventListener('toggle', (event) => { if (event.target.open) menus(event.target); }, true);
document.addEventListener('pointerdown', (event) => { if (!element.contains(event.target) || !event.target.closest('details.menu')) menus(null); });

audio.addEventListener('play', () => { if (!loaded) return; loaded.started = true; state('playing'); media(); requestAnimationFrame(run); });
audio.addEventListener('pause', () => { if (loaded && !audio.ended) state('paused'); remember(); });
audio.addEventListener('ended', () => { if (!loaded) return; state('ended'); paint(); remember(); });
audio.addEventListener('loadedmetadata', () => { if (section.dataset.state === 'loading') state('ready'); paint(); });
audio.addEventListener('seeked', paint);
audio.addEventListener('timeupdate', paint);
audio.addEventListener('error', () => {
  if (!loaded || !audio.getAttribute('src')) return;
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

function media() {
  if (!('mediaSession' in navigator) || !loaded) return;
  navigator.mediaSession.metadata = new MediaMetadata({title: loaded.title, artist: loaded.voice_name, album: 'Narration Studio'});
  for (const [action, act] of [
    ['play', play], ['pause', () => audio.pause()], ['seekbackward', ACTS.back], ['seekforward', ACTS.forward],
    ['seekto', (details) => goTo(details.seekTime)],
    ['previoustrack', () => goTo((chapters[at(chapters, audio.currentTime - 2)] || {start: 0}).start)],
    ['nexttrack', () => goTo((chapters[at(chapters, audio.currentTime) + 1] || {start: length()}).start)],
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
state('empty');
draw();
watch('value', draw);
