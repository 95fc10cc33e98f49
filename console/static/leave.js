// Leave now: blank the page at once, tell the server, put the weather in this page's place in the history.
// Without this script the link still works. The whole visit keeps one history entry, so Back does not return here.

function leave() {
  const to = document.querySelector('[data-leave]').dataset.leave;
  document.title = 'Weather';
  document.body.replaceChildren();
  navigator.sendBeacon?.('/chat/leave');
  location.replace(to);
}

let presses = 0, forget;
addEventListener('keyup', event => {
  if (event.key !== 'Shift') { presses = 0; return; }
  clearTimeout(forget);
  forget = setTimeout(() => { presses = 0; }, 5000);
  if (++presses >= 3) leave();
});

addEventListener('click', event => {
  const link = event.target.closest?.('a[href]');
  if (!link) return;
  if (link.dataset.leave) { event.preventDefault(); leave(); return; }
  const same = link.origin === location.origin;
  if (!same || link.getAttribute('href').startsWith('#')) return;
  if (event.ctrlKey || event.metaKey || event.shiftKey || event.defaultPrevented) return;
  event.preventDefault();
  go(link.href);
});

function go(address) {
  const there = new URL(address, location.href);
  const here = there.pathname === location.pathname && there.search === location.search;
  if (here) location.reload(); else location.replace(there);
}

// A form of ours is sent without adding to the history; if that fails, the browser sends it as always.
addEventListener('submit', async event => {
  const form = event.target, button = event.submitter;
  if (event.defaultPrevented || form.method !== 'post') return;
  event.preventDefault();
  if (form.ariaBusy === 'true') return;
  form.ariaBusy = 'true';
  try {
    const answer = await fetch(form.action, {method: 'POST', body: new URLSearchParams(new FormData(form, button))});
    if (answer.redirected) { go(answer.url); return; }
    const page = new DOMParser().parseFromString(await answer.text(), 'text/html');
    document.body.className = page.body.className;
    document.getElementById('main').replaceWith(page.getElementById('main'));
    document.getElementById('main').focus();
  } catch {
    form.submit();
  } finally {
    form.ariaBusy = 'false';
  }
});

addEventListener('pageshow', event => { if (event.persisted) location.reload(); });
