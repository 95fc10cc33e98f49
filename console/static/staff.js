// Keeps staff pages fresh. Everything here is a hint: a plain reload is always right.
const body = document.body;
const csrf = body.dataset.csrf;
const $ = (id) => document.getElementById(id);
const say = (text) => { const status = $("status"); if (status) status.textContent = text; };

// --- time left: one timer, a text node is touched only when its words change -------------------------------------
let skew = 0;
const span = (seconds) => (seconds >= 7200 ? `${Math.floor(seconds / 3600)} h` : `${Math.floor(seconds / 60)} min`);
function leftWords(seconds) {
  if (seconds < 0) return `${span(Math.max(60, -seconds))} late`;
  if (seconds < 600) return `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, "0")} left`;
  return `${span(seconds)} left`;
}
function tick() {
  const now = Date.now() + skew;
  for (const time of document.querySelectorAll("time[data-due]")) {
    const due = Date.parse(time.dataset.due), since = Date.parse(time.dataset.since);
    const words = leftWords(Math.trunc((due - now) / 1000));
    if (time.textContent !== words) time.textContent = words;
    const used = (now - since) / Math.max(due - since, 1);
    const pace = now >= due ? "late" : used >= 0.8 ? "soon" : used >= 0.5 ? "half" : "calm";
    const name = `left left-${pace}`;
    if (time.className !== name) {
      time.className = name;
      const own = time.closest("[data-mine]");
      if (own && (pace === "soon" || pace === "late")) {
        say(`${own.querySelector("a").textContent}: ${pace === "late" ? "past the time" : "little time left"}.`);
      }
    }
  }
}
setInterval(tick, 1000);

// --- signs of life -------------------------------------------------------------------------------------------------
async function beat() {
  try {
    const answer = await fetch("/staff/heartbeat", { method: "POST", headers: { "X-Csrf": csrf } });
    if (answer.status === 401) toSignIn();
  } catch { /* the chip says it */ }
}
function toSignIn() {
  location.assign(`/staff/sign-in?next=${encodeURIComponent(location.pathname + location.search)}`);
}
async function part(path) {
  const answer = await fetch(path, { headers: { "X-Fragment": "1", Accept: "text/html" } });
  if (answer.status === 401) { toSignIn(); return null; }
  if (!answer.ok) return null;
  return new DOMParser().parseFromString(await answer.text(), "text/html");
}

// --- the queue -------------------------------------------------------------------------------------------------------
let pointer = false, waiting = null, asking = false, again = false;
const held = () => pointer || Boolean($("rows")?.contains(document.activeElement));

async function refresh() {
  if (asking) { again = true; return; }
  asking = true;
  try {
    const onQueue = $("filters") !== null;
    const fresh = await part(`/staff/queue/rows${onQueue ? location.search : ""}`);
    if (fresh) {
      strip(fresh);
      counts(fresh);
      if (onQueue) { swap("notices", fresh); swap("sentence", fresh); rows(fresh); }
      tick();
    }
  } catch { /* asked again at the next hint */ } finally {
    await new Promise((done) => setTimeout(done, 500));
    asking = false;
    if (again) { again = false; refresh(); }
  }
}
function swap(id, fresh) {
  const now = $(id), next = fresh.getElementById(id);
  if (!now || !next || now.innerHTML === next.innerHTML || now.contains(document.activeElement)) return;
  now.replaceWith(document.adoptNode(next));
}
function strip(fresh) {
  const now = $("strip"), next = fresh.getElementById("strip");
  if (!now || !next) return;
  const known = new Set([...now.querySelectorAll("li")].map((li) => li.id));
  const news = [...next.querySelectorAll("li[data-waiting]")].filter((li) => !known.has(li.id));
  const focus = document.activeElement, inside = now.contains(focus);
  const home = inside ? focus.closest("li")?.id : null, kind = inside ? focus.tagName : null;
  now.className = next.className;
  now.replaceChildren(...next.childNodes);
  if (home) $(home)?.querySelector(kind === "BUTTON" ? "button, a" : "a")?.focus();
  const many = now.querySelectorAll("li").length;
  document.title = document.title.replace(/^\(\d+\) /, "").replace(/^/, many ? `(${many}) ` : "");
  if (news.length) say(`New ${news[0].querySelector(".tag").textContent.toLowerCase()} conversation. ${many} immediate.`);
}
function counts(fresh) {
  for (const next of fresh.querySelectorAll("span[data-count]")) {
    const now = document.querySelector(`nav [data-count="${next.dataset.count}"]`);
    if (now && now.textContent !== next.textContent) now.textContent = next.textContent;
  }
}
function rows(fresh) {
  const list = $("rows"), next = fresh.getElementById("rows");
  if (!list || !next) return;
  let changes = 0;
  const before = [...list.children].map((row) => row.id), after = [...next.children].map((row) => row.id);
  for (const row of list.children) {
    const update = next.querySelector(`#${CSS.escape(row.id)}`);
    row.classList.toggle("gone", !update);
    if (!update) { changes += 1; continue; }
    row.className = update.className;
    [...row.cells].forEach((cell, i) => {
      const other = update.cells[i];
      if (cell.innerHTML !== other.innerHTML && !cell.contains(document.activeElement)) cell.innerHTML = other.innerHTML;
    });
  }
  changes += after.filter((id) => !before.includes(id)).length;
  if (!changes && before.join() !== after.join()) changes = 1;
  waiting = changes ? after.map((id) => $(id) ?? document.adoptNode(next.querySelector(`#${CSS.escape(id)}`))) : null;
  if (waiting && !held()) settle();
  offer(waiting ? changes : 0);
}
function settle() {
  if (!waiting) return;
  const list = $("rows"), keep = new Set(waiting);
  for (const row of [...list.children]) if (!keep.has(row)) row.remove();
  waiting.forEach((row, i) => { if (list.children[i] !== row) list.insertBefore(row, list.children[i] ?? null); });
  waiting = null;
  offer(0);
}
function offer(changes) {
  const button = $("update");
  if (!button) return;
  button.hidden = !changes;
  button.textContent = `${changes} update${changes === 1 ? "" : "s"}. Update list`;
}

// --- one conversation ------------------------------------------------------------------------------------------------
async function messages() {
  const talk = document.querySelector("[data-conversation]"), list = $("messages");
  if (!talk || !list) return;
  const after = Number(list.lastElementChild?.dataset.seq ?? 0);
  const path = `/staff/c/${encodeURIComponent(talk.dataset.conversation)}/messages?after=${after}&reason=${encodeURIComponent(talk.dataset.reason)}`;
  const fresh = await part(path).catch(() => null);
  if (!fresh) return;
  const log = $("log"), near = log.scrollHeight - log.scrollTop - log.clientHeight < 100;
  for (const said of [...fresh.querySelectorAll("li[data-seq]")]) if (!$(said.id)) list.append(document.adoptNode(said));
  if (near) log.scrollTop = log.scrollHeight;
}
function composer() {
  const form = $("composer"), text = $("text"), log = $("log");
  if (log) log.scrollTop = log.scrollHeight;
  if (!form) return;
  text.addEventListener("keydown", (event) => {
    if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) { event.preventDefault(); form.requestSubmit(); }
  });
  document.addEventListener("click", (event) => {
    const link = event.target.closest("a[data-quick]");
    if (!link) return;
    event.preventDefault();
    text.setRangeText(link.dataset.text, text.selectionStart, text.selectionEnd, "end");
    $("quick_reply").value = link.dataset.quick;
    text.focus();
  });
}

// --- the stream, and a watchdog for silence -----------------------------------------------------------------------
let source = null, last = Date.now(), since = null;
function chip(state, words) {
  const here = $("chip");
  if (here.dataset.state === state) return;
  here.hidden = false;
  here.dataset.state = state;
  here.textContent = words;
}
function listen() {
  source?.close();
  source = new EventSource("/staff/stream");
  last = Math.max(last, Date.now() - 15000);
  const heard = () => {
    last = Date.now();
    $("offline").hidden = true;
    chip("live", "Live");
    if (since) { since = null; refresh(); messages(); }
  };
  source.addEventListener("hb", (event) => { skew = Number(event.data) - Date.now(); heard(); });
  source.addEventListener("queue", () => { heard(); refresh(); });
  source.addEventListener("msg", (event) => {
    heard();
    if (JSON.parse(event.data).c === document.querySelector("[data-conversation]")?.dataset.conversation) messages();
  });
  source.addEventListener("error", () => { since ??= new Date(); chip("trying", "Reconnecting…"); });
}
function watch() {
  const quiet = Date.now() - last;
  if (quiet > 15000) {
    since ??= new Date(last);
    const banner = $("offline");
    if (banner.hidden) {
      banner.textContent = `Offline since ${since.toLocaleTimeString("en-GB", { hour: "2-digit", minute: "2-digit" })}. This list is out of date.`;
      banner.hidden = false;
    }
  }
  if (quiet > 25000 || source.readyState === EventSource.CLOSED) { listen(); beat(); }
}

if (csrf) {
  composer();
  const list = $("queue");
  if (list && $("filters")) {
    list.addEventListener("pointerenter", () => { pointer = true; });
    list.addEventListener("pointerleave", () => { pointer = false; });
    $("update").addEventListener("click", settle);
    document.addEventListener("keydown", (event) => {
      if (event.key === "u" && !event.ctrlKey && !event.metaKey && !event.target.closest("input, textarea, select")) settle();
    });
  }
  document.addEventListener("submit", (event) => {
    const button = event.submitter;
    if (event.target.dataset.sent) { event.preventDefault(); return; }
    if (event.target.method === "post") { event.target.dataset.sent = "1"; button?.setAttribute("aria-busy", "true"); }
  });
  addEventListener("pageshow", (event) => { if (event.persisted) location.reload(); });
  if ($("strip")) { listen(); setInterval(watch, 5000); }
  beat();
  setInterval(beat, 20000);
}
$("error")?.focus();
