// What is kept up to date by itself: whether that is on, what it would do now and for how much, and what it did last.
const {words, fill, node, number, dollars, when} = site;
const find = (selector) => element.querySelector(selector);

function fact(name, value) {
  const made = node('div');
  made.append(node('dt', '', name), node('dd', '', value));
  return made;
}

function link(one) {
  const made = node('a', '', one.title);
  made.href = one.url;
  made.lang = one.lang;
  made.dir = 'auto';
  return made;
}

function due(one) {
  const row = node('tr');
  const name = node('th');
  name.scope = 'row';
  name.append(link(one), ` ${one.about}`);
  const price = one.refusal || (one.estimated_usd ? dollars(one.estimated_usd) : words.upkeep_free);
  row.append(name, node('td', '', words[`upkeep_why_${one.why}`]), node('td', '', number(one.listens)), node('td', '', price),
    node('td', '', one.next ? words.upkeep_next : words.upkeep_waits));
  return row;
}

function action(one) {
  const item = node('li');
  item.append(link(one), ` ${one.about} · ${words[`upkeep_${one.state}`]} · ${when(one.at)}${one.cost_usd ? ` · ${dollars(one.cost_usd)}` : ''}`);
  return item;
}

function draw() {
  const now = props.value;
  find('h2').textContent = words.upkeep;
  find('.busy').setAttribute('aria-label', words.upkeep_looking);
  find('.busy').hidden = Boolean(now);
  find('.told').hidden = !now || !now.policy;
  find('.how').hidden = !now || !now.policy;
  find('.problem').textContent = now && now.notice ? site.told(now.notice) : '';
  find('.state').textContent = now ? '' : words.upkeep_looking;
  if (!now || !now.policy) return;
  const {policy} = now;
  find('.state').textContent = words[`upkeep_is_${policy.when}`];
  const left = now.left_usd === null ? words.upkeep_no_cap : dollars(now.left_usd);
  find('.facts').replaceChildren(
    fact(words.upkeep_contents, policy.contents.join(', ')),
    fact(words.upkeep_missing, policy.missing ? words.upkeep_yes : words.upkeep_no),
    fact(words.upkeep_due, fill(words.upkeep_due_of, {stale: number(now.out_of_date), missing: number(now.never_made)})),
    fact(words.upkeep_cost, now.estimated_usd ? dollars(now.estimated_usd) : words.upkeep_free),
    fact(words.upkeep_left, left),
    fact(words.upkeep_under_way, fill(words.upkeep_places, {count: number(now.under_way), places: number(policy.at_once)})),
  );
  find('.due caption').textContent = policy.when === 'off' ? words.upkeep_would : words.upkeep_does;
  find('.due thead tr').replaceChildren(...['narration', 'why', 'listens', 'price', 'turn'].map((name) => {
    const cell = node('th', '', words[`upkeep_${name}`]);
    cell.scope = 'col';
    return cell;
  }));
  find('.due tbody').replaceChildren(...now.narrations.map(due));
  find('.due-table').hidden = !now.narrations.length;
  find('.more').textContent = now.narrations.length ? (now.due > now.narrations.length ? fill(words.upkeep_more, {count: number(now.due - now.narrations.length)}) : '') : words.upkeep_nothing;
  find('.lately').textContent = words.upkeep_lately;
  find('.actions').replaceChildren(...now.lately.map(action));
  find('.none').textContent = now.lately.length ? '' : words.upkeep_nothing_lately;
  find('.how p').textContent = words.upkeep_how;
  find('.how code').textContent = 'STUDIO_KEEP_FRESH=change  # off, change, nightly\nSTUDIO_KEEP_FRESH_CONTENTS=*  # articles/*,subjects/physics/*\nSTUDIO_KEEP_FRESH_MISSING=no  # yes, no\nSTUDIO_KEEP_FRESH_USD_PER_DAY=5';
}

draw();
watch('value', draw);
