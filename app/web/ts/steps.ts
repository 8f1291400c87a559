/** Moves the current step of a path that is drawn by the page: `components/layout.html`, macro `steps`. */
import { _ } from "./french";

export function standAt(path: Element | null, at: number): void {
  path?.querySelectorAll<HTMLElement>(".step").forEach((step, number) => {
    const state = number < at ? "done" : number === at ? "current" : "todo";
    step.className = `step step--${state}`;
    step.toggleAttribute("aria-current", state === "current");
    if (state === "current") {
      step.setAttribute("aria-current", "step");
    }
    const word = step.querySelector(".visually-hidden");
    if (word) {
      word.textContent = { done: _("(fait)"), current: _("(en cours)"), todo: _("(à faire)") }[
        state
      ];
    }
  });
}
