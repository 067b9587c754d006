// The top of every page: the way to the other pages as real links, and past them to the content.
const {words, language} = site;
const find = (selector) => element.querySelector(selector);
const button = find('.menu-button');

document.documentElement.lang = language;

function open(now) {
  button.setAttribute('aria-expanded', String(now));
  find('.masthead').dataset.open = String(now);
}

function draw() {
  const now = props.value || {here: '', pages: []};
  document.title = `${words[`page_${now.here}`] || ''} · Narration Studio`;
  find('.skip').textContent = words.skip;
  find('.pages').setAttribute('aria-label', words.pages);
  button.textContent = words.menu;
  button.hidden = now.pages.length < 2;
  find('.pages').hidden = now.pages.length < 2;
  const account = find('.account');
  account.hidden = !now.person;
  account.textContent = now.person ? site.fill(words.account, {name: now.person}) : '';
  document.documentElement.dataset.role = now.role || '';
  find('.pages ul').replaceChildren(...now.pages.map((page) => {
    const item = document.createElement('li');
    const link = document.createElement('a');
    link.href = page.path;
    link.textContent = words[`page_${page.noun}`];
    if (page.noun === now.here) link.setAttribute('aria-current', 'page');
    item.append(link);
    return item;
  }));
}

button.addEventListener('click', () => open(button.getAttribute('aria-expanded') !== 'true'));
element.addEventListener('keydown', (event) => {
  if (event.key !== 'Escape' || button.getAttribute('aria-expanded') !== 'true') return;
  open(false);
  button.focus();
});
// A button and no link to a fragment: the address is the state of the page and stays as it is.
find('.skip').addEventListener('click', () => {
  const target = document.querySelector('.page');
  if (!target) return;
  target.tabIndex = -1;
  target.focus();
});

open(false);
draw();
watch('value', draw);
