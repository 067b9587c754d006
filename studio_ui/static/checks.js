// The doctor: what is well, what is not, and how to mend it. What is not well comes first.
const {words, node, fill} = site;
const find = (selector) => element.querySelector(selector);

function busy(now) {
  find('.busy').hidden = !now;
  find('.again').disabled = now;
  if (now) find('.summary').textContent = words.looking;
}

function line(finding) {
  const item = node('li', finding.ok ? 'well' : 'unwell');
  item.append(node('span', 'state', finding.ok ? words.well : words.unwell));
  const told = node('div', 'told');
  const detail = node('p', 'detail');
  detail.append(node('strong', '', finding.name), ` ${finding.detail}`);
  detail.lang = 'en';
  told.append(detail);
  if (!finding.ok && finding.remedy) {
    const remedy = node('p', 'remedy', finding.remedy);
    remedy.lang = 'en';
    told.append(remedy);
  }
  item.append(told);
  return item;
}

function draw() {
  find('h2').textContent = words.checks;
  find('.again').textContent = words.look_again;
  find('.busy').setAttribute('aria-label', words.looking);
  const now = props.value;
  busy(!now);
  if (!now) return;
  const unwell = now.findings.filter((finding) => !finding.ok);
  const found = unwell.length ? fill(words.to_mend, {count: unwell.length}) : words.all_well;
  find('.summary').textContent = `${found} (${site.when(now.at)})`;
  find('ul').replaceChildren(...[...unwell, ...now.findings.filter((finding) => finding.ok)].map(line));
}

find('.again').addEventListener('click', () => { busy(true); trigger('again'); });

draw();
watch('value', draw);
document.addEventListener('studio:refused', () => busy(false));
