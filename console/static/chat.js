// The chat, live. Everything here also works as plain links and forms; a reload always shows the truth.
// New messages come by a stream that resumes from the last one seen; if it is down we ask every 4 s, then every 15 s.

const $ = id => document.getElementById(id);
const chat = $('chat'), log = $('log'), list = $('messages'), box = $('text'), below = $('below');
const words = JSON.parse(chat.dataset.words);
const api = `/chat/api/conversations/${chat.dataset.id}`;
const touch = matchMedia('(pointer: coarse)').matches;
const seen = new Set([...list.children].map(li => +li.dataset.seq));
const waiting = [];          // own messages not yet stored, oldest first; in memory only
let last = +chat.dataset.seq, busy = false, wait = 1, timer, source, beat = Date.now(), polls = 0, dead = false;

const hour = at => new Date(at).toLocaleTimeString('en-GB', {hour: 'numeric', minute: '2-digit', hour12: true, timeZone: 'Europe/London'}).replace(/\s/g, '');
const make = (tag, name, text) => Object.assign(document.createElement(tag), {className: name, textContent: text ?? ''});

// --- the log: append only, so that screen readers never hear history again
const nearEnd = () => log.scrollHeight - log.scrollTop - log.clientHeight < 100;
const toEnd = () => { log.scrollTop = log.scrollHeight; below.hidden = true; };
log.addEventListener('scroll', () => { if (nearEnd()) below.hidden = true; });
below.addEventListener('click', toEnd);

function add(kind, text, by) {
  const stay = kind !== 'person' && !nearEnd();
  const li = make('li', kind);
  li.append(make('p', '', text), make('span', 'by', by));
  if (kind === 'person') li.setAttribute('aria-live', 'off');
  list.append(li);
  if (stay) below.hidden = false; else toEnd();
  return li;
}

function show(message) {
  if (seen.has(message.seq)) return;
  seen.add(message.seq);
  last = Math.max(last, message.seq);
  const mine = message.from === 'person', at = hour(message.at);
  const own = mine && waiting.find(item => !item.seq && item.text === message.text);
  if (own) { stored(own, message.seq, message.at); return; }
  const by = mine ? `${chat.dataset.you}, ${at}` : message.name ? `${message.name}, ${at}` : at;
  add(message.from, message.text, by).dataset.seq = message.seq;
}

function showState({state, choices}) {
  if (state !== chat.dataset.state) {
    chat.dataset.state = state;
    $('state').textContent = words.state[state] ?? '';
    if (state === 'waiting' || state === 'staff') $('crisis').open = true;
    $('compose').hidden = state === 'ended';
    $('over').hidden = state !== 'ended';
    if (state === 'ended') dead = true;
  }
  const group = $('choices');
  const now = [...group.querySelectorAll('button')].map(b => b.value + b.textContent).join('|');
  if (now === choices.map(c => c.key + c.label).join('|')) return;
  group.querySelectorAll('button').forEach(b => b.remove());
  for (const choice of choices) {
    const button = make('button', '', choice.label);
    button.name = 'choice';
    button.value = choice.key;
    group.append(button);
  }
  group.hidden = !choices.length;
  if (nearEnd()) toEnd();
}

// --- sending: shown at once, kept until the server has it, always in order
function id() {
  return [...crypto.getRandomValues(new Uint8Array(16))].map(n => n.toString(16).padStart(2, '0')).join('');
}

function say(text, choice) {
  const item = {text, choice, client_id: id(), li: add('person', text, words.sending)};
  item.li.classList.add('sending');
  waiting.push(item);
  push();
}

function stored(item, seq, at) {
  item.seq = seq;
  seen.add(seq);
  item.li.dataset.seq = seq;
  item.li.classList.remove('sending', 'unsent');
  item.li.lastChild.textContent = `${chat.dataset.you}, ${hour(at)}`;
}

async function push() {
  if (busy) return;
  busy = true;
  clearTimeout(timer);
  while (waiting.length) {
    const item = waiting[0], body = {client_id: item.client_id, text: item.text};
    if (item.choice) body.choice = item.choice;
    try {
      const answer = await fetch(`${api}/messages`, {method: 'POST', headers: {'Content-Type': 'application/json'}, body: JSON.stringify(body), signal: AbortSignal.timeout(10000)});
      if (answer.ok) {
        const {seq} = await answer.json();
        if (!item.seq) stored(item, seq, Date.now());
      } else if (answer.status < 500 && ![408, 429].includes(answer.status)) {
        const why = (await answer.json().catch(() => ({}))).error?.message;
        item.li.classList.replace('sending', 'unsent');
        item.li.lastChild.textContent = [words.refused, why].filter(Boolean).join(' ');
      } else throw answer;
      waiting.shift();
      wait = 1;
    } catch {
      waiting.forEach(unsent);
      timer = setTimeout(push, wait * 1000);
      wait = Math.min(wait * 2, 30);
      break;
    }
  }
  busy = false;
}

function unsent(item) {
  if (item.seq || item.li.classList.contains('unsent')) return;
  item.li.classList.replace('sending', 'unsent');
  const again = make('button', 'again', words.try_now);
  again.type = 'button';
  again.onclick = push;
  item.li.lastChild.replaceChildren(words.not_sent, ' ', again);
  toEnd();
}

$('write').addEventListener('submit', event => {
  event.preventDefault();
  const text = box.value.trim();
  if (!text) return;
  say(text);
  box.value = '';
  grow();
  box.focus();
});
$('choices').addEventListener('submit', event => {
  event.preventDefault();
  say(event.submitter.textContent, event.submitter.value);
  box.focus({preventScroll: true});
});
box.addEventListener('keydown', event => {
  if (event.key !== 'Enter' || event.shiftKey || event.isComposing || touch) return;
  event.preventDefault();
  $('write').requestSubmit();
});
function grow() {
  const left = 2000 - box.value.length;
  $('count').textContent = left <= 200 ? `${left} ${words.left}` : '';
}
box.addEventListener('input', grow);
addEventListener('beforeunload', event => { if (waiting.length && document.body.children.length) event.preventDefault(); });

// --- receiving
function listen() {
  source?.close();
  source = new EventSource(`${api}/stream?after=${last}`);
  const alive = () => { beat = Date.now(); polls = 0; };
  source.onopen = alive;
  source.onmessage = event => { alive(); show(JSON.parse(event.data)); };
  source.addEventListener('state', event => { alive(); showState(JSON.parse(event.data)); if (dead) source.close(); });
  source.addEventListener('hb', alive);
  source.onerror = () => { beat = Math.min(beat, Date.now() - 25000); };
}

async function poll() {
  const answer = await fetch(`${api}/messages?after=${last}`, {signal: AbortSignal.timeout(8000)});
  if (!answer.ok) throw answer;
  const news = await answer.json();
  news.messages.forEach(show);
  if (news.state) showState({state: news.state, choices: news.choices ?? []});
}

let lost = 0, next = 0;
setInterval(async () => {
  const now = Date.now(), link = $('link');
  if (dead || now - beat < 25000) { lost = 0; link.textContent = ''; return; }
  if (now >= next) {
    next = now + (++polls > 5 ? 15000 : 4000);
    if (source.readyState === 2 || now - beat > 60000) listen();
    try { await poll(); lost = 0; link.textContent = ''; if (waiting.length) push(); return; } catch { lost ||= now; }
  }
  if (!lost) return;
  const gone = Date.now() - lost;
  const note = gone > 5000 ? words.offline : gone > 2000 ? words.reconnecting : '';
  if (link.textContent !== note) link.textContent = note;
  if (gone > 30000 && !link.dataset.told) { link.dataset.told = $('crisis').open = true; }
}, 1000);

addEventListener('online', () => { next = 0; wait = 1; if (waiting.length) push(); });
$('check').hidden = true;
if (chat.dataset.state !== 'ended') listen(); else dead = true;
toEnd();
