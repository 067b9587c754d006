// What the script of every component begins with: the words in the language of the browser, and how figures are written.
const site = (() => {
  const language = props.labels[navigator.language.slice(0, 2)] ? navigator.language.slice(0, 2) : 'en';
  // Dates and figures as in the reader's own country, where that speaks the language of the page.
  const locale = navigator.language.startsWith(language) ? navigator.language : language;
  const unit = (value, name) => new Intl.NumberFormat(locale, {
    style: 'unit', unit: name, unitDisplay: 'long', maximumFractionDigits: 0,
  }).format(value);
  // What can only be done outside of the pages: a command, a setting, a file of the studio's own.
  const outside = /`studio [^`]*`|\bpip install\b|\b[A-Z]+(?:_[A-Z]+)+\b|\b[a-z]+\.toml\b|(?:^|\s)\.env\b/;
  const remedy = (text) => (outside.test(text || '') ? `${text} ${(props.labels[language] || {}).whoever_runs}` : text || '');
  const fill = (text, values) => text.replace(/\{(\w+)(?:\|([^|}]*)\|([^|}]*))?\}/g, (_, name, one, many) => (
    one === undefined ? values[name] : String(values[name]) === '1' ? one : many));
  const drawn = new WeakMap();
  return {
    // Draws the children of `parent` anew only when what they show is another: focus and what is marked stay where they are.
    redraw: (parent, shows, make) => {
      const told = JSON.stringify(shows);
      if (drawn.get(parent) === told) return;
      drawn.set(parent, told);
      parent.replaceChildren(...make());
    },
    // Draws without moving what somebody is at: it stays where it is on the screen, whatever appears above it.
    steady: (drawing) => {
      const held = document.activeElement || document.body;
      const before = held.getBoundingClientRect().top;
      drawing();
      if (held === document.body || !held.isConnected || before < 0 || before > innerHeight) return;
      const moved = held.getBoundingClientRect().top - before;
      if (moved) scrollBy({top: moved, behavior: 'instant'});
    },
    language,
    locale,
    words: props.labels[language] || {},
    // 'speaking {done} of {total}' with its values, and '{count} {count|take|takes}' with the word for so many
    fill,
    // What to do about something, as a page tells it: with whom to ask where a page cannot do it.
    remedy,
    // A refusal or a failure in its sentences.
    told: (problem) => `${problem.message} ${remedy(problem.remedy)}`.trim(),
    // An element with a class and a text; the text stays text.
    node: (tag, className, text) => {
      const made = document.createElement(tag);
      if (className) made.className = className;
      if (text !== undefined) made.textContent = text;
      return made;
    },
    // 3:05 and 1:02:03
    clock: (seconds) => {
      const whole = Math.round(seconds);
      const parts = [Math.floor(whole / 3600), Math.floor(whole / 60) % 60, whole % 60];
      return (parts[0] ? parts : parts.slice(1)).map((n, i) => (i ? String(n).padStart(2, '0') : n)).join(':');
    },
    // '40 seconds', '3 minutes'
    lasts: (seconds) => (seconds < 90 ? unit(Math.max(1, Math.round(seconds)), 'second')
      : unit(Math.round(seconds / 60), 'minute')),
    number: (value) => value.toLocaleString(locale),
    dollars: (amount) => `$${amount.toLocaleString(locale, {
      minimumFractionDigits: 2, maximumFractionDigits: amount && Math.abs(amount) < 0.1 ? 4 : 2,
    })}`,
    // What listening came to, in one sentence; the figures stand for themselves.
    verdict: (found) => {
      const said = props.labels[language] || {};
      const share = (value) => value.toLocaleString(locale, {style: 'percent', maximumFractionDigits: 0});
      const failed = found.failed ?? found.passages.filter((each) => each.verdict === 'fail').length;
      const all = found.passages.length ?? found.passages;
      return fill(said[`ground_${found.ground}`] || '', {
        failed: failed.toLocaleString(locale), heard: (all - found.unheard).toLocaleString(locale),
        unheard: found.unheard.toLocaleString(locale), good: share(found.good || 0),
        rate: fill(said[`of_${found.measure}`] || '', {share: share(found.rate || 0)}),
      });
    },
    // Why a narration is out of date, in the language of the page; a reason without a name says itself.
    stale: ({stale, stale_by: names}) => (names || []).map((name) => (props.labels[language] || {})[`stale_${name}`] || '').join(' ') || stale,
    when: (iso) => new Intl.DateTimeFormat(locale, {dateStyle: 'medium', timeStyle: 'short'}).format(new Date(iso)),
  };
})();
// Until a part knows what it shows, a press on it would be lost: so long nothing of it can be pressed, and it looks so.
if (!props.value) {
  const ready = () => { element.inert = false; };
  element.inert = true;
  watch('value', ready);
  window.addEventListener('studio:shown', ready, {once: true});
}
