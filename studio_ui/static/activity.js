// What is being made, what waits, and what failed: with its cause, its remedy, and the way to Dagster.
const {words, fill, node, number, lasts, when} = site;
const find = (selector) => element.querySelector(selector);
const opened = new Set(); // causes that somebody opened or closed differ from what the page would choose
const closed = new Set();
let turned = ''; // the cause of which somebody has just asked for another page

function link(address, text, className = '') {
  const made = node('a', className, text);
  made.href = address;
  return made;
}

function button(act, value, text, label) {
  const made = node('button', 'quiet', text);
  made.type = 'button';
  made.dataset.act = act;
  made.dataset.value = value;
  if (label) made.setAttribute('aria-label', `${text}: ${label}`);
  return made;
}

function head(one) {
  const made = node('div', 'head');
  const title = link(one.url, one.title, 'title');
  title.lang = one.lang;
  title.dir = 'auto';
  made.append(title, node('span', 'about', one.about));
  return made;
}

function ways(one, act) {
  const made = node('div', 'ways');
  if (act) made.append(act);
  for (const [address, text] of [[one.run_url, words.run_in_dagster], [one.partition_url, words.partition_in_dagster]]) {
    if (/^https?:/.test(address)) made.append(link(address, text));
  }
  return made;
}

function facts(parts) {
  return node('p', 'facts', parts.filter(Boolean).join(' · '));
}

function setback(one) {
  if (!one.setback) return [];
  const next = one.setback.due ? ` ${fill(words.next_attempt, {time: new Date(one.setback.due).toLocaleTimeString(site.locale)})}` : '';
  return [node('p', 'setback', `${words[`cause_${one.setback.code}`] || one.setback.code}: ${one.setback.text}${next}`)];
}

function running(one, may) {
  const item = node('li', 'one');
  const state = node('span', 'badge', words[`activity_${one.step || one.phase}`]);
  const count = one.total ? ` ${fill(words.of, {done: number(one.done), total: number(one.total)})}` : '';
  const line = head(one);
  line.prepend(state);
  state.textContent += one.phase === 'speaking' ? count : '';
  item.append(line, facts([
    one.began ? fill(words.began, {time: when(one.began)}) : '',
    one.remaining_seconds ? fill(words.left, {time: lasts(one.remaining_seconds)}) : '',
    one.attempt > 1 ? fill(words.attempt, {count: number(one.attempt)}) : '',
    one.by ? fill(words.asked_by, {name: one.by}) : one.in_batch ? words.asked_by_batch : '',
  ]), ...setback(one), ways(one, may.cancel && button('cancel', one.key, words.cancel, one.title)));
  return item;
}

function queued(one, may) {
  const item = node('li', 'one');
  const line = head(one);
  line.prepend(node('span', 'place', number(one.position)));
  item.append(line, facts([
    fill(words.asked, {time: when(one.asked)}),
    one.priority ? fill(one.priority > 0 ? words.priority_up : words.priority_down, {count: number(Math.abs(one.priority))}) : '',
    one.by ? fill(words.asked_by, {name: one.by}) : one.in_batch ? words.asked_by_batch : '',
  ]), ...setback(one), ways(one, may.cancel && button('cancel', one.key, words.cancel, one.title)));
  return item;
}

function failed(one, may) {
  const item = node('li', 'one');
  item.append(head(one), node('p', 'message', one.message), node('p', 'remedy', site.remedy(one.remedy)), facts([
    when(one.at), fill(words.attempts, {count: number(one.attempts)}),
    words.no_next, one.plays ? words.earlier_plays : '',
  ]), ways(one, may.retry && button('retry', one.key, words.retry, one.title)));
  return item;
}

function turning(one, name) {
  const made = node('nav', 'turning');
  made.setAttribute('aria-label', name);
  if (one.before) made.append(link(one.before, words.failures_newer, 'turn'));
  made.append(node('span', '', fill(words.failures_page, {page: number(one.page), pages: number(one.pages)})));
  if (one.after) made.append(link(one.after, words.failures_older, 'turn'));
  return made;
}

function cause(one, may, first) {
  const made = node('details', 'cause');
  made.dataset.code = one.code;
  made.open = opened.has(one.code) || (!closed.has(one.code) && (one.code === props.value.turned || (first && !props.value.turned)));
  const name = words[`cause_${one.code}`] || one.code;
  made.append(node('summary', '', `${name} (${number(one.count)})`));
  if (may.together && one.count > 1) made.append(button('together', one.code, fill(words.retry_all, {count: number(one.count)}), name));
  const list = node('ul');
  list.append(...one.narrations.map((each) => failed(each, may)));
  made.append(list);
  if (one.pages > 1) made.append(turning(one, name));
  return made;
}

function draw() {
  const now = props.value;
  find('h2').textContent = words.page_activity;
  find('.problem').textContent = now && now.notice ? site.told(now.notice) : '';
  if (!now || !now.causes) return;
  const {may} = now;
  find('.lacks').textContent = words.lacks_retrying;
  find('#running-title').textContent = fill(words.running, {count: number(now.running.length), places: number(now.places)});
  find('#queued-title').textContent = fill(words.queued, {count: number(now.waiting)});
  find('#failures-title').textContent = fill(words.failed, {count: number(now.failed)});
  find('.running .none').textContent = now.running.length ? '' : words.none_running;
  find('.queued .none').textContent = now.queued.length ? (now.waiting > now.queued.length ? fill(words.and_more, {count: number(now.waiting - now.queued.length)}) : '') : words.none_queued;
  find('.failures > .none').textContent = now.causes.length ? '' : words.none_failed;
  const active = document.activeElement;
  const focus = active && element.contains(active) && (active.dataset.act ? `[data-act="${active.dataset.act}"][data-value="${CSS.escape(active.dataset.value)}"]`
    : active.tagName === 'A' ? `a[href="${CSS.escape(active.getAttribute('href'))}"]` : active.tagName === 'SUMMARY' ? `[data-code="${CSS.escape(active.parentElement.dataset.code)}"] summary` : '');
  find('.running ul').replaceChildren(...now.running.map((one) => running(one, may)));
  find('.queued ol').replaceChildren(...now.queued.map((one) => queued(one, may)));
  find('.causes').replaceChildren(...now.causes.map((one, index) => cause(one, may, !index)));
  if (focus) (find(focus) || find('h2')).focus();
  const summary = turned && find(`[data-code="${CSS.escape(turned)}"] summary`);
  turned = '';
  if (summary) { // a new page of failures is read from its beginning
    summary.focus({preventScroll: true});
    summary.scrollIntoView({block: 'start'});
  }
  if (now.retried) {
    const {asked, refused, later, why} = now.retried;
    find('.came-to').textContent = [fill(words.retried, {count: number(asked)}),
      later ? fill(words.retried_later, {count: number(later)}) : '',
      refused ? `${fill(words.not_retried, {count: number(refused)})} ${why.join(' ')}` : ''].filter(Boolean).join(' ');
  }
}

element.addEventListener('click', (event) => {
  const pressed = event.target.closest('[data-act]');
  if (pressed) {
    pressed.disabled = true;
    setTimeout(() => { pressed.disabled = false; }, 6000); // an answer that never comes must not lock the page
    trigger(pressed.dataset.act, pressed.dataset.act === 'together' ? {code: pressed.dataset.value} : {key: pressed.dataset.value});
    return;
  }
  const turn = event.target.closest('a.turn');
  if (turn && !(event.button || event.metaKey || event.ctrlKey || event.shiftKey || event.altKey)) {
    event.preventDefault();
    history.pushState(null, '', turn.getAttribute('href'));
    turned = turn.closest('details').dataset.code;
    trigger('restore');
    return;
  }
  const summary = event.target.closest('summary');
  if (!summary) return;
  const {code} = summary.parentElement.dataset;
  const will = !summary.parentElement.open;
  opened.delete(code);
  closed.delete(code);
  (will ? opened : closed).add(code);
});

window.addEventListener('popstate', () => trigger('restore'));

// Often while something is under way; a page that nobody sees asks nothing.
let looked = performance.now();
setInterval(() => {
  const due = props.value && props.value.live ? 2000 : 10000;
  if (document.visibilityState !== 'visible' || performance.now() - looked < due) return;
  looked = performance.now();
  trigger('look', {revision: (props.value && props.value.revision) || ''});
}, 500);

draw();
watch('value', draw);
