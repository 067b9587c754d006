// A box for SQL that only reads. What was asked is in the address; it is asked again only when somebody presses the button.
const {words, fill, node, number} = site;
const find = (selector) => element.querySelector(selector);
const form = find('form');
const box = form.elements.sql;

function answerTable(answer) {
  const made = node('table');
  const head = node('tr');
  for (const column of answer.columns) {
    const cell = node('th', '', column);
    cell.scope = 'col';
    head.append(cell);
  }
  const top = node('thead');
  top.append(head);
  const body = node('tbody');
  for (const row of answer.rows) {
    const line = node('tr');
    line.append(...row.map((value) => node('td', typeof value === 'number' ? 'figure' : '',
      value === null ? '' : typeof value === 'number' ? value.toLocaleString(site.locale, {maximumFractionDigits: 6}) : String(value))));
    body.append(line);
  }
  made.append(top, body);
  return made;
}

function draw() {
  const now = props.value || {};
  find('h3').textContent = words.inquiry;
  find('.lead').textContent = words.inquiry_lead;
  find('label span').textContent = words.inquiry_sql;
  find('button').textContent = words.inquiry_ask;
  find('button').disabled = false;
  find('summary').textContent = words.inquiry_tables;
  if (!box.value) box.value = new URLSearchParams(location.search).get('sql') || words.inquiry_example;
  find('.problem').textContent = now.notice ? site.told(now.notice) : '';
  const {answer} = now;
  find('.answer').hidden = !answer;
  find('.answer').setAttribute('aria-label', words.inquiry_answer);
  find('.answer-line').textContent = answer ? fill(answer.more ? words.inquiry_more : words.inquiry_rows,
    {count: number(answer.rows.length), seconds: number(answer.seconds)}) : '';
  find('.answer').replaceChildren(...(answer ? [answerTable(answer)] : []));
  if (now.tables) {
    find('.tables').replaceChildren(...now.tables.flatMap(([name, columns]) => [node('dt', '', name), node('dd', '', columns)]));
  }
}

form.addEventListener('submit', (event) => {
  event.preventDefault();
  const query = new URLSearchParams(location.search);
  query.set('sql', box.value);
  if (String(query).length < 4000) history.replaceState(null, '', `${location.pathname}?${query}`);
  find('button').disabled = true;
  setTimeout(() => { find('button').disabled = false; }, 15000); // an answer that never comes must not lock the page
  trigger('ask', {sql: box.value});
});
box.addEventListener('keydown', (event) => {
  if (event.key === 'Enter' && (event.ctrlKey || event.metaKey)) form.requestSubmit();
});

draw();
watch('value', draw);
