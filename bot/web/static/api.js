/* Talking to the server: JSON there and back, and the live stream. */

const PATIENCE = 15_000; // milliseconds
const HIDDEN = 30_000; // out of sight this long
const SILENCE = 45_000; // the server says something at least every 15 seconds

/** A request that was not met: `code` says why, `id` finds it in the log. */
export class Failure extends Error {
  constructor(code, { id, status } = {}) {
    super(code);
    this.code = code;
    this.id = id;
    this.status = status;
  }

  /** Whether the same again may go well. */
  get mayPass() {
    return this.code === "offline" || this.status >= 500;
  }
}

let csrf = ""; // what the server gave who is signed in

async function request(path, options) {
  let answer;
  try {
    answer = await fetch(path, { ...options, cache: "no-store", credentials: "same-origin", signal: AbortSignal.timeout(PATIENCE) });
  } catch {
    throw new Failure("offline");
  }
  const body = await answer.json().catch(() => ({}));
  if (answer.status === 401) location.assign(`/sign-in?next=${encodeURIComponent(location.pathname + location.search)}`);
  if (body.csrf) csrf = body.csrf;
  if (!answer.ok) throw new Failure(body.error?.code ?? "invalid", { id: body.error?.id, status: answer.status });
  return body;
}

export const get = (path, params) => request(`${path}?${new URLSearchParams(params)}`);

export const post = (path, body) =>
  request(path, { method: "POST", headers: { "Content-Type": "application/json", ...(csrf ? { "X-CSRF-Token": csrf } : {}) }, body: JSON.stringify(body) });

/** An id by which the server knows a second try for what it is. */
export const newEvent = () => crypto.randomUUID();

/** Hear of every change. `changed` gets the version; `connected` whether the line is open. Tries again for ever. */
export function listen(changed, connected) {
  let source;
  let last = "";
  let watchdog;
  let retry;
  let wait = 500;

  const alive = () => {
    clearTimeout(watchdog);
    watchdog = setTimeout(reopen, SILENCE);
  };
  const reopen = () => {
    connected(false);
    source?.close();
    clearTimeout(watchdog);
    clearTimeout(retry);
    retry = setTimeout(open, wait);
    wait = Math.min(wait * 2, 4000);
  };
  function open() {
    clearTimeout(retry);
    source?.close();
    source = new EventSource(`/api/events?${new URLSearchParams({ last })}`);
    source.onopen = () => {
      wait = 500;
      alive();
      connected(true);
    };
    source.onmessage = (message) => {
      last = message.data;
      alive();
      changed(Number(message.data));
    };
    source.addEventListener("beat", alive);
    source.onerror = reopen;
  }
  function close() {
    clearTimeout(watchdog);
    clearTimeout(retry);
    source.close();
  }
  open();
  // A browser keeps few lines to one server: a window that nobody sees gives up its own.
  let hiding;
  document.addEventListener("visibilitychange", () => {
    clearTimeout(hiding);
    if (document.visibilityState === "hidden") hiding = setTimeout(close, HIDDEN);
    else if (source.readyState === EventSource.CLOSED) open();
  });
  window.addEventListener("online", () => source.readyState !== EventSource.OPEN && reopen());
  window.addEventListener("pagehide", close);
  window.addEventListener("pageshow", (event) => event.persisted && open());
}
