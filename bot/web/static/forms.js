/* The input of a question in a card: buttons that answer at once, or a field with a button to send it. */

import { h } from "./dom.js";
import { LONGEST_LIST, field, options } from "./fields.js";
import { rowsField } from "./rows.js";
import { t } from "./texts.js";

const WRITTEN = new Set(["short_text", "long_text", "place"]);

/** Whether the message field at the bottom is the natural place to answer. */
export const isWritten = (input) => WRITTEN.has(input.kind) && !input.value;

/** Whether one press on a button is a whole answer. */
export function isOnePress(input) {
  if (input.value) return false;
  if (input.kind === "choice") return options(input).length <= LONGEST_LIST;
  return (input.kind === "judgement" || input.kind === "scale") && (input.reason ?? "no") === "no" && !input.ends;
}

const wrap = (input, id) => (input.kind === "scale" ? { score: Number(id) } : { choice: id });

/** The form of an input. `send(action, values)` gives a promise; while it runs the form takes no second press. */
export function questionForm(input, send) {
  if (isWritten(input)) return h("p", { class: "field-hint" }, t("input.type_below"));
  if (isOnePress(input)) {
    return h("div", { class: "buttons", role: "group", "aria-label": input.label },
      options(input).map(([id, label]) => h("button", {
        type: "button", class: "button", onclick: () => send(input.action, { [input.question]: wrap(input, id) }),
      }, label)));
  }
  const submit = h("button", { type: "submit", class: "button primary" }, t("input.send"));
  const label = (count) => {
    if (input.kind === "rows") submit.textContent = count ? t("rows.send", { n: count }) : t("input.send");
    if (input.kind === "choices") submit.textContent = count ? t("input.send_choices", { n: count }) : t("input.send");
  };
  const part = input.kind === "rows" ? rowsField(input, label) : field(input, { bare: true });
  const form = h("form", { class: "question-form", novalidate: true }, part.node, h("div", { class: "actions" }, submit));
  if (input.kind === "choices") {
    const recount = () => label(part.controls.filter((control) => control.checked).length);
    form.addEventListener("change", recount);
    recount();
  }
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    if (part.problem()) part.focus();
    else send(input.action, { [input.question]: part.read() });
  });
  return form;
}

/** Several buttons that are ticked and then sent together, when the message has no input of its own. */
export function tickForm(presented, press) {
  const ways = presented.buttons.filter((button) => button.style === "primary");
  const ticks = presented.buttons.filter((button) => !button.style || button.style === "plain");
  const input = { kind: "choices", question: "picked", label: presented.title ?? t("card.choices"), options: ticks.map(({ key, label }) => [key, label]) };
  const part = field(input, { bare: true });
  const submit = (key) => (part.problem() ? part.focus() : press(key, part.read().choices));
  const senders = ways.length ? ways : [{ key: ticks[0]?.key, label: t("input.send") }];
  return h("form", { class: "question-form", novalidate: true, onsubmit: (event) => event.preventDefault() }, part.node,
    h("div", { class: "actions" }, senders.map(({ key, label }) => h("button", { type: "submit", class: "button primary", onclick: () => submit(key) }, label))));
}
