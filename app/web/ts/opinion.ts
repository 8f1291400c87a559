/** Asks what watching changed once it counts, and keeps the answer while the film goes on: `<section data-visavis-opinion>`. */
import { QUALIFIED } from "./beacon";
import { timeout } from "./http";

const ANSWER_MS = 10_000;
const NOTHING = "nothing"; // takes an answer back

export function bind(section: HTMLElement): void {
  document.addEventListener(QUALIFIED, () => {
    section.hidden = false;
  });
  const form = section.querySelector("form");
  form?.addEventListener("submit", (event) => {
    const button = event.submitter;
    if (button instanceof HTMLButtonElement) {
      event.preventDefault();
      void answer(form, button);
    }
  });
}

/** Sends one answer; what cannot be sent so is sent as the page would without script. */
async function answer(form: HTMLFormElement, button: HTMLButtonElement): Promise<void> {
  const kept = await send(form, button.value).catch(() => false);
  if (kept) {
    show(form, button.value);
  } else {
    const said = document.createElement("input");
    Object.assign(said, { type: "hidden", name: button.name, value: button.value });
    form.append(said);
    form.submit();
  }
}

async function send(form: HTMLFormElement, said: string): Promise<boolean> {
  const body = new URLSearchParams({ said });
  for (const field of form.querySelectorAll<HTMLInputElement>("input")) {
    body.set(field.name, field.value);
  }
  const answered = await fetch(form.action, {
    method: "POST",
    body,
    redirect: "manual", // the page is here already
    signal: timeout(ANSWER_MS),
  });
  return answered.type === "opaqueredirect";
}

function show(form: HTMLFormElement, said: string): void {
  for (const button of form.querySelectorAll("button")) {
    if (button.value !== NOTHING) {
      button.setAttribute("aria-pressed", String(button.value === said));
    } else if (said !== NOTHING) {
      button.hidden = false;
    } else {
      form.querySelector<HTMLElement>("[aria-pressed]")?.focus(); // the button that was pressed goes
      button.hidden = true;
    }
  }
}
