/* A message of the assistant as elements: progress, text, lines, table, input, buttons and links. */

import { h, hidden, icon } from "./dom.js";
import { options } from "./fields.js";
import { isOnePress, isWritten, questionForm, tickForm } from "./forms.js";
import { t } from "./texts.js";

/** The body of a message. `act` sends: {press(key, picked?), fill(key, values)}. `reader` gives links their reader. */
export function card(body, { act, isPast, reader }) {
  const isOpen = !isPast;
  return [
    body.progress && progress(body.progress, body.tone === "card" ? "card.in" : "card.progress"),
    body.title && h("h3", { class: "card-title" }, body.title),
    paragraphs(body.text, isOpen && body.tone === "question"),
    isOpen && body.hint && h("p", { class: "card-hint" }, body.hint),
    body.lines && lines(body.lines, isOpen ? act : null),
    body.table && table(body.table, body.title),
    isOpen && answering(body, act),
    body.links && links(body.links, reader),
  ];
}

/** Plain text with its own line breaks; an empty line begins a paragraph. What is asked stands in the last one. */
export function paragraphs(text, asks = false) {
  const parts = (text ?? "").split(/\n{2,}/).filter((part) => part.trim());
  return parts.map((part, index) => h("p", { class: asks && index === parts.length - 1 ? "said asked" : "said" }, part));
}

function progress([at, total], id) {
  const text = t(id, { at, total });
  return h("div", { class: "progress" }, h("span", {}, text), h("progress", { max: total, value: at, "aria-label": text }));
}

/** Label, text and button; marks tell lines apart, so they are left out where all are done. */
function lines(items, act) {
  const marks = items.some(({ mark }) => mark !== "done");
  return h("ul", { class: "lines" }, items.map((line) => h("li", { class: `line ${line.mark ?? ""}` },
    marks && line.mark && h("span", { class: "mark" }, t(`card.${line.mark}`)),
    h("span", { class: "line-label" }, line.label),
    h("span", { class: "line-text" }, line.mark && line.text.toLowerCase() === t(`card.${line.mark}`).toLowerCase() ? "" : line.text),
    act && line.button && h("button", {
      type: "button", class: "button quiet small", "data-key": line.button.key,
      "aria-label": `${line.button.label}: ${line.label}`, onclick: () => act.press(line.button.key),
    }, line.button.label))));
}

function table([head, ...rows], title) {
  return h("div", { class: "table-scroll", tabindex: "0", role: "region", "aria-label": title ?? t("card.table") },
    h("table", { class: "grid", role: "table" },
      h("thead", { role: "rowgroup" }, h("tr", { role: "row" }, head.map((cell) => h("th", { scope: "col", role: "columnheader" }, cell)))),
      h("tbody", { role: "rowgroup" }, rows.map((row) => h("tr", { role: "row" }, row.map((cell, index) => h("td", { role: "cell", "data-label": head[index] ?? "" }, cell)))))));
}

/** What can be chosen in an input: it is not offered once more as a button. */
function offers(input) {
  if (input.kind === "rows") return input.columns.flatMap(options);
  return isWritten(input) ? [] : options(input);
}

function answering(body, act) {
  const form = body.input ? questionForm(body.input, act.fill) : body.multiple && body.buttons ? tickForm(body, act.press) : null;
  const offered = new Set(body.input ? offers(body.input).flatMap(([id, label]) => [id, label]) : []);
  const rest = body.multiple && !body.input
    ? (body.buttons ?? []).filter((button) => button.style === "quiet" || button.style === "danger")
    : (body.buttons ?? []).filter((button) => !offered.has(button.label));
  const main = rest.filter((button) => button.style !== "quiet");
  const quiet = rest.filter((button) => button.style === "quiet");
  return [
    form,
    body.input && (isOnePress(body.input) || body.input.kind === "date" || body.input.kind === "period" || body.input.kind === "number")
      && h("p", { class: "field-hint" }, t("input.or_type")),
    main.length > 0 && h("div", { class: "buttons" }, main.map((button) => pressable(button, act))),
    quiet.length > 0 && h("div", { class: "buttons quiet-buttons", role: "group", "aria-label": t("card.more") }, quiet.map((button) => pressable(button, act))),
  ];
}

function pressable(button, act) {
  return h("button", { type: "button", class: `button ${button.style ?? ""}`, "data-key": button.key, onclick: () => act.press(button.key) }, button.label);
}

/** Pages open in a tab of their own, as this reader may see them; a file is only taken along. */
function links(items, reader) {
  return h("p", { class: "links" }, items.map(({ label, address }) => {
    const url = new URL(address, location.origin);
    const isOurs = url.origin === location.origin;
    if (isOurs) for (const [name, value] of Object.entries(reader)) url.searchParams.set(name, value);
    const isFile = url.searchParams.has("format");
    const where = isFile ? { download: "" } : { target: "_blank", rel: "noopener" };
    return isOurs && h("a", { class: "document", href: url.pathname + url.search, ...where },
      icon("document"), label, !isFile && hidden(` (${t("card.opens")})`));
  }));
}
