/* The page's own texts, and moments and initials as people write them. */

const ZONE = "Europe/Amsterdam";
const tables = new Map();
let table = {};
export let language = document.documentElement.lang || "nl";

/** Take a language into use, here and in what the server made. */
export async function use(wanted) {
  if (!tables.has(wanted)) {
    const answer = await fetch(`/texts/${wanted}.json`);
    if (!answer.ok) throw new Error("texts");
    tables.set(wanted, await answer.json());
  }
  table = tables.get(wanted);
  language = wanted;
  document.documentElement.lang = wanted;
  for (const node of document.querySelectorAll("[data-t]")) node.textContent = t(node.dataset.t);
  for (const node of document.querySelectorAll("[data-t-label]")) node.setAttribute("aria-label", t(node.dataset.tLabel));
}

/** The text with this id; `n` chooses between one and more. */
export function t(id, values = {}) {
  let text = table[id] ?? id;
  if (typeof text !== "string") text = values.n === 1 ? text.one ?? text.other : text.other;
  return text.replace(/\{(\w+)\}/g, (whole, name) => (name in values ? String(values[name]) : whole));
}

const format = (options) => (moment) =>
  new Intl.DateTimeFormat(language === "en" ? "en-GB" : "nl-NL", { timeZone: ZONE, ...options }).format(new Date(moment));

export const time = format({ hour: "2-digit", minute: "2-digit" });
export const day = format({ weekday: "long", day: "numeric", month: "long", year: "numeric" });
export const dayKey = (moment) => new Intl.DateTimeFormat("en-CA", { timeZone: ZONE }).format(new Date(moment));
const shortDay = format({ weekday: "short", day: "numeric", month: "short" });

export const capital = (text) => text.charAt(0).toUpperCase() + text.slice(1);

/** "dinsdag 24 februari 2026, 09:00" */
export const moment = (at) => `${day(at)}, ${time(at)}`;

/** "di 24 feb, 09:00" */
export const shortMoment = (at) => `${shortDay(at)}, ${time(at)}`;

/** "3 februari 2026" for "2026-02-03" */
export const calendarDay = (iso) =>
  new Intl.DateTimeFormat(language === "en" ? "en-GB" : "nl-NL", {
    timeZone: "UTC", day: "numeric", month: "long", year: "numeric",
  }).format(new Date(`${iso}T00:00:00Z`));

/** Two letters of a function: never of a name. */
export function initials(label) {
  const words = label.split(/\s+[–-]\s+/)[0].split(/[\s/]+/).filter((word) => /^[\p{L}]/u.test(word));
  const long = words.filter((word) => word.length > 3);
  const [first, second] = long.length > 1 ? long : words;
  return capital((second ? first[0] + second[0].toUpperCase() : (first ?? "?").slice(0, 2)));
}

/** What to say of a problem that `api.js` met. */
export function problem(failure) {
  const id = `error.${failure.code}`;
  return t(table[id] ? id : failure.id ? "error.internal" : "error.invalid", { id: failure.id ?? "" });
}
