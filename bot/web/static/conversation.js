/* The list of messages of a place or a thread. Each message is made once and changed in place. */

import { newEvent } from "./api.js";
import { arrange, h, icon, uid } from "./dom.js";
import { card, paragraphs } from "./card.js";
import { day, dayKey, initials, problem, t, time } from "./texts.js";

const TOGETHER = 5 * 60_000; // messages of one author within this time share their head
const NEAR = 120; // pixels from the end that still count as reading the newest

/** Whether a message waits for an answer. */
export const isQuestion = (entry) => entry.author === null && (entry.body.tone === "question" || entry.body.input);

export class Conversation {
  /** `acts`: {send(entry, body) → promise, open(thread), again(pending), discard(pending)}. */
  constructor(acts) {
    this.acts = acts;
    this.nodes = new Map();
    this.tries = new Map(); // presses that failed, with their event: pressed again they are the same press
    this.list = h("div", { class: "log", role: "log", "aria-live": "polite", "aria-relevant": "additions", tabindex: "0" });
    this.newest = h("button", { type: "button", class: "button to-newest", hidden: true, onclick: () => this.toEnd() }, icon("down"), this.newestName = h("span", {}));
    this.underWay = new Set(); // presses that were not answered yet
    this.presses = Promise.resolve(); // the last of them
    this.node = h("div", { class: "log-frame" }, this.list, this.newest);
    this.follows = true; // until somebody scrolls back to read
    this.list.addEventListener("scroll", () => this.scrolled(), { passive: true });
    new ResizeObserver(() => this.follows && this.toEnd()).observe(this.list);
  }

  /** Show what there is: `state` is {entries, pending, isLoaded, isTyping, persona, language, isPrivate, inThread, empty}. */
  sync(state) {
    const newest = this.list.lastElementChild;
    const isFirst = this.nodes.size === 0;
    this.list.setAttribute("aria-label", t("conversation.log"));
    this.newestName.textContent = t("conversation.to_newest");
    this.list.setAttribute("aria-busy", String(isFirst && !state.isLoaded));
    const latest = state.isPrivate ? state.entries.findLast((entry) => isQuestion(entry) || entry.body.tone === "receipt") : null;
    const wanted = [];
    let before = null;
    for (const entry of state.entries) {
      if (!before || dayKey(before.at) !== dayKey(entry.at)) wanted.push(this.daySign(entry.at));
      const isPast = entry.is_past || (state.isPrivate && isQuestion(entry) && entry !== latest);
      wanted.push(this.entryNode(entry, { ...state, isPast, goesOn: goesOn(before, entry) }));
      before = entry;
    }
    for (const pending of state.pending) wanted.push(this.pendingNode(pending, state));
    if (!wanted.length) wanted.push(this.sign("empty", state.isLoaded ? state.empty : t("loading")));
    if (state.isTyping) wanted.push(this.sign("typing", t("conversation.typing")));
    const kept = new Set(wanted);
    for (const [key, node] of this.nodes) if (!kept.has(node)) this.nodes.delete(key);
    arrange(this.list, wanted);
    const hasNew = this.list.lastElementChild !== newest;
    if (isFirst || (this.follows && hasNew) || state.pending.some((pending) => pending.isNew)) this.toEnd();
    else if (hasNew) this.newest.hidden = false;
    for (const pending of state.pending) pending.isNew = false;
  }

  scrolled() {
    if (Math.abs(this.list.scrollTop - this.put) < 2) return;
    this.follows = this.atEnd();
    if (this.follows) this.newest.hidden = true;
  }

  atEnd() {
    return this.list.scrollHeight - this.list.scrollTop - this.list.clientHeight < NEAR;
  }

  /** Show the newest; of one that does not fit, its beginning. */
  toEnd() {
    const newest = this.list.lastElementChild;
    const isTall = newest && newest.offsetHeight > this.list.clientHeight;
    this.list.scrollTop = isTall ? newest.offsetTop - this.list.offsetTop : this.list.scrollHeight;
    if (this.list.scrollHeight <= this.list.clientHeight && this.nodes.size > 2) newest?.scrollIntoView({ block: "nearest" });
    this.put = this.list.scrollTop; // the beginning of a long message is not its end, and yet nobody went away
    this.follows = true;
    this.newest.hidden = true;
  }

  sign(kind, text) {
    return this.cached(kind, text, () => h("p", { class: kind }, text));
  }

  daySign(at) {
    return this.cached(`day ${dayKey(at)}`, day(at), () => h("h3", { class: "day" }, h("span", {}, day(at))));
  }

  cached(key, version, make) {
    const known = this.nodes.get(key);
    if (known?.dataset.version === version) return known;
    const node = make();
    node.dataset.version = version;
    this.nodes.set(key, node);
    return node;
  }

  entryNode(entry, state) {
    const version = [entry.changed, state.isPast, state.goesOn, entry.replies, state.language].join(" ");
    const known = this.nodes.get(entry.id);
    if (!known) return this.cached(entry.id, version, () => this.fresh(entry, state));
    if (known.dataset.version !== version) {
      replaceInside(known, this.fresh(entry, state));
      known.dataset.version = version;
    }
    return known;
  }

  fresh(entry, state) {
    const isOwn = entry.author !== null && entry.sender === state.persona;
    const name = entry.author === null ? t("assistant") : isOwn ? `${t("you")} (${entry.author})` : entry.author;
    const nameId = uid("author");
    const tone = entry.author === null ? entry.body.tone ?? "plain" : "person";
    const node = h("article", { class: `entry tone-${tone}${state.goesOn ? " goes-on" : ""}${isOwn ? " own" : ""}${state.isPast ? " past" : ""}`, "aria-labelledby": nameId, tabindex: "-1", "data-entry": entry.id },
      avatar(entry.author, entry.role),
      h("div", { class: "entry-main" },
        h("p", { class: "entry-head" }, h("span", { class: "author", id: nameId }, name), " ", h("time", { datetime: entry.at }, time(entry.at))),
        h("div", { class: "body" }, entry.author === null ? card(entry.body, { act: this.act(entry), isPast: state.isPast, reader: { persona: state.persona, language: state.language } }) : [paragraphs(entry.body.text), receipt(entry, this.act(entry))],
          h("p", { class: "field-error press-error", role: "alert", hidden: true })),
        this.foot(entry, state)));
    if (entry.body.input) node.dataset.input = JSON.stringify(entry.body.input);
    return node;
  }

  foot(entry, state) {
    const parts = [this.threadButton(entry, state), this.itemButton(entry)].filter(Boolean);
    return parts.length ? h("p", { class: "entry-foot" }, parts) : null;
  }

  threadButton(entry, state) {
    if (state.inThread || !entry.starts) return null;
    const label = entry.replies ? t("thread.replies", { n: entry.replies }) : t("thread.open");
    return h("button", { type: "button", class: `button quiet small thread-button${entry.replies ? " has-replies" : ""}`, "data-thread": entry.starts, onclick: () => this.acts.open(entry.starts) }, icon("thread"), label);
  }

  /** The choice at one's own words: they become an item of the agenda. */
  itemButton(entry) {
    if (!entry.may_become_item) return null;
    const words = uid("words");
    return [h("span", { class: "visually-hidden", id: words }, entry.body.text.slice(0, 80)),
      h("button", { type: "button", class: "button quiet small item-button", "data-key": "item", "aria-describedby": words, onclick: () => this.act(entry).toItem() }, icon("plus"), t("conversation.to_item"))];
  }

  /** What the buttons of a message do, one after the other. The same press while it is on its way is the same press. */
  act(entry) {
    const send = (body) => {
      const key = JSON.stringify([entry.id, body]);
      if (this.underWay.has(key)) return;
      this.underWay.add(key);
      this.follows = true; // who answers wants to see what comes of it
      this.presses = this.presses.then(() => this.carry(entry, key, body)).finally(() => this.underWay.delete(key));
    };
    return {
      press: (action, picked) => send(picked ? { action, picked } : { action }),
      fill: (action, values) => send({ action, values }),
      toItem: () => send({ action: "item", text: entry.body.text }),
    };
  }

  /** Send a press; what goes wrong is said at its message. */
  async carry(entry, key, body) {
    const node = () => this.nodes.get(entry.id);
    const note = () => node()?.querySelector(".press-error");
    const event = this.tries.get(key) ?? newEvent();
    this.tries.set(key, event);
    node()?.setAttribute("aria-busy", "true");
    if (note()) note().hidden = true;
    try {
      await this.acts.send(entry, { event, ...body });
      this.tries.delete(key);
    } catch (failure) {
      if (!note()) return;
      note().textContent = problem(failure);
      note().hidden = false;
    } finally {
      node()?.removeAttribute("aria-busy");
    }
  }

  pendingNode(pending, state) {
    return this.cached(pending.event, pending.failure ? "failed" : "sending", () =>
      h("article", { class: `entry own pending${pending.failure ? " failed" : ""}`, "aria-label": t("you") },
        avatar(state.label, state.role),
        h("div", { class: "entry-main" },
          h("p", { class: "entry-head" }, h("span", { class: "author" }, `${t("you")} (${state.label})`)),
          h("div", { class: "body" }, paragraphs(pending.text)),
          h("p", { class: "entry-foot" },
            pending.failure
              ? [h("span", { class: "field-error" }, icon("warning"), `${t("conversation.failed")} ${problem(pending.failure)}`),
                h("button", { type: "button", class: "button small", onclick: () => this.acts.again(pending) }, t("retry")),
                h("button", { type: "button", class: "button quiet small", onclick: () => this.acts.discard(pending) }, t("conversation.discard"))]
              : h("span", { class: "sending" }, t("conversation.sending"))))));
  }

  /** Put the focus on the newest question, for who answers by keyboard. */
  focusQuestion() {
    [...this.list.querySelectorAll(".entry")].findLast((node) => node.querySelector("button, input, select, textarea"))?.focus();
  }
}

function goesOn(before, entry) {
  return Boolean(before) && before.author === entry.author && before.sender === entry.sender
    && dayKey(before.at) === dayKey(entry.at) && new Date(entry.at) - new Date(before.at) < TOGETHER
    && before.body.tone !== "card" && entry.body.tone !== "card";
}

/** What became of a message, put at the message itself. */
function receipt(entry, act) {
  const said = entry.body.receipt;
  if (!said) return null;
  const asks = said.tone === "question"; // it waits for somebody
  return h("p", { class: `receipt${asks ? " asks" : ""}`, role: "status" },
    h("span", { class: "receipt-text" }, !asks && icon("check"), said.text),
    said.buttons?.map((button) => h("button", { type: "button", class: `button small ${button.style ?? ""}`, "data-key": button.key, onclick: () => act.press(button.key) }, button.label)));
}

/** The mark of who speaks: by function. */
export function avatar(label, role) {
  if (label === null) return h("span", { class: "avatar assistant", "aria-hidden": "true" }, h("img", { src: "/static/icon.svg", alt: "", width: 36, height: 36 }));
  return h("span", { class: "avatar", "data-role": role || "other", "aria-hidden": "true" }, initials(label));
}

/** Change a message in place. What somebody is filling in stays, as long as the same is asked. */
function replaceInside(old, fresh) {
  const focused = old.contains(document.activeElement) ? document.activeElement : null;
  const wasSelf = focused === old;
  const form = old.querySelector(".question-form");
  const next = fresh.querySelector(".question-form");
  if (form && next && old.dataset.input === fresh.dataset.input) next.replaceWith(form);
  const key = focused?.dataset?.key;
  old.replaceChildren(...fresh.childNodes);
  old.className = fresh.className;
  if (fresh.dataset.input) old.dataset.input = fresh.dataset.input;
  else delete old.dataset.input;
  if (!focused || wasSelf) return;
  if (old.contains(focused)) focused.focus({ preventScroll: true });
  else (key && [...old.querySelectorAll("[data-key]")].find((node) => node.dataset.key === key) || old).focus({ preventScroll: true });
}
