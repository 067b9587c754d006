// Who may come in; names and roles alone.
const {words, node, fill} = site;
const find = (selector) => element.querySelector(selector);

function row(person, by) {
  const line = node('tr');
  const name = node('th', '', person.name);
  name.scope = 'row';
  line.append(name, node('td', '', words[`role_${person.role}`]), node('td', '', by));
  return line;
}

function draw() {
  const now = props.value;
  find('h2').textContent = words.people;
  find('.change').textContent = words.people_change;
  if (!now) return;
  for (const [part, word] of [['.who', 'who'], ['.role', 'role'], ['.by', 'comes_by']]) find(part).textContent = words[word];
  const how = now.open ? words.people_open : words.people_closed;
  find('.how').textContent = now.header ? `${how} ${fill(words.people_proxy, {header: now.header})}` : how;
  find('.problem').textContent = now.notice ? site.told(now.notice) : '';
  const rows = [
    ...now.users.map((user) => row(user, words.by_name)),
    ...now.tokens.map((token) => row(token, words.by_token)),
  ];
  find('tbody').replaceChildren(...rows);
  find('table').hidden = !rows.length;
}

draw();
watch('value', draw);
