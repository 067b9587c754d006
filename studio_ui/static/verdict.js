// Whether the narration is heard as it is written: the verdict of a listener, what it heard, and the way to each place.
const {words, fill, node, clock, number} = site;
const find = (selector) => element.querySelector(selector);
let now = props.value;
let found = null; // the last verdict, with `of`: what it is about
let bounds = {}; // those that somebody chose instead of the language's own
let asked = 0;

const about = () => (now && now.asks && now.heard ? JSON.stringify([now.asks, now.heard]) : '');

const state = (verdict) => (verdict.ground === 'unheard' ? 'unheard' : verdict.verdict);

function text(tag, className, said) {
  const made = node(tag, className, said || words.heard_nothing);
  if (said) {
    made.lang = now.lang;
    made.dir = now.dir;
  }
  return made;
}

function place(passage) {
  const item = node('li', passage.verdict);
  const go = node('button', 'quiet small', fill(words.play_from, {time: clock(passage.start)}));
  go.type = 'button';
  go.dataset.at = passage.start;
  const pairs = node('dl');
  pairs.append(node('dt', '', words.written), text('dd', '', passage.said), node('dt', '', words.was_heard), text('dd', '', passage.heard));
  item.append(node('span', 'kind', words[`passage_${passage.verdict}`]), go, pairs);
  return item;
}

function draw() {
  find('.verdict').hidden = !about();
  if (!about()) return;
  const told = found && found.of === about() ? found : null;
  find('.what').textContent = words.verdict;
  find('.mark').textContent = told ? words[`verdict_${state(told)}`] : '';
  find('.verdict').dataset.verdict = told ? state(told) : '';
  find('.why').textContent = told ? site.verdict(told) : '';
  const how = told && told.unheard > 0 && !['language', 'voice', 'too_old'].includes(told.ground);
  find('.how').hidden = !how;
  if (how) {
    find('.how span').textContent = told.missing ? `${words.listener_missing} ${told.missing} ${words.then_listen}` : words.how_to_listen;
    find('.how code').textContent = told.command;
  }
  const doubtful = told ? told.passages.filter((each) => each.rate !== null && each.verdict !== 'pass') : [];
  find('.places').replaceChildren(...doubtful.map(place));
  const judged = told && told.measure && told.rate !== null;
  find('.bounds').hidden = !judged;
  if (!judged) return;
  const [good, bad] = element.querySelectorAll('.bounds span');
  good.textContent = fill(words.good_up_to, {what: words[`percent_${told.measure}`]});
  bad.textContent = fill(words.bad_from, {what: words[`percent_${told.measure}`]});
  find('[name=good]').value = Math.round(told.good * 100);
  find('[name=bad]').value = Math.round(told.bad * 100);
  find('.bounds button').textContent = words.judge_again;
}

// It is asked for aside: what is heard is judged passage by passage, and an open page looks often.
async function look() {
  const mine = ++asked;
  const of = about();
  if (!of) return;
  const query = new URLSearchParams({...now.asks, version: now.heard, ...bounds});
  try {
    const answer = await fetch(`/api/v1/hearing?${query}`);
    const data = await answer.json();
    if (mine !== asked) return;
    if (!answer.ok) throw new Error(site.told(data.error));
    found = {...data, of};
    draw();
  } catch (error) {
    if (mine !== asked) return;
    find('.why').textContent = error.message || words.no_verdict;
  }
}

function changed() {
  draw();
  if (!about() || (found && found.of === about())) return;
  bounds = {};
  look();
}

element.addEventListener('click', (event) => {
  const go = event.target.closest('[data-at]');
  if (go) window.dispatchEvent(new CustomEvent('studio:hear', {detail: {version: now.heard, at: Number(go.dataset.at)}}));
});
element.addEventListener('submit', (event) => {
  event.preventDefault();
  bounds = {good: Number(find('[name=good]').value) / 100, bad: Number(find('[name=bad]').value) / 100};
  look();
});
// Somebody may have listened meanwhile, or be listening now.
find('.verdict').addEventListener('toggle', (event) => { if (event.target.open) look(); });
setInterval(() => {
  const open = find('.verdict').open && document.visibilityState === 'visible';
  if (open && found && found.unheard && !document.activeElement?.closest('.verdict .bounds')) look();
}, 5000);

changed();
watch('value', () => { now = props.value; changed(); });
window.addEventListener('studio:shown', (event) => { now = event.detail.verdict; changed(); });
