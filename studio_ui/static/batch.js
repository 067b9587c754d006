// One batch with its progress, what failed and why, and all of its narrations; or the newest batches as links.
const {words, fill, node, dollars, number, lasts, when} = site;
const find = (selector) => element.querySelector(selector);

function counted(counts) {
  return Object.entries(counts).filter(([, count]) => count)
    .map(([state, count]) => `${words[`batch_item_${state}`]}: ${number(count)}`).join(' · ');
}

function retrying(text, detail) {
  const button = node('button', 'quiet small', text);
  button.type = 'button';
  button.addEventListener('click', () => { button.disabled = true; trigger('retry', detail); });
  return button;
}

function causes(now, can) {
  find('.causes').hidden = !now.causes.length;
  find('.causes h3').textContent = words.batch_causes;
  find('.causes [data-act=retry]').textContent = words.batch_retry_all;
  find('.causes [data-act=retry]').hidden = !can;
  const open = new Set([...element.querySelectorAll('.causes details[open]')].map((each) => each.dataset.code));
  find('.causes ul').replaceChildren(...now.causes.map((cause) => {
    const item = node('li');
    const text = node('p', '', `${number(cause.count)} × ${cause.message || words[`batch_item_${cause.state}`]} ${site.remedy(cause.remedy)}`);
    item.append(text);
    if (can) item.append(retrying(fill(words.batch_retry_those, {count: number(cause.count)}), {cause: cause.code, narration: ''}));
    const which = node('details');
    which.dataset.code = cause.code;
    which.open = open.has(cause.code);
    which.append(node('summary', '', words.batch_which_ones));
    for (const narration of cause.narrations) {
      const row = node('p', 'narration', narration);
      if (can) {
        const one = retrying(words.batch_retry, {cause: '', narration});
        one.setAttribute('aria-label', fill(words.batch_retry_one, {name: narration}));
        row.append(one);
      }
      which.append(row);
    }
    item.append(which);
    return item;
  }));
}

function one(now) {
  const batch = now.batch;
  find('#batch-title').textContent = batch.name;
  find('.crumb a').textContent = words.batch_all;
  const state = [words[`batch_state_${batch.state}`], fill(words.batch_of, {done: number(batch.done), total: number(batch.total)}), counted(batch.counts)];
  if (batch.remaining_seconds) state.push(fill(words.batch_remaining, {time: lasts(batch.remaining_seconds)}));
  find('.state').textContent = state.join(' · ');
  const bar = find('progress');
  bar.max = batch.total;
  bar.value = batch.done;
  bar.setAttribute('aria-label', batch.name);
  bar.classList.toggle('failing', Boolean(now.causes.length));
  find('.money').textContent = [
    fill(words.batch_spent, {cost: dollars(batch.cost_usd), estimate: dollars(batch.estimated_usd)}),
    ...(batch.cap_usd === null ? [] : [fill(words.batch_capped, {used: dollars(batch.used_usd), cap: dollars(batch.cap_usd)})]),
    fill(words.batch_by, {name: batch.by, when: when(batch.at)}),
  ].join(' · ');
  for (const [act, shown] of [['resume', now.can_go_on], ['pause', batch.state === 'running'], ['cancel', ['running', 'paused'].includes(batch.state)]]) {
    const button = find(`.acts [data-act=${act}]`);
    button.hidden = !shown;
    button.disabled = false;
    button.textContent = words[`batch_${act}`];
  }
  find('.new-cap').hidden = !now.can_go_on || batch.cap_usd === null;
  find('.new-cap span').textContent = words.batch_new_cap;
  if (!now.can_go_on) find('.new-cap input').value = '';
  causes(now, batch.state !== 'cancelled');
  find('.items-title').textContent = words.batch_items;
  find('.items').replaceChildren(...now.items.map((each) => {
    const item = node('li');
    const link = node('a', '', each.title);
    link.href = each.url;
    link.dir = 'auto';
    const badge = node('span', 'state-of', words[`batch_item_${each.state}`]);
    badge.dataset.state = each.state;
    item.append(link, badge);
    return item;
  }));
  find('.more').textContent = now.more ? fill(words.batch_more, {count: number(now.more)}) : '';
}

function draw() {
  const now = props.value;
  if (!now) return;
  if (now.go) history.pushState(null, '', `/batch?id=${now.go}`);
  const told = Boolean(now.batch);
  find('.problem').textContent = now.notice ? site.told(now.notice) : '';
  find('.one').hidden = !told;
  find('.crumb').hidden = Boolean(now.recent);
  find('.crumb a').textContent = words.batch_all;
  find('.recent').hidden = !now.recent;
  if (told) { one(now); return; }
  find('#batch-title').textContent = words.batch_title;
  if (!now.recent) return;
  find('.recent').replaceChildren(...now.recent.map((batch) => {
    const item = node('li');
    const link = node('a', '', batch.name);
    link.href = `/batch?id=${batch.id}`;
    link.dir = 'auto';
    const about = [words[`batch_state_${batch.state}`], fill(words.batch_of, {done: number(batch.done), total: number(batch.total)})];
    if (batch.to_retry) about.push(fill(words.batch_failed, {count: number(batch.to_retry)}));
    item.append(link, node('span', 'about', about.join(' · ')));
    return item;
  }));
  if (!now.recent.length) find('.recent').append(node('li', 'about', words.batch_none));
}

element.addEventListener('click', (event) => {
  const button = event.target.closest('button[data-act]');
  if (!button) return;
  button.disabled = true;
  trigger(button.dataset.act, {cause: '', narration: '', cap: find('.new-cap input').value});
  if (button.dataset.act === 'retry') button.disabled = false;
});
window.addEventListener('popstate', () => trigger('restore', {}));

draw();
watch('value', draw);
