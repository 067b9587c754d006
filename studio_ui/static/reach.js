// The narrations that an entry would touch, as links, each with the first place.
const {words, fill, node, number} = site;
const find = (selector) => element.querySelector(selector);

function draw() {
  const now = props.value;
  find('.reach').hidden = !now;
  if (!now) return;
  if (now.notice) {
    find('h3').textContent = '';
    find('.none').textContent = site.told(now.notice);
    find('ul').replaceChildren();
    return;
  }
  find('h3').textContent = fill(words.lexicon_touches, {word: now.written});
  const count = number(now.narrations.length);
  find('.none').textContent = !now.narrations.length ? words.lexicon_touches_none
    : fill(now.more ? words.lexicon_touches_more : words.lexicon_touches_count, {count});
  find('ul').replaceChildren(...now.narrations.map((each) => {
    const item = node('li');
    const link = node('a', '', each.name);
    link.href = each.url;
    const example = node('span', 'example', `… ${each.example} …`);
    example.dir = 'auto';
    item.append(link, example, node('span', 'about', each.published ? words.lexicon_becomes_stale : ''));
    return item;
  }));
}

draw();
watch('value', draw);
