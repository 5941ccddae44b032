/* One field for each kind of question: {node, read, problem, focus}. `read` gives the value as the server keeps it. */

import { h, uid } from "./dom.js";
import { calendarDay, t } from "./texts.js";

export const LONGEST_LIST = 7; // more options than this go into a select
const LONGEST_IN_ROW = 4; // in a row of a table there is less room

/** What can be chosen, with the words of the page where the question brings none. */
export function options(input) {
  if (input.options?.length) return input.options;
  if (input.kind === "judgement") return ["yes", "no", "unsure"].map((id) => [id, t(`input.${id}`)]);
  if (input.kind === "scale") return ["1", "2", "3", "4", "5"].map((score) => [score, score]);
  return [];
}

/** The field of an input, with its label, help and place for what is wrong. */
export function field(input, { bare = false } = {}) {
  const make = KINDS[input.kind] ?? KINDS.short_text;
  const parts = make(input, input.value ?? null);
  const wrong = h("p", { class: "field-error", id: uid("wrong"), hidden: true });
  const group = parts.controls.length > 1 || parts.isGroup;
  const text = labelText(input);
  const label = group ? h("legend", {}, text) : h("label", { for: parts.controls[0].id }, text);
  if (bare) label.className = "visually-hidden";
  for (const control of parts.controls) control.setAttribute("aria-describedby", [parts.hint?.id, wrong.id].filter(Boolean).join(" "));
  const node = h(group ? "fieldset" : "div", { class: `field kind-${input.kind}` }, label, parts.hint, parts.body, wrong);
  const show = (problem) => {
    wrong.textContent = problem ?? "";
    wrong.hidden = !problem;
    for (const control of parts.controls) control.setAttribute("aria-invalid", problem ? "true" : "false");
    return problem;
  };
  return {
    node,
    read: parts.read,
    problem: () => show(parts.check?.() ?? (input.required !== false && parts.read() === null ? t(parts.missing ?? "input.wrong.required") : null)),
    focus: () => (parts.controls.find((control) => control.checked) ?? parts.controls[0]).focus(),
    controls: parts.controls,
  };
}

const labelText = (input) => (input.required === false ? `${input.label} (${t("input.optional")})` : input.label);

const hint = (text) => (text ? h("p", { class: "field-hint", id: uid("hint") }, text) : null);

const trimmed = (control) => control.value.trim() || null;

function text(input, value, rows = 0) {
  const control = h(rows ? "textarea" : "input", {
    id: uid("field"), class: "control", rows: rows || null, maxlength: input.longest, autocomplete: "off", value: value ?? "",
  });
  return { body: control, controls: [control], read: () => trimmed(control) };
}

function radios(input, chosen) {
  const name = uid("choice");
  const controls = options(input).map(([id]) => h("input", { type: "radio", name, value: id, id: uid("radio"), checked: id === chosen }));
  const rows = options(input).map(([, label], index) => h("label", { class: "option", for: controls[index].id }, controls[index], h("span", {}, label)));
  return { controls, rows, read: () => controls.find((control) => control.checked)?.value ?? null };
}

/** A choice with, where it is asked, why. `keys` are the names in the value as it is kept. */
function reasoned(input, value, { key, read = (id) => id, around = (rows) => h("div", { class: "options" }, rows) }) {
  const group = radios(input, value ? String(value[key]) : null);
  const wants = input.reason ?? "no";
  const why = h("textarea", { id: uid("field"), class: "control", rows: 2, autocomplete: "off", value: value?.reason ?? "" });
  const label = h("label", { for: why.id }, t(wants === "required" ? "input.reason" : "input.reason_optional"));
  const body = h("div", {}, around(group.rows), wants === "no" ? null : h("div", { class: "why" }, label, why));
  return {
    body,
    isGroup: true,
    missing: "input.wrong.choose",
    controls: wants === "no" ? group.controls : [...group.controls, why],
    read: () => (group.read() === null ? null : { [key]: read(group.read()), ...(trimmed(why) ? { reason: trimmed(why) } : {}) }),
    check: () => (wants === "required" && group.read() !== null && !trimmed(why) ? t("input.wrong.reason") : null),
  };
}

/** The words of a choice that wants them ("anders, namelijk …"), shown while it is chosen. */
function ownWords(input, value, chosen) {
  if (!input.in_words?.length) return null;
  const control = h("input", { id: uid("field"), class: "control", maxlength: 200, autocomplete: "off", value: value?.text ?? "" });
  const node = h("div", { class: "why" }, h("label", { for: control.id }, t("input.words")), control);
  const wants = () => chosen().some((id) => input.in_words.includes(id));
  const show = () => (node.hidden = !wants());
  show();
  return {
    node, control, show,
    read: () => (wants() && trimmed(control) ? { text: trimmed(control) } : {}),
    check: () => (wants() && !trimmed(control) ? t("input.wrong.words") : null),
  };
}

/** A choice as parts of a field: `controls` are what is chosen with, `chosen` gives the ids, `wrap` the value. */
function chooser(input, value, { body, controls, chosen, wrap }) {
  const words = ownWords(input, value, chosen);
  if (!words) return { body, controls, isGroup: controls.length > 1, missing: "input.wrong.choose", read: () => wrap(chosen()) };
  for (const control of controls) control.addEventListener("change", words.show);
  return {
    body: h("div", {}, body, words.node), controls: [...controls, words.control], isGroup: true, missing: "input.wrong.choose", check: words.check,
    read: () => {
      const read = wrap(chosen());
      return read && { ...read, ...words.read() };
    },
  };
}

function choice(input, value) {
  const wrap = ([id]) => (id ? { choice: id } : null);
  if (options(input).length <= (input.isInRow ? LONGEST_IN_ROW : LONGEST_LIST)) {
    const group = radios(input, value?.choice ?? null);
    const parts = { body: h("div", { class: "options" }, group.rows), controls: group.controls, chosen: () => [group.read()].filter(Boolean), wrap };
    return { ...chooser(input, value, parts), isGroup: true };
  }
  const control = h("select", { id: uid("field"), class: "control", "aria-label": input.in_words?.length ? input.label : null },
    h("option", { value: "" }, t("input.choose")),
    options(input).map(([id, label]) => h("option", { value: id, selected: id === value?.choice }, label)));
  return chooser(input, value, { body: control, controls: [control], chosen: () => [control.value].filter(Boolean), wrap });
}

function choices(input, value) {
  const ticked = new Set(value?.choices ?? []);
  const controls = options(input).map(([id]) => h("input", { type: "checkbox", value: id, id: uid("check"), checked: ticked.has(id) }));
  const rows = options(input).map(([, label], index) => h("label", { class: "option", for: controls[index].id }, controls[index], h("span", {}, label)));
  const parts = {
    body: h("div", { class: controls.length > LONGEST_LIST ? "options many" : "options" }, rows),
    controls, chosen: () => controls.filter((control) => control.checked).map((control) => control.value),
    wrap: (picked) => (picked.length ? { choices: picked } : null),
  };
  return { ...chooser(input, value, parts), isGroup: true };
}

/** Whether a column is asked in a row with these values. */
export function isAsked(column, values) {
  if (!column.when) return true;
  const [id, wanted] = column.when;
  const value = values[id];
  if (value === null || value === undefined) return false;
  const given = value.choices ?? [value.choice ?? value.score].filter((one) => one !== undefined).map(String);
  return !wanted.length || wanted.some((one) => given.includes(one));
}

const scale = (input, value) =>
  reasoned(input, value, {
    key: "score",
    read: Number,
    around: (rows) => h("div", { class: "scale" },
      h("div", { class: "options segments" }, rows),
      input.ends && h("p", { class: "scale-ends" }, h("span", {}, `1 = ${input.ends[0]}`), h("span", {}, `5 = ${input.ends[1]}`))),
  });

/** What is wrong with a number, or null. */
function wrongNumber(written, { minimum: low, maximum: high }) {
  if (!/^-?\d+$/.test(written)) return t("input.wrong.number");
  const number = Number(written);
  const isLow = low !== undefined && number < low;
  const isHigh = high !== undefined && number > high;
  if (!isLow && !isHigh) return null;
  if (low === undefined) return t("input.wrong.at_most", { high });
  return high === undefined ? t("input.wrong.at_least", { low }) : t("input.wrong.between", { low, high });
}

function allowed({ minimum: low, maximum: high }) {
  if (low === undefined && high === undefined) return null;
  if (low === undefined) return t("input.at_most", { high });
  return high === undefined ? t("input.at_least", { low }) : t("input.between", { low, high });
}

function number(input, value) {
  const box = (start) => h("input", { id: uid("field"), class: "control short", inputmode: "numeric", autocomplete: "off", value: start ?? "" });
  const low = box(value?.low);
  const high = input.range ? box(value && value.high !== value.low ? value.high : "") : null;
  const unit = input.unit ? h("span", { class: "unit" }, input.unit) : null;
  const note = hint(allowed(input));
  const read = () => {
    if (!trimmed(low)) return null;
    const start = Number(trimmed(low));
    return { low: start, high: high && trimmed(high) ? Number(trimmed(high)) : start };
  };
  const check = () => {
    const written = [low, high].filter((control) => control && trimmed(control));
    const wrong = written.map((control) => wrongNumber(trimmed(control), input)).find(Boolean);
    if (wrong) return wrong;
    return written.length > 1 && read().high < read().low ? t("input.wrong.order") : null;
  };
  const part = (control, text) => h("div", { class: "part" }, h("label", { for: control.id }, text), control);
  const body = high
    ? h("div", { class: "parts" }, part(low, t("input.from")), part(high, t("input.to_optional")), unit)
    : h("div", { class: "parts" }, low, unit);
  return { body, hint: note, controls: high ? [low, high] : [low], read, check };
}

const dayBox = (value) => h("input", { type: "date", id: uid("field"), class: "control date", value: value ?? "", min: "2000-01-01", max: "2100-12-31" });

function date(_input, value) {
  const control = dayBox(value);
  return { body: control, controls: [control], read: () => control.value || null, check: () => (control.validity.badInput ? t("input.wrong.date") : null) };
}

function period(_input, value) {
  const start = dayBox(value?.start);
  const end = dayBox(value?.end);
  const part = (control, text) => h("div", { class: "part" }, h("label", { for: control.id }, text), control);
  return {
    body: h("div", { class: "parts" }, part(start, t("input.since")), part(end, t("input.until"))),
    controls: [start, end],
    read: () => (start.value || end.value ? { start: start.value || null, end: end.value || null } : null),
    check: () => {
      if (start.validity.badInput || end.validity.badInput) return t("input.wrong.date");
      return start.value && end.value && end.value < start.value ? t("input.wrong.dates") : null;
    },
  };
}

const KINDS = {
  short_text: text,
  place: text,
  long_text: (input, value) => text(input, value, 4),
  judgement: (input, value) => reasoned(input, value, { key: "choice" }),
  scale,
  choice,
  choices,
  number,
  date,
  period,
};

/** A value as a person reads it: for the rows of a table. */
export function show(input, value) {
  if (value === null || value === undefined || value === "") return t("rows.empty");
  const name = (id) => options(input).find(([option]) => option === String(id))?.[1] ?? String(id);
  const reason = value.reason ? ` – ${value.reason}` : "";
  switch (input.kind) {
    case "choice": return name(value.choice) + (value.text ? ` – ${value.text}` : "");
    case "judgement": return name(value.choice) + reason;
    case "choices": return value.choices.map(name).join(", ");
    case "scale": return `${value.score}/5${reason}`;
    case "number": return [value.low, value.high === value.low ? null : `–${value.high}`, input.unit ? ` ${input.unit}` : null].filter((part) => part !== null).join("");
    case "date": return calendarDay(value);
    case "period": return [value.start, value.end].map((day) => (day ? calendarDay(day) : "…")).join(" – ");
    default: return String(value);
  }
}
