/* The message field: Enter sends, Shift + Enter gives a new line, "/" shows the commands. */

import { h, icon, uid } from "./dom.js";
import { t } from "./texts.js";

const LONGEST = 4000;
const COUNT_FROM = 3600; // characters from which what is left is told
const PREFIX = "/overleg "; // in a room it says that the assistant is meant
const COMMANDS = JSON.parse(document.body.dataset.commands ?? "{}"); // by kind of place
const CAPTURE = new Set(["decision", "action", "info", "dissent", "question"]); // lines for the minutes

export class Composer {
  /** `send(text)` is called with what was written. */
  constructor(send) {
    this.send = send;
    this.drafts = new Map(); // in memory alone: nothing that somebody wrote stays in the browser
    this.key = "";
    this.label = h("label", { for: uid("composer"), class: "composer-label" });
    this.note = h("p", { class: "composer-note", role: "alert", hidden: true });
    this.count = h("p", { class: "composer-count", "aria-live": "polite", hidden: true });
    this.text = h("textarea", { id: this.label.htmlFor, class: "control composer-text", rows: 1, autocomplete: "off", enterkeyhint: "send", maxlength: 9000 });
    this.menu = h("div", { class: "command-menu", id: uid("commands"), hidden: true });
    this.slash = h("button", { type: "button", class: "icon-button bordered", "aria-expanded": "false", "aria-controls": this.menu.id }, h("span", { class: "slash", "aria-hidden": "true" }, "/"), this.slashName = h("span", { class: "visually-hidden" }));
    this.go = h("button", { type: "submit", class: "button primary send" }, icon("send"), this.goName = h("span", {}));
    this.keys = h("p", { class: "composer-keys", id: uid("keys") });
    this.text.setAttribute("aria-describedby", this.keys.id);
    this.node = h("form", { class: "composer", novalidate: true }, this.menu, this.note, this.label, h("div", { class: "composer-row" }, this.slash, this.text, this.go), h("div", { class: "composer-foot" }, this.keys, this.count));
    this.node.addEventListener("submit", (event) => this.submit(event));
    this.node.addEventListener("keydown", (event) => this.keyDown(event));
    this.text.addEventListener("input", () => this.changed());
    this.slash.addEventListener("click", () => (this.menu.hidden ? this.openMenu("") : this.closeMenu(true)));
    document.addEventListener("pointerdown", (event) => this.node.contains(event.target) || this.closeMenu());
  }

  /** Write in this place from now on; what was being written elsewhere is kept for when one comes back. */
  place(key, label, kind) {
    this.kind = kind;
    if (key !== this.key) {
      this.drafts.set(this.key, this.text.value);
      this.key = key;
      this.text.value = this.drafts.get(key) ?? "";
      this.tell(null);
      this.closeMenu();
      this.changed();
    }
    this.label.textContent = label;
    this.slashName.textContent = t("composer.commands");
    this.goName.textContent = t("composer.send");
    this.keys.textContent = `${t("composer.keys")} ${t("composer.privacy")}`;
  }

  /** Forget what was being written, for instance when the demo starts again. */
  forget() {
    this.drafts.clear();
    this.text.value = "";
    this.changed();
  }

  /** Say something about what was written, above the field; null takes it away. */
  tell(text) {
    this.note.textContent = text ?? "";
    this.note.hidden = !text;
  }

  /** Give a text that was not kept back to its writer, before what is being written now. */
  giveBack(key, text, why) {
    if (key !== this.key) {
      this.drafts.set(key, [text, this.drafts.get(key)].filter(Boolean).join("\n"));
      return;
    }
    this.text.value = [text, this.text.value].filter(Boolean).join("\n");
    this.changed();
    this.tell(why);
    this.text.focus();
  }

  fill(text) {
    this.text.value = text;
    this.changed();
    this.closeMenu();
    this.text.focus();
    this.text.setSelectionRange(text.length, text.length);
  }

  submit(event) {
    event.preventDefault();
    const text = this.text.value.trim();
    if (!text || text.length > LONGEST) return this.text.focus();
    this.text.value = "";
    this.tell(null);
    this.changed();
    this.closeMenu();
    return this.send(text);
  }

  changed() {
    const left = LONGEST - this.text.value.length;
    this.count.hidden = this.text.value.length < COUNT_FROM;
    this.count.textContent = left < 0 ? t("composer.over", { n: -left }) : t("composer.left", { n: left });
    this.text.setAttribute("aria-invalid", String(left < 0));
    this.text.style.height = "auto";
    this.text.style.height = `${Math.min(this.text.scrollHeight + 2, 240)}px`;
    const written = this.text.value;
    if (/^\/[\p{L} ]*$/u.test(written) && document.activeElement === this.text) this.openMenu(written.slice(1), { keepFocus: true });
    else if (!this.menu.hidden && document.activeElement === this.text) this.closeMenu();
  }

  openMenu(wanted, { keepFocus = false } = {}) {
    const start = wanted.toLowerCase().replace(/^overleg ?/, "");
    const found = COMMANDS[this.kind].map((id) => ({ id, say: t(`command.${id}.say`), what: t(`command.${id}.what`) }))
      .filter(({ say }) => "overleg".startsWith(wanted.toLowerCase()) || say.startsWith(start))
      .map(({ id, say, what }) => [this.kind === "room" && !CAPTURE.has(id) ? PREFIX + say : say, what]);
    if (!found.length) return this.closeMenu();
    const items = found.map(([say, what]) => h("li", {}, h("button", { type: "button", class: "command", onclick: () => this.fill(say) }, h("strong", {}, say), h("span", {}, what))));
    this.menu.replaceChildren(h("p", { class: "field-hint", role: "status" }, keepFocus ? t("composer.found", { n: found.length }) : t("composer.commands_help")), h("ul", { "aria-label": t("composer.commands") }, items));
    this.menu.hidden = false;
    this.slash.setAttribute("aria-expanded", "true");
    if (!keepFocus) this.menu.querySelector("button").focus();
    return undefined;
  }

  closeMenu(focusText = false) {
    this.menu.hidden = true;
    this.slash.setAttribute("aria-expanded", "false");
    if (focusText) this.text.focus();
  }

  keyDown(event) {
    const inMenu = this.menu.contains(event.target);
    if (event.key === "Escape" && !this.menu.hidden) {
      event.stopPropagation();
      this.closeMenu(true);
    } else if ((event.key === "ArrowDown" || event.key === "ArrowUp") && !this.menu.hidden) {
      const items = [...this.menu.querySelectorAll("button")];
      const at = items.indexOf(event.target) + (event.key === "ArrowDown" ? 1 : -1);
      if (!inMenu && event.key === "ArrowUp") return;
      event.preventDefault();
      (items[at] ?? (at < 0 ? this.text : items.at(-1))).focus();
    } else if (event.key === "Enter" && event.target === this.text && !event.shiftKey && !event.isComposing) {
      event.preventDefault();
      this.node.requestSubmit();
    }
  }
}
