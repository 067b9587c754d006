// Above a script: which one it is, how its narration stands, and what can be done with it; or what there is to review.
const {words, fill, node, dollars, number} = site;
const find = (selector) => element.querySelector(selector);
let now = null; // what is shown

function costs(plan) {
  if (!plan) return '';
  const parts = [plan.cost_usd ? fill(words.review_costs, {cost: dollars(plan.cost_usd)}) : words.review_free];
  if (plan.takes_to_buy) parts.push(fill(words.review_takes, {count: number(plan.takes_to_buy), characters: number(plan.characters_to_buy)}));
  return parts.join(' · ');
}

function linked(entry, path) {
  const item = node('li');
  const link = node('a', '', entry.title);
  link.href = path + entry.query;
  link.dir = 'auto';
  item.append(link, node('span', 'about', entry.locale_name));
  return item;
}

function choosing() {
  find('.choose').hidden = !now.contents;
  if (!now.contents) return;
  find('#review-title').textContent = words.review_title;
  find('.waiting-title').textContent = words.review_waiting;
  site.redraw(find('.waiting'), now.waiting, () => (now.waiting.length
    ? now.waiting.map((entry) => linked(entry, '/review')) : [node('li', 'none', words.review_none_waiting)]));
  find('.all-title').textContent = words.review_all;
  site.redraw(find('.all'), now.contents, () => now.contents.map((entry) => {
    const item = node('li');
    const title = node('span', 'title', entry.title);
    title.dir = 'auto';
    const links = node('span', 'links');
    for (const locale of entry.locales) {
      const link = node('a', '', locale.name);
      link.lang = locale.tag;
      link.href = `/review?${new URLSearchParams({content: entry.id, locale: locale.tag})}`;
      links.append(link);
    }
    item.append(title, links);
    return item;
  }));
}

function button(act, shown, text) {
  const it = find(`[data-act=${act}]`);
  it.hidden = !shown;
  it.textContent = text;
  it.disabled = false;
}

function draw() {
  if (!now) return;
  choosing();
  const problem = now.notice || now.failure;
  find('.problem').textContent = problem ? site.told(problem) : '';
  const chosen = Boolean(now.title);
  for (const part of ['.crumb', '.byline', '.state', '.acts']) find(part).hidden = !chosen;
  find('.homeless').hidden = !chosen || !(now.homeless || []).length;
  if (!chosen) return;
  const back = find('[data-act=narration]');
  back.href = now.narration;
  back.textContent = words.review_listen;
  site.redraw(find('.others'), now.others, () => now.others.map((other) => {
    const link = node('a', '', other.name);
    link.href = `/review${other.query}`;
    return link;
  }));
  const title = find('#review-title');
  title.textContent = now.title;
  title.lang = now.lang;
  title.dir = 'auto';
  const coverage = now.coverage && fill(words.review_coverage, {
    spoken: number(now.coverage.spoken), summarised: number(now.coverage.summarised), left_out: number(now.coverage.left_out),
  });
  if (coverage) find('.byline').textContent = [now.locale_name, now.voice_name, coverage].join(' · ');
  const state = [words[`phase_${now.phase}`]];
  if (now.phase === 'speaking' && now.total) state.push(fill(words.review_of, {done: now.done, total: now.total}));
  if (now.stale && !now.live) state.push(site.stale(now));
  if (now.approved_by) state.push(fill(words.review_approved, {name: now.approved_by}));
  find('.state').textContent = state.join(' · ');
  find('.listening').hidden = !now.verdict;
  if (now.verdict) {
    const unheard = now.verdict.ground === 'unheard';
    find('.listening span').textContent = [`${words.verdict}: ${site.verdict(now.verdict)}`,
      ...(unheard ? [now.verdict.missing ? `${words.listener_missing} ${now.verdict.missing} ${words.then_listen}` : words.how_to_listen] : [])].join(' ');
    find('.listening code').textContent = unheard ? now.verdict.command : '';
  }
  const written = now.plan ? !now.plan.sections_to_write : true;
  const idle = now.can_edit && !now.live;
  const waits = now.phase === 'approval';
  button('approve', idle && waits && written, words.review_approve);
  button('speak', idle && !waits && written && !now.fresh, words.review_speak);
  button('write', idle && !written, words.review_write);
  find('.cost').textContent = idle && now.plan
    ? (written ? costs(now.plan) : fill(words.review_write_costs, {cost: dollars(now.plan.script_usd)})) : '';
  find('.lacks').textContent = words.lacks_editing;
  find('.homeless strong').textContent = words.review_homeless;
  if (now.homeless) {
    site.redraw(find('.homeless ul'), [now.homeless, now.can_edit], () => now.homeless.map((edit) => {
      const item = node('li', '', edit.said.join(' ') || words.review_left_out);
      item.dir = 'auto';
      if (now.can_edit) {
        const let_go = node('button', 'quiet small', words.review_release);
        let_go.type = 'button';
        let_go.addEventListener('click', () => window.dispatchEvent(new CustomEvent('studio:release', {detail: edit.id})));
        item.append(let_go);
      }
      return item;
    }));
  }
}

element.addEventListener('click', (event) => {
  const act = event.target.closest('button[data-act]')?.dataset.act;
  if (!act) return;
  event.target.closest('button').disabled = true;
  trigger(act, {script: now.script || ''});
});
window.addEventListener('popstate', () => trigger('restore', {}));

// Often while the narration is being made; a page that nobody sees asks nothing.
let looked = performance.now();
setInterval(() => {
  const due = now && now.live ? 2000 : 5000;
  if (document.visibilityState !== 'visible' || performance.now() - looked < due) return;
  looked = performance.now();
  trigger('look', {revision: (now && now.revision) || '', seen: (now && now.seen) || ''});
}, 500);

function take() {
  const next = props.value;
  if (!next) return;
  // What is known of the script itself comes with the script alone.
  now = now && next.seen && next.seen === now.seen ? {homeless: now.homeless, coverage: now.coverage, verdict: now.verdict, ...next} : next;
  site.steady(draw);
}

take();
watch('value', take);
