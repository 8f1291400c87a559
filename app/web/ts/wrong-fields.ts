/** Shows what the server says of each field at that field, as the macros of components/forms.html do. */
import type { Problem } from "./http";

type Refusals = NonNullable<Problem["errors"]>;

/** Replaces what stood at the fields of a form; returns the sentences that name none of them. */
export function showRefusals(form: HTMLFormElement, refusals: Refusals): string[] {
  for (const field of form.querySelectorAll(".field--wrong")) {
    clear(field);
  }
  return refusals
    .filter(({ pointer, detail }) => !show(form, pointer.replace(/^#\//, ""), detail))
    .map(({ detail }) => detail);
}

function show(form: HTMLFormElement, name: string, sentence: string): boolean {
  // The control, or the set of choices: both have the name as their id.
  const control = form.querySelector<HTMLElement>(`#${CSS.escape(name)}`);
  const field = control?.closest(".field");
  if (!control || !field) {
    return false;
  }
  const error = document.createElement("p");
  error.className = "error";
  error.id = `${name}-error`;
  error.setAttribute("role", "alert");
  error.textContent = sentence;
  const before = field === control ? field.querySelector(".choices__cards") : control;
  before?.before(error);
  field.classList.add("field--wrong");
  control.setAttribute("aria-invalid", "true");
  describe(control, (ids) => [...ids, error.id]);
  return true;
}

function clear(field: Element): void {
  field.classList.remove("field--wrong");
  const error = field.querySelector(".error");
  const control = field.matches("[aria-invalid]") ? field : field.querySelector("[aria-invalid]");
  control?.removeAttribute("aria-invalid");
  if (control && error) {
    describe(control, (ids) => ids.filter((id) => id !== error.id));
  }
  error?.remove();
}

function describe(control: Element, change: (ids: string[]) => string[]): void {
  const ids = change((control.getAttribute("aria-describedby") ?? "").split(" ").filter(Boolean));
  if (ids.length > 0) {
    control.setAttribute("aria-describedby", ids.join(" "));
  } else {
    control.removeAttribute("aria-describedby");
  }
}
