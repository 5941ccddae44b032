/* A table that is filled in row by row: add, change and remove rows, then send them together. */

import { h, hidden, icon, toast, uid } from "./dom.js";
import { field, isAsked, show } from "./fields.js";
import { t } from "./texts.js";

/** Same contract as a field: {node, read, problem, focus}; `changed` is called when the number of rows changes. */
export function rowsField(input, changed) {
  const mayAdd = input.may_add !== false;
  const rows = (input.value ?? input.rows ?? []).map((row) => ({ ...row })).filter((row) => !mayAdd || !isEmpty(row));
  const wrong = h("p", { class: "field-error", id: uid("wrong"), hidden: true });
  const table = h("div", { class: "table-scroll", tabindex: "0", role: "region", "aria-label": input.label });
  const desk = h("div", { class: "row-editor" });
  const adder = mayAdd && h("button", { type: "button", class: "button quiet", onclick: () => edit(null) }, icon("plus"), t("rows.add"));
  const node = h("fieldset", { class: "field kind-rows" }, h("legend", { class: "visually-hidden" }, input.label), table, desk, adder, wrong);
  let editing = null; // {row, fields}: the row whose fields are open

  const nameOf = (row, index) => (mayAdd ? t("rows.row", { row: index + 1 }) : row.key);
  const complain = (text) => {
    wrong.textContent = text ?? "";
    wrong.hidden = !text;
    return text;
  };

  function draw() {
    table.hidden = !rows.length;
    table.replaceChildren(rows.length ? filled() : "");
    if (adder) adder.hidden = Boolean(editing) || isFull();
    changed(rows.length);
  }

  const isFull = () => input.maximum !== undefined && rows.length >= input.maximum;

  function filled() {
    const head = [h("th", { scope: "col" }, hidden(t("rows.row", { row: "" }).trim())), ...input.columns.map((column) => h("th", { scope: "col" }, column.label)), h("th", { scope: "col" }, hidden(t("rows.actions")))];
    return h("table", { class: "grid", role: "table" },
      h("thead", { role: "rowgroup" }, h("tr", { role: "row" }, head)),
      h("tbody", { role: "rowgroup" }, rows.map(line)));
  }

  function line(row, index) {
    const name = nameOf(row, index);
    const cells = input.columns.map((column) => h("td", { role: "cell", "data-label": column.label }, show(column, row[column.question])));
    const change = h("button", { type: "button", class: "icon-button", "data-edit": row.key, onclick: () => edit(row) }, icon("edit"), hidden(t("rows.edit_of", { row: index + 1 })));
    const remove = mayAdd && h("button", { type: "button", class: "icon-button", onclick: () => drop(row) }, icon("trash"), hidden(t("rows.remove_of", { row: index + 1 })));
    return h("tr", { role: "row" }, h("th", { scope: "row", role: "rowheader" }, mayAdd ? String(index + 1) : name), cells, h("td", { role: "cell", class: "row-actions" }, change, remove));
  }

  function drop(row) {
    const index = rows.indexOf(row);
    rows.splice(index, 1);
    draw();
    toast(t("rows.removed", { row: index + 1 }));
    (table.querySelector("[data-edit]") ?? adder)?.focus();
  }

  function edit(row, takeFocus = true) {
    const fields = input.columns.map((column) => [column, field({ ...column, isInRow: true, value: row?.[column.question] ?? null })]);
    const heading = row ? nameOf(row, rows.indexOf(row)) : t("rows.added");
    const keep = () => {
      if (store()) finish(row?.key);
    };
    const desktop = h("fieldset", { class: "row-form" }, h("legend", {}, heading), fields.map(([, one]) => one.node),
      h("div", { class: "actions" },
        h("button", { type: "button", class: "button primary small", onclick: keep }, t("rows.save")),
        (row || rows.length > 0) && h("button", { type: "button", class: "button quiet small", onclick: () => finish(row?.key) }, t("cancel"))));
    desktop.addEventListener("keydown", (event) => {
      if (event.key === "Enter" && event.target.matches("input:not([type=checkbox]):not([type=radio])")) {
        event.preventDefault();
        keep();
      }
      if (event.key === "Escape") finish(row?.key);
    });
    const offer = () => {
      const applying = new Set(asked(fields).map(([, one]) => one.node));
      for (const [, one] of fields) one.node.hidden = !applying.has(one.node);
    };
    desktop.addEventListener("input", offer);
    desktop.addEventListener("change", offer);
    offer();
    editing = { row, fields };
    desk.replaceChildren(desktop);
    if (adder) adder.hidden = true;
    complain(null);
    if (takeFocus) fields[0][1].focus();
  }

  /** Put the open fields into their row. False when one is wrong; the focus is there then. */
  function store() {
    const { row, fields } = editing;
    const faulty = asked(fields).filter(([, one]) => one.problem());
    if (faulty.length) {
      faulty[0][1].focus();
      return false;
    }
    const kept = row ?? { key: newKey(rows) };
    if (!row) rows.push(kept);
    const applying = new Set(asked(fields));
    for (const pair of fields) {
      const [column, one] = pair;
      const value = applying.has(pair) ? one.read() : null;
      if (value === null) delete kept[column.question];
      else kept[column.question] = value;
    }
    toast(t("rows.saved", { row: rows.indexOf(kept) + 1 }));
    return true;
  }

  /** Before sending: an open row counts too, unless nothing was filled in. */
  function settle() {
    if (!editing) return true;
    const isUntouched = !editing.row && editing.fields.every(([, one]) => one.read() === null);
    if (isUntouched && (rows.length || input.required === false)) return true;
    if (!store()) return false;
    close();
    return true;
  }

  function close() {
    editing = null;
    desk.replaceChildren();
    draw();
  }

  function finish(key) {
    close();
    const change = key && [...table.querySelectorAll("[data-edit]")].find((button) => button.dataset.edit === key);
    (adder && !adder.hidden ? adder : change)?.focus();
  }

  draw();
  if (mayAdd && !rows.length) edit(null, false);
  return {
    node,
    read: () => (rows.length ? rows : null),
    problem: () => {
      if (!settle()) return t("input.wrong.rows");
      return complain(input.required !== false && !rows.length ? t("input.wrong.rows") : null);
    },
    focus: () => editing || adder?.focus(),
  };
}

/** The fields of the columns that apply, given what the earlier ones hold. */
function asked(fields) {
  const values = {};
  return fields.filter(([column, one]) => {
    if (!isAsked(column, values)) return false;
    values[column.question] = one.read();
    return true;
  });
}

const isEmpty = (row) => Object.entries(row).every(([name, value]) => name === "key" || value === null || value === "");

/** A key that no row has: rows keep theirs when others go. */
function newKey(rows) {
  const used = new Set(rows.map((row) => row.key));
  let number = rows.length + 1;
  while (used.has(`r${number}`)) number += 1;
  return `r${number}`;
}
