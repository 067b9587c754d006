// What an open page does when it is turned away. Gradio keeps such answers to itself.
// Its session has ended: it goes to the log-in, and comes back from there.
// It may not do that, or not so often: it says so, and the buttons that were pressed come back (`studio:refused`).
(() => {
  const ask = window.fetch;
  let leaving;

  function say(text) {
    document.querySelector('.refusal-notice')?.remove();
    const notice = document.createElement('div');
    notice.className = 'refusal-notice';
    notice.setAttribute('role', 'alert');
    const words = document.createElement('p');
    words.lang = 'en';
    const close = document.createElement('button');
    close.type = 'button';
    close.textContent = '×';
    close.setAttribute('aria-label', navigator.language.startsWith('id') ? 'Tutup' : 'Close');
    close.addEventListener('click', () => notice.remove());
    notice.append(words, close);
    document.body.append(notice);
    words.textContent = text; // after it is there, so that screen readers tell it
    clearTimeout(leaving);
    leaving = setTimeout(() => notice.remove(), 20000);
    document.dispatchEvent(new Event('studio:refused'));
  }

  window.fetch = async (...call) => {
    const answer = await ask(...call);
    const {origin, pathname, search} = location;
    const address = new URL(answer.url || origin);
    if (answer.ok || address.origin !== origin) return answer;
    if (answer.status === 401) location.assign(`/login?next=${encodeURIComponent(pathname + search)}`);
    else if (address.pathname.startsWith('/gradio_api/run/')) {
      answer.clone().json().then(({error}) => {
        if (error) say(error.message ? `${error.message} ${error.remedy}` : String(error));
      }, () => {});
    }
    return answer;
  };
})();
