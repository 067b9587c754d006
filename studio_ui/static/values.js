// Every setting: its value, and what it does. Nothing can be changed here.
const {words, node} = site;
const find = (selector) => element.querySelector(selector);

function entry(setting) {
  const group = node('div');
  const value = node('dd', 'value');
  value.append(setting.value ? node('code', '', setting.value) : node('span', 'empty', words.empty));
  if (setting.default) value.append(node('span', 'default', words.default_value));
  const help = node('dd', 'help', setting.help);
  help.lang = 'en';
  const name = node('dt');
  name.append(node('code', '', setting.name));
  group.append(name, value, help);
  return group;
}

function draw() {
  find('h2').textContent = words.values;
  find('.note').textContent = words.values_note;
  find('dl').replaceChildren(...(props.value || []).map(entry));
}

draw();
watch('value', draw);
