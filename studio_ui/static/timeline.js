// What happened to the narration, line by line, and the way to its run in Dagster.
const {words} = site;
const find = (selector) => element.querySelector(selector);
let shown = props.value;
let opened = ''; // what was opened for the person already; closing it is theirs to decide

function draw() {
  const now = shown || {lines: [], run_url: ''};
  const list = find('ol');
  find('details').hidden = !now.lines.length;
  if (now.open && opened !== now.open) find('details').open = true;
  opened = now.open || opened;
  find('summary').textContent = words.timeline;
  const moment = new Intl.DateTimeFormat(undefined, {hour: '2-digit', minute: '2-digit', second: '2-digit'});
  const day = new Intl.DateTimeFormat(undefined, {dateStyle: 'long'});
  list.replaceChildren(...now.lines.map((line) => {
    const item = document.createElement('li');
    item.dataset.kind = line.kind;
    const time = document.createElement('time');
    time.dateTime = line.at;
    time.title = day.format(new Date(line.at));
    time.textContent = moment.format(new Date(line.at));
    const text = document.createElement('span');
    text.textContent = line.text;
    item.append(time, text);
    return item;
  }));
  const link = find('a');
  link.hidden = !/^https?:/.test(now.run_url);
  link.textContent = words.run;
  if (!link.hidden) link.href = now.run_url;
}

draw();
watch('value', () => { shown = props.value; draw(); });
window.addEventListener('studio:shown', (event) => { shown = event.detail.timeline; draw(); });
