// Insights: a few numbers, and tables whose bars are drawn of their own figures, so that nothing is said by a picture alone.
const {words, fill, node, number, dollars, lasts, when, locale} = site;
const find = (selector) => element.querySelector(selector);
const SVG = 'http://www.w3.org/2000/svg';

function minutes(value) {
  return value ? fill(words.minutes, {count: value.toLocaleString(locale, {maximumFractionDigits: value < 10 ? 1 : 0})}) : '–';
}

function day(text) {
  return new Intl.DateTimeFormat(locale, {day: 'numeric', month: 'short', timeZone: 'UTC'}).format(new Date(`${text}T00:00:00Z`));
}

function percent(share) {
  return share.toLocaleString(locale, {style: 'percent', maximumFractionDigits: 1});
}

function seconds(pair) {
  return pair ? fill(words.median_and_most, {median: lasts(pair[0]), most: lasts(pair[1])}) : words.nothing_yet;
}

function numbers(now) {
  const sum = (name) => now.by_day.reduce((total, each) => total + each[name], 0);
  const ended = now.done + now.failed;
  return [
    [words.spent, dollars(sum('usd'))],
    [words.saved, dollars(sum('saved_usd'))],
    [words.minutes_made, minutes(sum('minutes'))],
    [words.success, ended ? `${percent(now.done / ended)} (${fill(words.of, {done: number(now.done), total: number(ended)})})` : words.nothing_yet],
    [words.first_sound, seconds(now.first_sound)],
    [words.until_ready, seconds(now.until_ready)],
    [words.stale_now, number(now.stale), '/?status=stale'],
    [words.orphaned_now, number(now.orphaned)],
  ].map(([name, value, address]) => {
    const group = node('div');
    const figure = node('dd');
    if (address && value !== '0') {
      const link = node('a', '', value);
      link.href = address;
      figure.append(link);
    } else figure.textContent = value;
    group.append(node('dt', '', name), figure);
    return group;
  });
}

// A table with a bar in each row; `columns` are [heading, text of a row, share of the row or nothing].
function table(title, rows, columns) {
  const figure = node('section', 'chart');
  const made = node('table');
  const caption = node('caption', '', title);
  const head = node('tr');
  for (const [heading] of columns) {
    const cell = node('th', '', heading);
    cell.scope = 'col';
    head.append(cell);
  }
  const top = node('thead');
  top.append(head);
  const body = node('tbody');
  for (const row of rows) {
    const line = node('tr');
    columns.forEach(([, text, share], index) => {
      const cell = node(index ? 'td' : 'th', '', text(row));
      if (!index) { cell.scope = 'row'; cell.dir = 'auto'; }
      if (share) {
        cell.classList.add('bar');
        cell.style.setProperty('--share', `${Math.max(0, Math.min(1, share(row))) * 100}%`);
      }
      line.append(cell);
    });
    body.append(line);
  }
  made.append(caption, top, body);
  const scroll = node('div', 'scroll');
  scroll.tabIndex = 0;
  scroll.setAttribute('role', 'region');
  scroll.setAttribute('aria-label', title);
  scroll.append(rows.length ? made : node('p', 'none', words.nothing_yet));
  if (!rows.length) figure.append(node('h3', '', title));
  figure.append(scroll);
  return figure;
}

// Columns over the days: a picture with a name, and the table of the same figures behind a disclosure.
function columns(title, rows, series) {
  const figure = node('section', 'chart wide');
  const heading = node('h3', '', title);
  const most = Math.max(...series.flatMap(([, value]) => rows.map(value)), 0);
  figure.append(heading);
  if (!most) {
    figure.append(node('p', 'none', words.nothing_yet));
    return figure;
  }
  const draw = (tag, attributes) => {
    const made = document.createElementNS(SVG, tag);
    for (const [name, value] of Object.entries(attributes)) made.setAttribute(name, value);
    return made;
  };
  const width = 900;
  const height = 180;
  const step = width / rows.length;
  const svg = draw('svg', {viewBox: `0 0 ${width} ${height + 1}`, role: 'img', class: 'columns'});
  const peak = rows.reduce((best, row) => (series[0][1](row) > series[0][1](best) ? row : best), rows[0]);
  svg.setAttribute('aria-label', fill(words.chart_says, {title, from: day(rows[0].day), to: day(rows.at(-1).day),
    most: series[0][2](series[0][1](peak)), day: day(peak.day)}));
  series.forEach(([, value], which) => {
    const wide = Math.max(1, (step * 0.8) / series.length);
    rows.forEach((row, index) => {
      const tall = (value(row) / most) * height;
      if (tall > 0) svg.append(draw('rect', {x: index * step + step * 0.1 + which * wide, y: height - tall, width: wide, height: tall, class: `series-${which}`}));
    });
  });
  svg.append(draw('line', {x1: 0, x2: width, y1: height, y2: height, class: 'axis'}));
  const ends = node('p', 'ends');
  ends.append(node('span', '', day(rows[0].day)), node('span', '', day(rows.at(-1).day)));
  const legend = node('ul', 'legend');
  legend.append(...series.map(([name], which) => node('li', `series-${which}`, name)));
  const more = node('details');
  more.append(node('summary', '', words.as_table), table(title, rows.filter((row) => series.some(([, value]) => value(row))),
    [[words.day, (row) => day(row.day)], ...series.map(([name, value, text]) => [name, (row) => text(value(row))])]));
  figure.append(legend, svg, ends, more);
  return figure;
}

function byWhat(title, name, rows) {
  const most = Math.max(...rows.map((row) => Math.max(row.usd, row.saved_usd)), 0) || 1;
  const longest = Math.max(...rows.map((row) => row.minutes), 0) || 1;
  return table(title, rows, [
    [name[0], name[1]],
    [words.spent, (row) => dollars(row.usd), (row) => row.usd / most],
    [words.saved, (row) => dollars(row.saved_usd), (row) => row.saved_usd / most],
    [words.minutes_made, (row) => minutes(row.minutes), (row) => row.minutes / longest],
  ]);
}

function causes(title, rows) {
  const most = Math.max(...rows.map((row) => row.count), 1);
  return table(title, rows, [
    [words.cause, (row) => words[`cause_${row.code}`] || row.code],
    [words.count, (row) => number(row.count), (row) => row.count / most],
  ]);
}

function draw() {
  const now = props.value;
  find('h2').textContent = words.page_insights;
  find('.problem').textContent = now && now.notice ? site.told(now.notice) : '';
  const again = find('[data-act=refresh]');
  again.textContent = words.refresh;
  again.disabled = !now;
  if (!now) find('.built').textContent = words.gathering;
  if (!now || now.notice) return;
  find('.built').textContent = fill(words.built, {time: when(now.built_at)});
  find('.periods').setAttribute('aria-label', words.period);
  find('.periods ul').replaceChildren(...now.periods.map((days) => {
    const item = node('li');
    const link = node('a', '', fill(words.days, {count: number(days)}));
    link.href = `/insights?days=${days}`;
    if (days === now.days) link.setAttribute('aria-current', 'true');
    item.append(link);
    return item;
  }));
  find('.numbers').replaceChildren(...numbers(now));
  const none = words.no_name;
  const open = [...element.querySelectorAll('.chart details')].map((each) => each.open);
  find('.charts').replaceChildren(
    columns(words.money_by_day, now.by_day, [[words.spent, (row) => row.usd, dollars], [words.saved, (row) => row.saved_usd, dollars]]),
    columns(words.minutes_by_day, now.by_day, [[words.minutes_made, (row) => row.minutes, minutes]]),
    byWhat(words.money_by_provider, [words.provider, (row) => row.provider || none], now.by_provider),
    byWhat(words.money_by_voice, [words.voice, (row) => row.voice || none], now.by_voice),
    byWhat(words.money_by_locale, [words.locale, (row) => row.locale || none], now.by_locale),
    columns(words.estimates, now.estimates, [[words.spent, (row) => row.usd, dollars], [words.estimated, (row) => row.estimate_usd, dollars]]),
    causes(words.retries, now.retries),
    causes(words.failures, now.failures),
  );
  element.querySelectorAll('.chart details').forEach((each, index) => { each.open = Boolean(open[index]); });
  if (now.orphans.length) {
    find('.charts').append(table(words.orphans, now.orphans, [[words.narration, (key) => key]]));
  }
}

element.addEventListener('click', (event) => {
  const link = event.target.closest('.periods a');
  if (!link || event.button || event.metaKey || event.ctrlKey || event.shiftKey || event.altKey) return;
  event.preventDefault();
  history.pushState(null, '', link.getAttribute('href'));
  trigger('restore');
});
find('[data-act=refresh]').addEventListener('click', (event) => {
  event.currentTarget.disabled = true;
  find('.built').textContent = words.gathering;
  trigger('refresh');
});
document.addEventListener('studio:refused', draw);
window.addEventListener('popstate', () => trigger('restore'));

draw();
watch('value', draw);
