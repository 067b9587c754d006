// What a batch is to be of; what is chosen stands in the address, so that a reload and a colleague see the same.
const {words, fill, node, dollars, number, lasts} = site;
const find = (selector) => element.querySelector(selector);
const WHICH = ['outdated', 'missing', 'stale', 'all'];
let chosen = {contents: [], locales: [], voices: [], which: 'outdated'};
let timer = 0;
let drawn = '';
let had_plan = false;

function tick(kind, value, text, lang) {
  const label = node('label');
  const box = node('input');
  box.type = 'checkbox';
  box.value = value;
  box.checked = chosen[kind].includes(value);
  box.addEventListener('change', () => {
    chosen[kind] = [...element.querySelectorAll(`.${kind}-chosen input[type=checkbox]:checked`)].map((each) => each.value);
    changed();
  });
  const name = node('span', '', text);
  if (lang) name.lang = lang;
  label.append(box, name);
  return label;
}

function radio(which) {
  const label = node('label');
  const box = node('input');
  box.type = 'radio';
  box.name = 'which';
  box.value = which;
  box.checked = chosen.which === which;
  box.addEventListener('change', () => { chosen.which = which; changed(); });
  label.append(box, node('span', '', words[`batch_which_${which}`]));
  return label;
}

function chips() {
  find('.chips').replaceChildren(...chosen.contents.map((entry) => {
    const item = node('li');
    const name = node('span', '', entry.title);
    name.dir = 'auto';
    const off = node('button', 'quiet small', '×');
    off.type = 'button';
    off.setAttribute('aria-label', fill(words.batch_without, {name: entry.title}));
    off.addEventListener('click', () => {
      chosen.contents = chosen.contents.filter((each) => each.id !== entry.id);
      chips();
      changed();
      find('.search input').focus();
    });
    item.append(name, off);
    return item;
  }));
}

// Another choice has no plan yet.
function changed() {
  find('.plan').hidden = true;
  address(false);
}

function address(plan) {
  const query = new URLSearchParams();
  if (chosen.which !== 'outdated') query.set('which', chosen.which);
  for (const kind of ['locales', 'voices']) if (chosen[kind].length) query.set(kind, chosen[kind].join());
  if (chosen.contents.length) query.set('contents', chosen.contents.map((each) => each.id).join());
  if (plan) query.set('plan', '1');
  history[plan ? 'pushState' : 'replaceState'](null, '', `/batch${query.size ? '?' : ''}${query}`);
}

function fact(name, value) {
  return [node('dt', '', name), node('dd', '', value)];
}

function plan(now) {
  const told = now.plan;
  find('.plan').hidden = !told;
  if (!told) { had_plan = false; return; }
  find('#plan-title').textContent = words.batch_plan;
  find('.plan .rough').textContent = !told.by_rule ? '' : [
    fill(words.batch_rough, {count: number(told.by_rule)}),
    told.rule_error_percent === null ? '' : fill(words.batch_rough_error, {percent: number(told.rule_error_percent)}),
    words.batch_rough_later,
  ].filter(Boolean).join(' ');
  const facts = [
    fact(words.batch_narrations, number(told.narrations)),
    fact(words.batch_cost, told.cost_usd ? dollars(told.cost_usd) : words.batch_free),
    fact(words.batch_hours, told.listening_seconds ? lasts(told.listening_seconds) : '0'),
    fact(words.batch_to_speak, fill(words.batch_of, {done: number(told.takes_to_buy), total: number(told.segments)})),
  ];
  if (told.sections_to_write) facts.push(fact(words.batch_to_write, number(told.sections_to_write)));
  if (told.saved_usd) facts.push(fact(words.batch_saved, dollars(told.saved_usd)));
  if (told.left_today_usd !== null) facts.push(fact(words.batch_left_today, dollars(told.left_today_usd)));
  if (told.left_this_month_usd !== null) facts.push(fact(words.batch_left_month, dollars(told.left_this_month_usd)));
  find('.plan dl').replaceChildren(...facts.flat());
  find('.plan .cap').textContent = told.over_the_cap_usd ? fill(words.batch_over, {amount: dollars(told.over_the_cap_usd)}) : '';
  find('.plan .refused').replaceChildren(...told.refused.map((each) => node('li', '', `${number(each.count)} × ${each.why}`)));
  find('.plan .name span').textContent = words.batch_name;
  find('.plan .approval span').textContent = words.batch_approval;
  find('.plan .own-cap').hidden = !told.cost_usd;
  find('.plan .own-cap span').textContent = words.batch_own_cap;
  ownCap();
  const begin = find('.plan button');
  begin.textContent = told.narrations ? fill(words.batch_begin, {count: number(told.narrations)}) : words.batch_nothing;
  begin.disabled = !told.narrations;
  if (!had_plan) find('#plan-title').focus({preventScroll: true});
  had_plan = true;
}

// What a cap that is written would mean, beside what the plan says.
function ownCap() {
  const {plan: told} = props.value;
  const cap = Number(find('.plan .own-cap input').value.trim().replace(/^\$/, ''));
  find('#own-cap-says').textContent = told && told.cost_usd && cap > 0 && cap < told.cost_usd
    ? fill(words.batch_own_cap_short, {cap: dollars(cap), cost: dollars(told.cost_usd)}) : '';
}

function draw() {
  const now = props.value;
  element.hidden = !now || now.hidden;
  if (element.hidden) return;
  find('.problem').textContent = now.notice ? site.told(now.notice) : '';
  const form = JSON.stringify([now.locales, now.voices, now.chosen]);
  if (form !== drawn) {
    drawn = form;
    chosen = JSON.parse(JSON.stringify(now.chosen));
    find('#chooser-title').textContent = words.batch_choose;
    const legends = {which: words.batch_which, 'contents-chosen': words.batch_contents, 'locales-chosen': words.batch_locales, 'voices-chosen': words.batch_voices};
    for (const [part, text] of Object.entries(legends)) find(`.${part} legend`).textContent = text;
    find('.which').replaceChildren(find('.which legend'), ...WHICH.map(radio));
    find('.locales-chosen .ticks').replaceChildren(...now.locales.map((each) => tick('locales', each.tag, each.name, each.tag)));
    find('.voices-chosen .ticks').replaceChildren(...now.voices.map((each) => tick('voices', each.key, each.name)));
    find('.search span').textContent = words.batch_search;
    find('form > button').textContent = words.batch_see_plan;
    chips();
  }
  const under_way = now.progress;
  find('.progress').hidden = !under_way;
  if (under_way) {
    const bar = find('.progress progress');
    bar.setAttribute('aria-label', words.batch_planning);
    if (under_way.total) { bar.max = under_way.total; bar.value = under_way.done; } else bar.removeAttribute('value');
    find('.progress span').textContent = under_way.total
      ? fill(words.batch_planned, {done: number(under_way.done), total: number(under_way.total)}) : words.batch_planning;
  }
  plan(now);
}

element.addEventListener('input', (event) => {
  if (event.target.closest('.own-cap')) ownCap();
  if (!event.target.closest('.search')) return;
  clearTimeout(timer);
  const text = event.target.value.trim();
  if (!text) { find('.results').replaceChildren(); find('.more').textContent = ''; return; }
  timer = setTimeout(() => trigger('search', {text}), 250);
});
element.addEventListener('submit', (event) => {
  event.preventDefault();
  if (event.target.classList.contains('plan')) {
    find('.plan button').disabled = true;
    const otherwise = fill(words.batch_unnamed, {count: number(props.value.plan.narrations)});
    trigger('begin', {name: find('.name input').value, approval: find('.approval input').checked, cap: find('.own-cap input').value, otherwise});
  } else {
    address(true);
    trigger('plan', {});
  }
});
element.addEventListener('keydown', (event) => {
  if (event.key === 'Enter' && event.target.closest('.search')) event.preventDefault();
});
window.addEventListener('studio:found', ({detail}) => {
  if (find('.search input').value.trim() !== detail.asked) return;
  find('.results').replaceChildren(...detail.found.map((entry) => {
    const item = node('li');
    const add = node('button', 'quiet small', entry.count ? fill(words.batch_folder, {name: entry.title, count: number(entry.count)}) : entry.title);
    add.type = 'button';
    add.addEventListener('click', () => {
      if (!chosen.contents.some((each) => each.id === entry.id)) chosen.contents.push({id: entry.id, title: entry.title});
      chips();
      changed();
    });
    item.append(add);
    return item;
  }));
  find('.more').textContent = detail.found.length ? (detail.more ? fill(words.batch_more, {count: number(detail.more)}) : '') : words.batch_none_found;
});

draw();
watch('value', draw);
