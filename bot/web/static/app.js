/* The page: who one is, where one is, and keeping every part of it up to date. */

import { Failure, get, listen, newEvent, post } from "./api.js";
import { Composer } from "./composer.js";
import { Conversation } from "./conversation.js";
import { Clock, askReset, done, has, hideTour, tour, wantsTour } from "./demo.js";
import { h, icon, toast } from "./dom.js";
import { Nav, drawer } from "./nav.js";
import { Store } from "./store.js";
import { language, problem, t, use } from "./texts.js";

const LOST_AFTER = 1500; // milliseconds without a line before the visitor is told
const TYPING_AT_MOST = 4000;

const byId = (id) => document.getElementById(id);
const store = new Store();
const here = { persona: "", place: "", thread: null, side: null, overview: null };
const banner = byId("banner");
const sideHost = byId("side");

const title = h("h1", { class: "place-title", tabindex: "-1" });
const about = h("p", { class: "place-about" });
const room = part(() => store.shelf(here.place));
const thread = part(() => store.shelf(here.place, here.thread));
const nav = new Nav(byId("nav"), { persona: become, open: (place) => go({ place }), reset, tour: () => openSide("tour"), language: speak });
const clock = new Clock({ refresh });
const menu = drawer(byId("menu"), byId("nav"), [byId("main"), sideHost]);

/** A conversation with its message field. */
function part(shelf) {
  const conversation = new Conversation({
    send: (entry, body) => press(shelf(), conversation, entry, body),
    open: (key) => go({ thread: key }),
    again: (pending) => deliver(shelf(), pending),
    discard: (pending) => {
      shelf().pending = shelf().pending.filter((other) => other !== pending);
      draw();
    },
  });
  const composer = new Composer((text) => {
    const pending = { event: newEvent(), text, failure: null, isNew: true };
    shelf().pending.push(pending);
    return deliver(shelf(), pending);
  });
  return { conversation, composer, shelf };
}

// --- sending ---------------------------------------------------------------------------------------------------------

const envelope = (shelf) => ({ persona: here.persona, place: shelf.place, ...(shelf.thread ? { thread: shelf.thread } : {}) });

/** Send a written message; its bubble stands there at once and goes when the real one comes. */
async function deliver(shelf, pending) {
  pending.failure = null;
  draw();
  const composer = (shelf.thread ? thread : room).composer;
  try {
    const { status, go_to: goTo, thread: key } = await held(shelf, () => post("/api/send", { ...envelope(shelf), event: pending.event, text: pending.text }));
    if (status === "unknown") throw new Failure("unknown");
    shelf.pending = shelf.pending.filter((other) => other !== pending);
    if (key && key !== shelf.thread) return void (await go({ thread: key }));
    if (goTo && goTo !== shelf.place) return void (await goOn(goTo));
    if (status === "refused") composer.giveBack(shelf.key, pending.text, t("composer.refused"));
  } catch (failure) {
    if (!(failure instanceof Failure)) throw failure;
    pending.failure = failure;
  }
  await refresh();
}

/** Send a press or a filled-in form. Rejects with a Failure that is shown at the message. */
async function press(shelf, conversation, entry, body) {
  const byKeyboard = document.activeElement?.matches(":focus-visible") ?? false;
  const answer = await held(shelf, () => post("/api/send", { ...envelope(shelf), ...body }));
  if (answer.status === "unknown") throw new Failure("unknown");
  if (answer.thread && answer.thread !== shelf.thread) return go({ thread: answer.thread });
  if (answer.go_to && answer.go_to !== shelf.place) return goOn(answer.go_to);
  await refresh();
  const isThere = () => document.activeElement === document.body || document.activeElement?.closest(".entry")?.dataset.entry === String(entry.id);
  if (byKeyboard) whenAnswered(shelf, () => isThere() && conversation.focusQuestion()); // unless they went on themselves
  return undefined;
}

/** Follow the talk to the private chat. */
async function goOn(place) {
  toast(t("conversation.goes_on"));
  await go({ place, focus: false });
  room.conversation.focusQuestion();
}

/** Hold back what comes in while a message is on its way, so that it never stands there twice. */
async function held(shelf, send) {
  const size = shelf.entries.size;
  shelf.waiting += 1;
  try {
    return await send();
  } finally {
    shelf.waiting -= 1;
    if (shelf.place === here.overview.private.address) expectAnswer(shelf, size);
  }
}

/** Show that the assistant is writing until it has, or for a while. */
function expectAnswer(shelf, size) {
  shelf.typing = { size, until: Date.now() + TYPING_AT_MOST };
  setTimeout(draw, TYPING_AT_MOST + 50);
}

const isTyping = (shelf) => Boolean(shelf.typing) && Date.now() < shelf.typing.until
  && ![...shelf.entries.values()].slice(shelf.typing.size).some((entry) => entry.author === null);

function whenAnswered(shelf, then, tries = 20) {
  if (!isTyping(shelf) || !tries) then();
  else setTimeout(() => whenAnswered(shelf, then, tries - 1), 100);
}

// --- where and who ----------------------------------------------------------------------------------------------------

/** Go to another place or thread of the same person. */
async function go({ place = here.place, thread: key = null, focus = true, isBack = false }) {
  const isSame = place === here.place && key === here.thread;
  Object.assign(here, { place, thread: key });
  if (key) here.side = "thread";
  else if (here.side === "thread") here.side = null;
  if (!isBack && !isSame) remember(true);
  menu.close();
  draw();
  if (focus) (key ? thread.composer.text : matchMedia("(pointer: coarse)").matches ? title : room.composer.text).focus();
  await refresh();
}

/** Be somebody else. */
async function become(code, place = null) {
  menu.close();
  if (code !== here.persona) {
    Object.assign(here, { persona: code, place: place ?? `@${code}`, thread: null, side: here.side === "thread" ? null : here.side });
    store.clear();
    room.conversation.nodes.clear();
    remember(true);
  } else if (place) Object.assign(here, { place, thread: null });
  await refresh();
  title.focus();
}

async function speak(wanted) {
  try {
    await post("/api/demo", { event: newEvent(), persona: here.persona, act: "language", value: wanted });
    await refresh();
  } catch (failure) {
    toast(problem(failure), "bad");
  }
}

async function reset() {
  menu.close();
  if (!(await askReset(here.persona))) return;
  await refresh();
}

function remember(isNew) {
  const params = new URLSearchParams({ persona: here.persona, place: here.place });
  if (here.thread) params.set("thread", here.thread);
  const address = `/?${params}`;
  if (address !== location.pathname + location.search) history[isNew ? "pushState" : "replaceState"](null, "", address);
}

function recall() {
  const params = new URLSearchParams(location.search);
  return { persona: params.get("persona") ?? "", place: params.get("place") ?? "", thread: params.get("thread") };
}

window.addEventListener("popstate", () => {
  const { persona, place, thread: key } = recall();
  if (persona !== here.persona) store.clear();
  here.persona = persona;
  go({ place, thread: key, focus: false, isBack: true });
});

// --- keeping up -------------------------------------------------------------------------------------------------------

let running = null;
let isAgain = false;

/** Ask for what changed and show it. Calls that come meanwhile are one more round, not many. */
function refresh() {
  isAgain = true;
  running ??= (async () => {
    while (isAgain) {
      isAgain = false;
      await once();
    }
  })().finally(() => (running = null));
  return running;
}

async function once() {
  const wanted = here.persona;
  try {
    const overview = await get("/api/overview", { persona: wanted });
    if (here.persona !== wanted) return void (isAgain = true);
    await adopt(overview);
    const { place, thread: key } = here;
    const shelves = [store.shelf(place), ...(key ? [store.shelf(place, key)] : [])].filter((shelf) => !shelf.waiting);
    await Promise.all(shelves.map((shelf) => store.update(overview.persona, shelf)));
    if (here.persona !== overview.persona) return void (isAgain = true);
    draw();
    await markSeen();
  } catch (failure) {
    if (!(failure instanceof Failure)) throw failure;
    if (failure.code === "unknown_persona" && wanted) Object.assign(here, { persona: "", place: "", thread: null }), (isAgain = true);
    else if (failure.code !== "offline") toast(problem(failure), "bad");
  }
}

/** Take over what the server says; when the reader, the language or the round of the demo is another, begin anew. */
async function adopt(overview) {
  const before = here.overview;
  const isOther = before && (before.persona !== overview.persona || before.language !== overview.language || before.era !== overview.era);
  if (isOther) store.clear();
  if (before && before.era !== overview.era) for (const { composer } of [room, thread]) composer.forget();
  if (!before || overview.language !== language) await use(overview.language);
  const places = [overview.private, ...overview.rooms];
  const isFirst = !before;
  here.overview = overview;
  here.persona = overview.persona;
  if (!places.some(({ address }) => address === here.place)) Object.assign(here, { place: overview.private.address, thread: null });
  if (!here.thread && here.side === "thread") here.side = null;
  if (isFirst && here.thread) here.side = "thread";
  if (isFirst && !here.thread && overview.is_demo && wantsTour() && matchMedia("(min-width: 75rem)").matches) here.side = "tour";
  remember(false);
}

async function markSeen() {
  const current = [here.overview.private, ...here.overview.rooms].find(({ address }) => address === here.place);
  if (!current?.unread || document.visibilityState === "hidden") return;
  const upto = Math.max(0, ...store.shelf(here.place).entries.keys());
  current.unread = 0;
  await post("/api/seen", { persona: here.persona, place: here.place, upto });
}

document.addEventListener("visibilitychange", () => document.visibilityState === "visible" && refresh());

// --- showing ----------------------------------------------------------------------------------------------------------

function draw() {
  const { overview, place } = here;
  if (!overview) return;
  const isPrivate = place === overview.private.address;
  const current = isPrivate ? { ...overview.private, label: t("nav.private"), about: t("nav.private_about") } : overview.rooms.find(({ address }) => address === place);
  if (!current) return;
  byId("municipality").textContent = overview.municipality;
  delete byId("municipality").dataset.t;
  clock.sync(overview);
  nav.sync(overview, place, language);
  title.textContent = current.label;
  about.textContent = current.about ?? "";
  const unread = [overview.private, ...overview.rooms].reduce((sum, one) => sum + (one.address === place ? 0 : one.unread), 0);
  document.title = `${unread ? `(${unread}) ` : ""}${current.label} – ${t("name")}`;
  drawSide();
  show(room, isPrivate ? t("conversation.empty_private") : t("conversation.empty_room"), isPrivate ? t("composer.to_private") : t("composer.to_room", { room: current.label }));
}

function show({ conversation, composer, shelf }, empty, label) {
  const current = shelf();
  const { overview } = here;
  const me = overview.personas.find(({ code }) => code === overview.persona);
  const isPrivate = current.place === overview.private.address;
  if (conversation.shown !== current) conversation.nodes.clear();
  conversation.shown = current;
  const root = current.thread ? store.ordered(store.shelf(current.place)).find(({ starts }) => starts === current.thread) : null;
  conversation.sync({
    entries: [...(root ? [root] : []), ...store.ordered(current)], pending: current.pending, isLoaded: current.isLoaded, isTyping: isPrivate && isTyping(current),
    persona: overview.persona, label: me.label, role: me.role, language, isPrivate, inThread: Boolean(current.thread), empty,
  });
  composer.place(current.key, label, current.thread ? "thread" : isPrivate ? "private" : "room");
}

const sideTitle = h("h2", { id: "side-title", tabindex: "-1" });
const sideClose = h("button", { type: "button", class: "icon-button", onclick: () => closeSide() });
const sideBody = h("div", { class: "side-body" });

function openSide(kind) {
  menu.close();
  if (kind === "tour") {
    hideTour(false);
    here.thread = null;
    remember(false);
  }
  here.side = kind;
  draw();
  sideTitle.focus();
}

function closeSide() {
  const key = here.thread;
  if (here.side === "tour") hideTour(true);
  here.side = null;
  if (key) go({ focus: false });
  else draw();
  const opener = [...document.querySelectorAll("[data-thread]")].find((button) => button.dataset.thread === key);
  (opener ?? room.composer.text).focus();
}

function drawSide() {
  sideHost.hidden = !here.side;
  document.body.classList.toggle("has-side", Boolean(here.side));
  if (!here.side) return;
  if (!sideHost.firstChild) sideHost.append(h("header", { class: "side-head" }, sideTitle, sideClose), sideBody);
  const isThread = here.side === "thread";
  const closes = isThread ? t("thread.close") : t("close");
  // Only when it says something else: what is made anew under a press in progress loses it.
  if (sideClose.textContent !== closes) sideClose.replaceChildren(icon("close"), h("span", { class: "visually-hidden" }, closes));
  sideTitle.textContent = isThread ? t("thread.title") : t("tour.title");
  if (isThread) {
    if (sideBody.firstChild !== thread.conversation.node) sideBody.replaceChildren(thread.conversation.node, thread.composer.node);
    show(thread, t("conversation.empty_thread"), t("composer.to_thread"));
  } else if (sideBody.dataset.shown !== tourState() || !sideBody.querySelector(".tour")) redrawTour();
}

const tourState = () => ["tour", language, ...done()].join(" ");

function redrawTour() {
  sideBody.dataset.shown = tourState();
  sideBody.replaceChildren(tour(here.overview, { go: follow, redraw: redrawTour, hide: closeSide }));
}

/** Do a thing of the tour: be the right person, in the private chat, with the words ready to send. */
async function follow(step, words) {
  const isBeside = matchMedia("(min-width: 75rem)").matches;
  if (!isBeside) here.side = null;
  if (!words) {
    draw();
    return byId("next").focus();
  }
  const one = here.overview.personas.find((persona) => has(persona, step.role)) ?? here.overview.personas[0];
  await become(one.code, `@${one.code}`);
  room.composer.fill(words);
  room.composer.tell(t("tour.ready"));
  return undefined;
}

document.addEventListener("keydown", (event) => {
  if (event.key === "Escape" && here.side && sideHost.contains(event.target)) closeSide();
});

// --- start ------------------------------------------------------------------------------------------------------------

let lostTimer = null;

function connected(isOpen) {
  clearTimeout(lostTimer);
  if (isOpen) {
    if (!banner.hidden) toast(t("connection.back"));
    banner.hidden = true;
    refresh();
    return;
  }
  lostTimer = setTimeout(() => {
    banner.textContent = t("connection.lost");
    banner.hidden = false;
  }, LOST_AFTER);
}

async function start() {
  await use(language);
  byId("main").append(h("header", { class: "place-head" }, title, about), room.conversation.node, room.composer.node);
  Object.assign(here, recall());
  listen(refresh, connected);
  await refresh();
  document.documentElement.dataset.ready = "true";
}

start().catch(() => {
  byId("main").append(h("p", { class: "empty", role: "alert" }, document.body.dataset.offline));
});
