// Every lesson and article, with a link for each of its languages.
const {words, node} = site;
const find = (selector) => element.querySelector(selector);

// An address of the time when the narrations were at the front page.
if (new URLSearchParams(location.search).has('content')) location.replace(`/narration${location.search}`);

function draw() {
  const entries = props.value || [];
  find('h2').textContent = words.contents;
  find('.none').textContent = props.value && !entries.length ? words.contents_none : '';
  find('ul').replaceChildren(...entries.map((entry) => {
    const item = node('li');
    const title = node('span', 'title', entry.title);
    title.dir = 'auto';
    const links = node('span', 'links');
    for (const locale of entry.locales) {
      const link = node('a', '', locale.name);
      link.lang = locale.tag;
      link.href = `/narration?${new URLSearchParams({content: entry.id, locale: locale.tag})}`;
      links.append(link);
    }
    item.append(title, node('span', 'kind', words[entry.kind]), links);
    return item;
  }));
}

draw();
watch('value', draw);
