// The narration that is chosen: its status in words, its progress, and the buttons that ask and cancel.
const {words, fill, clock, lasts, dollars, number} = site;
const find = (selector) => element.querySelector(selector);
let now = props.value;
let timer = 0;
let looking = false;
let shown = '';
let focusNext = false;

function show(selector, visible) {
  find(selector).hidden = !visible;
}

function spent(version) {
  if (!version.cost_usd) return words.cost_free;
  const off = version.estimate_error_percent;
  const percent = new Intl.NumberFormat(document.documentElement.lang, {
    style: 'percent', maximumFractionDigits: 1, signDisplay: 'exceptZero',
  }).format((off || 0) / 100);
  return fill(words.cost, {cost: dollars(version.cost_usd), estimate: dollars(version.estimated_usd), percent});
}

// What the button will take, before anything is paid.
function plan() {
  if (now.live || !now.plan || !now.action) return '';
  const {plan} = now;
  const parts = [plan.cost_usd ? fill(words.plan_cost, {cost: dollars(plan.cost_usd)}) : words.cost_free];
  if (plan.sections_to_write) parts.push(fill(words.plan_sections, {count: number(plan.sections_to_write)}));
  parts.push(fill(words.plan_takes, {count: number(plan.takes_to_buy), characters: number(plan.characters_to_buy)}));
  const reused = plan.segments - plan.takes_to_buy;
  if (reused > 0) parts.push(fill(words.reused, {reused: number(reused), total: number(plan.segments)}));
  if (plan.saved_usd) parts.push(fill(words.plan_saved, {cost: dollars(plan.saved_usd)}));
  parts.push(fill(words.plan_time, {time: lasts(plan.listening_seconds)}));
  if (plan.making_seconds !== undefined) parts.push(fill(words.plan_making, {time: lasts(plan.making_seconds)}));
  return parts.join(' · ');
}

function byline(now) {
  const parts = [now.locale_name, now.voice_name];
  if (now.version) {
    parts.push(clock(now.version.duration_seconds), fill(words.version, {number: now.version.number}));
    parts.push(site.when(now.version.created_at));
    parts.push(spent(now.version));
    if (now.version.takes_reused) {
      parts.push(fill(words.reused, {reused: now.version.takes_reused, total: now.version.segments}));
    }
  }
  return parts.filter(Boolean).join(' · ');
}

// What is being done at this moment, in words, and how far it is.
function doing(now) {
  return words[`step_${now.step}`] || words[`phase_${now.phase}`];
}

function counted(now) {
  if (now.phase === 'queued') return now.position > 1 ? fill(words.place, {position: now.position}) : '';
  const parts = [];
  if (now.live && now.sections_total > 1 && now.step !== 'joining' && now.step !== 'checking') {
    const at = Math.min(now.sections_done + 1, now.sections_total);
    parts.push(fill(words.section_of, {done: at, total: now.sections_total}));
  }
  if (now.step === 'speaking' && now.segments_total) {
    parts.push(fill(words.segment_of, {done: now.segments_done, total: now.segments_total}));
  }
  return parts.join(' · ');
}

function done(now) {
  if (now.step === 'joining' || now.step === 'checking') return 0.9 + 0.1 * now.joined;
  if (now.step === 'speaking' && now.segments_total) return 0.9 * (now.segments_done / now.segments_total);
  return null;
}

function progress(now) {
  show('.progress', now.live);
  if (!now.live) return;
  const bar = find('progress');
  const share = done(now);
  if (share === null) bar.removeAttribute('value');
  else bar.value = share;
  bar.setAttribute('aria-label', doing(now));
  const hints = [];
  if (now.remaining_seconds !== null) hints.push(fill(words.remaining, {time: lasts(now.remaining_seconds)}));
  hints.push(now.phase === 'queued' ? words.waiting : words.under_way);
  if (now.version) hints.push(words.playing_old);
  const hint = hints.join('. ').replace(/\.\. /g, '. ');
  find('.progress .hint').textContent = hint.charAt(0).toUpperCase() + hint.slice(1);
}

// What has changed in the text, in its own words, and what it costs to bring the narration up to date.
function changes() {
  const found = now.changes || {shown: [], more: 0};
  const side = (part, tag) => {
    const made = site.node(tag, '', part.text);
    made.lang = now.locale;
    made.dir = now.direction;
    return made;
  };
  find('.stale .changes').replaceChildren(...found.shown.map((change) => {
    const item = site.node('li', change.kind);
    item.append(site.node('span', 'kind', words[`change_${change.kind}`]));
    if (change.before) item.append(' ', side(change.before, 'del'));
    if (change.after) item.append(' ', side(change.after, 'ins'));
    return item;
  }));
  find('.stale .more').textContent = found.more ? fill(words.changes_more, {count: number(found.more)}) : '';
  const price = now.plan && now.action ? (now.plan.cost_usd ? fill(words.update_cost, {cost: dollars(now.plan.cost_usd)}) : words.update_free) : '';
  find('.stale .price').textContent = price;
}

function draw() {
  const section = find('.stage');
  if (!now) return;
  section.dataset.phase = now.phase;
  section.dataset.live = String(Boolean(now.live));
  const label = doing(now);
  find('.badge').textContent = label;
  find('.count').textContent = counted(now);
  const title = find('#stage-title');
  title.textContent = now.title || '';
  title.lang = now.locale || '';
  title.dir = now.direction || 'auto';
  find('.byline').textContent = byline(now);
  progress(now);
  show('.stale', Boolean(now.stale));
  find('.stale strong').textContent = words.stale_title;
  find('.stale .why').textContent = site.stale(now);
  changes();
  const failure = now.notice || now.failure;
  show('.failure', Boolean(failure));
  find('.failure strong').textContent = failure && !now.notice ? words.failed_title : '';
  find('.failure span').textContent = failure ? failure.message : '';
  find('.failure .remedy').textContent = failure
    ? [site.remedy(failure.remedy), now.version && now.phase === 'failed' ? words.old_stays : ''].filter(Boolean).join(' ') : '';
  const ask = find('[data-act=ask]');
  ask.hidden = !now.action;
  if (now.action) ask.textContent = words[`action_${now.action}`];
  ask.classList.toggle('primary', now.action !== 'again');
  ask.classList.toggle('quiet', now.action === 'again');
  const review = find('.review');
  review.hidden = !now.review;
  review.textContent = words.to_review;
  if (now.review) review.href = now.review;
  const cancel = find('[data-act=cancel]');
  cancel.hidden = !now.live;
  cancel.textContent = words.cancel;
  for (const button of [ask, cancel]) button.disabled = false;
  find('.estimate').textContent = plan();
  find('.lacks').textContent = words.lacks_asking;
  const said = `${now.title}: ${label}`;
  if (said !== shown) find('.unseen').textContent = shown ? said : '';
  shown = said;
  document.title = `${now.title ? `${now.title} · ` : ''}Narration Studio`;
  if (now.query && now.query !== location.search) {
    // A choice of the person is a step that Back undoes; what the page chose for itself is none.
    // With its path: Gradio's <base> would make an address of the front page of the query alone.
    if (now.chosen) history.pushState(null, '', `/narration${now.query}`);
    else if (now.settled) history.replaceState(null, '', `/narration${now.query}`);
  }
  if (focusNext) {
    focusNext = false;
    title.focus({preventScroll: true});
    section.scrollIntoView({block: 'nearest'});
  }
}

element.addEventListener('click', (event) => {
  const button = event.target.closest('[data-act]');
  if (!button) return;
  button.disabled = true;
  const back = () => { button.disabled = false; };
  setTimeout(back, 4000); // an answer that never comes must not lock the page
  document.addEventListener('studio:refused', back, {once: true});
  if (button.dataset.act === 'cancel') trigger('cancel');
  else trigger('ask', {action: now.action});
});
window.addEventListener('studio:listen', () => { focusNext = true; });
window.addEventListener('popstate', () => trigger('restore'));
window.addEventListener('studio:open', () => trigger('restore'));

// An open page looks for itself, at an answer that all pages share; most of the time there is nothing new to fetch.
async function look() {
  clearTimeout(timer);
  if (document.visibilityState === 'visible' && now && now.query && !looking) {
    looking = true;
    const asked = now.query;
    try {
      const answer = await fetch(`/api/v1/pages/narration${asked}`, {
        cache: 'no-store', headers: {'If-None-Match': `"${now.revision}"`},
      });
      if (answer.status === 200) {
        const page = await answer.json();
        if (now.query === asked) window.dispatchEvent(new CustomEvent('studio:shown', {detail: page}));
      }
    } catch { /* the server is being started again: the next look finds it */ }
    looking = false;
  }
  later();
}

function later() {
  clearTimeout(timer);
  timer = setTimeout(look, 1000 * ((now && now.look_seconds) || 10));
}

document.addEventListener('visibilitychange', () => { if (document.visibilityState === 'visible') look(); });
window.addEventListener('studio:shown', (event) => { now = event.detail.stage; draw(); });
draw();
later();
watch('value', () => { now = props.value; draw(); later(); });
