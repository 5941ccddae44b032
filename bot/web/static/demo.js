/* The demo's own things: its clock, the step to the next moment, starting again, and five things to try. */

import { Failure, newEvent, post } from "./api.js";
import { h, icon, memory, toast } from "./dom.js";
import { capital, moment, problem, shortMoment, t } from "./texts.js";

const STEPS = [
  { id: "task", role: "police", says: true },
  { id: "signal", role: "youth_work", says: true },
  { id: "status", role: "process_lead", says: true },
  { id: "clock", role: null, says: false },
  { id: "agenda", role: "chair", says: true },
];

/** The clock in the bar at the top. `acts`: {refresh() → promise}. */
export class Clock {
  constructor(acts) {
    this.acts = acts;
    this.bar = document.getElementById("demo");
    this.time = document.getElementById("clock");
    this.button = document.getElementById("next");
    this.nextIs = document.getElementById("next-is");
    this.button.addEventListener("click", () => this.next());
  }

  sync(overview) {
    this.overview = overview;
    this.bar.hidden = !overview.is_demo;
    const narrow = matchMedia("(max-width: 52rem)").matches;
    const text = narrow ? shortMoment(overview.now) : capital(moment(overview.now));
    if (this.time.textContent !== text) this.time.textContent = text;
    this.time.dateTime = overview.now;
    this.nextIs.textContent = overview.next_at ? t("demo.next_is", { moment: moment(overview.next_at) }) : t("demo.next_none");
    this.button.title = this.nextIs.textContent;
    this.button.setAttribute("aria-disabled", String(!overview.next_at));
  }

  async next() {
    if (this.button.getAttribute("aria-busy") === "true") return;
    if (!this.overview.next_at) {
      toast(t("demo.next_none"));
      return;
    }
    this.button.setAttribute("aria-busy", "true");
    try {
      await post("/api/demo", { event: newEvent(), persona: this.overview.persona, act: "next" });
      await this.acts.refresh();
      toast(t("demo.moved", { moment: moment(this.overview.now) }));
      markDone("clock");
    } catch (failure) {
      if (!(failure instanceof Failure)) throw failure;
      toast(problem(failure), "bad");
    } finally {
      this.button.removeAttribute("aria-busy");
    }
  }
}

/** Ask first, then start the demo again. Gives whether it was done. */
export function askReset(persona) {
  return new Promise((resolve) => {
    const yes = async () => {
      try {
        await post("/api/demo", { event: newEvent(), persona, act: "reset" });
        toast(t("demo.reset_done"));
        end(true);
      } catch (failure) {
        toast(problem(failure), "bad");
        end(false);
      }
    };
    const dialog = h("dialog", { class: "dialog", "aria-labelledby": "reset-title", "aria-describedby": "reset-text" },
      h("h2", { id: "reset-title" }, t("demo.reset_title")),
      h("p", { id: "reset-text" }, t("demo.reset_text")),
      h("div", { class: "actions" },
        h("button", { type: "button", class: "button", autofocus: true, onclick: () => end(false) }, t("cancel")),
        h("button", { type: "button", class: "button danger", onclick: yes }, t("demo.reset_yes"))));
    const end = (isDone) => {
      dialog.close();
      dialog.remove();
      resolve(isDone);
    };
    dialog.addEventListener("cancel", () => end(false));
    document.body.append(dialog);
    dialog.showModal();
  });
}

/** Whether a persona has a role of the work. */
export const has = (persona, role) => persona.role === role || persona.roles.includes(role);

/** The things of the tour that were tried. */
export const done = () => new Set(memory.read("tour.done") ?? []);

const markDone = (id) => memory.write("tour.done", [...done().add(id)]);

/** Whether to show the tour without being asked. */
export const wantsTour = () => !memory.read("tour.hidden") && done().size < STEPS.length;

/** Remember that somebody has seen enough of it, or wants it back. */
export const hideTour = (isHidden) => memory.write("tour.hidden", isHidden);

/** The five things to try, for the panel on the right. `acts`: {go(role, text), redraw()}. */
export function tour(overview, acts) {
  const finished = done();
  const count = STEPS.filter(({ id }) => finished.has(id)).length;
  const steps = STEPS.filter(({ role }) => !role || overview.personas.some((persona) => has(persona, role)));
  const text = t("tour.progress", { n: count, total: steps.length });
  return h("div", { class: "tour" },
    h("p", {}, t("tour.intro")),
    h("div", { class: "progress" }, h("span", {}, text), h("progress", { max: steps.length, value: count, "aria-label": text })),
    h("ol", {}, steps.map((step) => h("li", { class: finished.has(step.id) ? "is-done" : "" },
      h("h3", {}, t(`tour.${step.id}.title`), finished.has(step.id) && h("span", { class: "mark done" }, icon("check"), t("tour.done"))),
      h("p", {}, t(`tour.${step.id}.text`)),
      h("button", { type: "button", class: "button small", "data-step": step.id, "aria-label": `${t("tour.do")}: ${t(`tour.${step.id}.title`)}`, onclick: () => {
        if (step.says) markDone(step.id);
        acts.go(step, step.says ? t(`tour.${step.id}.say`) : null);
      } }, t("tour.do"))))),
    h("div", { class: "actions" },
      count > 0 && h("button", { type: "button", class: "button quiet small", onclick: () => {
        memory.write("tour.done", []);
        acts.redraw();
      } }, t("tour.again")),
      h("button", { type: "button", class: "button quiet small", onclick: acts.hide }, t("tour.dismiss"))));
}
