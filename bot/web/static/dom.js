/* Building elements. Texts only ever become text nodes: what people wrote is never read as HTML. */

const SVG = "http://www.w3.org/2000/svg";
const PROPERTIES = new Set(["value", "checked", "hidden", "disabled", "inert", "selected"]);

const PATHS = {
  close: "M6 6l12 12M18 6L6 18",
  send: "M4 12l16-8-6 16-3-6zM11 14l9-10",
  thread: "M4 5h16v10H10l-4 4v-4H4z",
  switch: "M7 9l5-5 5 5M7 15l5 5 5-5",
  check: "M5 13l4 4L19 7",
  plus: "M12 5v14M5 12h14",
  edit: "M4 20h4L19 9l-4-4L4 16z",
  trash: "M5 7h14M10 7V4h4v3M7 7l1 13h8l1-13",
  down: "M12 5v14M6 13l6 6 6-6",
  document: "M7 3h7l5 5v13H7zM14 3v5h5M10 13h6M10 17h6",
  restart: "M5 12a7 7 0 1 0 2-5M4 4v4h4",
  compass: "M12 3a9 9 0 1 0 0 18 9 9 0 0 0 0-18zM15.500 8.500l-2 5-5 2 2-5z",
  room: "M9 4L7 20M17 4l-2 16M4 9h16M4 15h16",
  lock: "M6 11h12v9H6zM8.500 11V8a3.500 3.500 0 0 1 7 0v3",
  warning: "M12 4l9 16H3zM12 10v4M12 17v.500",
};

/** An element with attributes (or `onclick` and the like) and children; children that are empty are left out. */
export function h(tag, attributes = {}, ...children) {
  const node = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (value === undefined || value === null || value === false) continue;
    if (name.startsWith("on")) node.addEventListener(name.slice(2), value);
    else if (PROPERTIES.has(name)) node[name] = value;
    else node.setAttribute(name, value === true ? "" : value);
  }
  node.append(...children.flat(3).filter((child) => child !== undefined && child !== null && child !== false && child !== ""));
  return node;
}

/** A picture beside words, so hidden for who listens. */
export function icon(name) {
  const svg = document.createElementNS(SVG, "svg");
  svg.setAttribute("viewBox", "0 0 24 24");
  svg.setAttribute("aria-hidden", "true");
  svg.setAttribute("focusable", "false");
  const path = document.createElementNS(SVG, "path");
  path.setAttribute("d", PATHS[name]);
  svg.append(path);
  return svg;
}

export const hidden = (text) => h("span", { class: "visually-hidden" }, text);

let last = 0;

/** An id that no other element has. */
export const uid = (prefix = "n") => `${prefix}-${++last}`;

/** The children in this order, without moving those that are in place already (moving would lose the focus). */
export function arrange(parent, wanted) {
  const keep = new Set(wanted);
  for (const child of [...parent.children]) if (!keep.has(child)) child.remove();
  wanted.forEach((child, index) => {
    if (parent.children[index] !== child) parent.insertBefore(child, parent.children[index] ?? null);
  });
}

/** A short message for everybody, also for who listens; it goes away by itself, or for the next one. */
export function toast(text, tone = "plain") {
  const host = document.getElementById("toasts");
  const note = h("p", { class: `toast ${tone}` }, text);
  host.replaceChildren(note);
  setTimeout(() => note.remove(), 6000);
}

/** What is kept in the browser is a convenience: everything works without. */
export const memory = {
  read(name) {
    try {
      return JSON.parse(localStorage.getItem(`overlegmaat.${name}`) ?? "null");
    } catch {
      return null;
    }
  },
  write(name, value) {
    try {
      localStorage.setItem(`overlegmaat.${name}`, JSON.stringify(value));
    } catch {
      // private window or full: then not
    }
  },
};
