/* On the left: who one is, the private chat, the rooms, and what concerns the exercise itself. */

import { h, hidden, icon, uid } from "./dom.js";
import { avatar } from "./conversation.js";
import { t } from "./texts.js";

export class Nav {
  /** `acts`: {persona(code), open(address), reset(), tour(), language(code)}. */
  constructor(host, acts) {
    this.host = host;
    this.acts = acts;
    this.isChoosing = false;
    this.shown = "";
    host.addEventListener("keydown", (event) => {
      if (event.key !== "Escape" || !this.isChoosing) return;
      event.stopPropagation();
      this.choose(false);
    });
  }

  sync(overview, place, language) {
    const { now, version, next_at, ...lasting } = overview;
    const shown = JSON.stringify([lasting, place, language, this.isChoosing]);
    if (shown === this.shown) return;
    this.shown = shown;
    this.overview = overview;
    this.place = place;
    this.language = language;
    const focus = this.host.contains(document.activeElement) ? document.activeElement.dataset.focus : null;
    this.host.replaceChildren(this.who(), this.places(), this.foot());
    if (focus) [...this.host.querySelectorAll("[data-focus]")].find((node) => node.dataset.focus === focus)?.focus({ preventScroll: true });
  }

  choose(isChoosing) {
    this.isChoosing = isChoosing;
    this.sync(this.overview, this.place, this.language);
    this.host.querySelector(isChoosing ? "[aria-current=true][data-focus^=as]" : "[data-focus=who]")?.focus();
  }

  who() {
    const { personas, persona } = this.overview;
    const me = personas.find(({ code }) => code === persona);
    const list = uid("personas");
    const [name, partner] = parts(me.label);
    const seen = [avatar(me.label, me.role), h("span", { class: "persona-text" }, h("span", { class: "persona-label" }, t(this.overview.is_demo ? "nav.you_are" : "nav.signed_in")), h("strong", {}, name), partner && h("span", { class: "partner" }, partner))];
    if (!this.overview.is_demo) return h("section", { class: "who" }, h("p", { class: "persona-button" }, ...seen));
    const button = h("button", {
      type: "button", class: "persona-button", "data-focus": "who", "aria-expanded": String(this.isChoosing), "aria-controls": list,
      onclick: () => this.choose(!this.isChoosing),
    }, ...seen, icon("switch"), hidden(t("nav.switch")));
    const others = h("div", { class: "personas", id: list, hidden: !this.isChoosing },
      h("p", { class: "field-hint" }, t("nav.switch_help")),
      h("ul", { "aria-label": t("nav.switch") }, personas.map((one) => this.personaItem(one))));
    return h("section", { class: "who" }, button, others);
  }

  personaItem({ code, label, role }) {
    const [name, partner] = parts(label);
    return h("li", {}, h("button", {
      type: "button", class: "persona", "data-focus": `as ${code}`, "data-persona": code, "aria-current": code === this.overview.persona ? "true" : null,
      onclick: () => {
        this.choose(false);
        this.acts.persona(code);
      },
    }, avatar(label, role), h("span", { class: "persona-text" }, h("strong", {}, name), partner && h("span", { class: "partner" }, partner))));
  }

  places() {
    const { rooms, open_tasks: tasks } = this.overview;
    const mine = this.overview.private;
    return h("section", { class: "places" },
      h("ul", {}, h("li", {}, this.placeButton({ ...mine, label: t("nav.private") }, "lock", tasks))),
      h("h2", { class: "nav-head" }, t("nav.rooms")),
      rooms.length ? h("ul", {}, rooms.map((room) => h("li", {}, this.placeButton(room, "room")))) : h("p", { class: "field-hint" }, t("nav.no_rooms")));
  }

  placeButton({ address, label, unread }, picture, tasks = 0) {
    const isHere = address === this.place;
    return h("button", {
      type: "button", class: `place${unread && !isHere ? " has-news" : ""}`, "data-focus": `place ${address}`, "data-place": address,
      "aria-current": isHere ? "page" : null, onclick: () => this.acts.open(address),
    }, icon(picture), h("span", { class: "place-label" }, label),
    tasks > 0 && h("span", { class: "badge tasks" }, t("nav.tasks", { n: tasks })),
    unread > 0 && !isHere && h("span", { class: "badge" }, h("span", { "aria-hidden": "true" }, String(unread)), hidden(t("unread", { n: unread }))));
  }

  foot() {
    const language = (code) => h("button", {
      type: "button", class: "language", lang: code, "data-focus": `language ${code}`, "aria-pressed": String(this.language === code), onclick: () => this.acts.language(code),
    }, t(`nav.language_${code}`));
    return h("section", { class: "nav-foot", "aria-label": t("nav.more") },
      this.overview.is_demo && h("button", { type: "button", class: "nav-action", "data-focus": "tour", onclick: () => this.acts.tour() }, icon("compass"), t("tour.button")),
      this.overview.is_demo && h("button", { type: "button", class: "nav-action", "data-focus": "reset", onclick: () => this.acts.reset() }, icon("restart"), t("demo.reset")),
      !this.overview.is_demo && h("a", { class: "nav-action", href: "/sessions", "data-focus": "sessions" }, t("nav.sessions")),
      h("div", { class: "languages", role: "group", "aria-label": t("nav.language") }, language("nl"), language("en")),
      this.overview.is_demo && h("p", { class: "nav-note" }, t("nav.fictional")));
  }
}

/** "Wijkagent – Politie" in two. */
export function parts(label) {
  const [name, ...rest] = label.split(/\s+[–-]\s+/);
  return [name, rest.join(" – ")];
}

/** On a narrow window the navigation is a drawer over the page. */
export function drawer(button, nav, others) {
  const narrow = matchMedia("(max-width: 52rem)");
  const set = (isOpen) => {
    const isDrawer = narrow.matches;
    document.body.classList.toggle("drawer-open", isDrawer && isOpen);
    nav.inert = isDrawer && !isOpen;
    for (const other of others) other.inert = isDrawer && isOpen;
    button.setAttribute("aria-expanded", String(isDrawer && isOpen));
  };
  const isOpen = () => document.body.classList.contains("drawer-open");
  button.addEventListener("click", () => {
    set(!isOpen());
    if (isOpen()) nav.querySelector("button")?.focus();
  });
  document.addEventListener("keydown", (event) => {
    if (event.key !== "Escape" || !isOpen()) return;
    set(false);
    button.focus();
  });
  document.addEventListener("pointerdown", (event) => isOpen() && !nav.contains(event.target) && !button.contains(event.target) && set(false));
  narrow.addEventListener("change", () => set(false));
  set(false);
  return { close: () => set(false) };
}
