/**
 * Before somebody leaves this phone, what they filmed and did not send is decided on: `<form data-visavis-leaving>`,
 * whose dialog is in components/leaving.html.  With the word `erase`, all of it goes with the account.
 */
import { partOf } from "./parts";
import { keptSentence } from "./studio/kept";
import { type Take, Takes } from "./studio/takes";

const PATIENCE_MS = 5_000;

export function bind(form: HTMLElement): void {
  if (form instanceof HTMLFormElement) {
    form.addEventListener("submit", (event) => {
      event.preventDefault();
      void leave(form).catch(() => form.submit()); // a browser that keeps nothing has nothing to ask
    });
  }
}

async function leave(form: HTMLFormElement): Promise<void> {
  const takes = await Takes.open();
  const kept = await takes.of(form.dataset.account ?? "");
  const dialog = document.querySelector<HTMLDialogElement>("#partir");
  if (form.dataset.visavisLeaving === "erase") {
    await (isConfirmed(form) ? erase(form, kept, takes) : form.submit());
  } else if (kept.length > 0 && dialog) {
    ask(dialog, form, kept, takes);
  } else {
    await go(form, takes);
  }
}

/** Leaves; of what was sent, only a copy was here. */
async function go(form: HTMLFormElement, takes: Takes): Promise<void> {
  const sent = await takes.sentOf(form.dataset.account ?? "");
  await Promise.all(sent.map((take) => takes.remove(take)));
  form.submit();
}

/** Another word erases nothing: the server says so on the next page. */
function isConfirmed(form: HTMLFormElement): boolean {
  const typed = new FormData(form).get("word")?.toString().trim().toUpperCase();
  return typed === form.dataset.word?.toUpperCase();
}

function ask(dialog: HTMLDialogElement, form: HTMLFormElement, kept: Take[], takes: Takes): void {
  partOf(dialog, "kept").textContent = keptSentence(kept);
  partOf(dialog, "keep").onclick = () => void go(form, takes);
  partOf(dialog, "erase").onclick = () => void erase(form, kept, takes);
  partOf(dialog, "stay").onclick = () => dialog.close();
  dialog.showModal();
}

/** The server is asked too, but nobody waits for it for ever: what it has not forgotten is tried at the next visit. */
async function erase(form: HTMLFormElement, kept: Take[], takes: Takes): Promise<void> {
  const patience = new Promise((resolve) => window.setTimeout(resolve, PATIENCE_MS));
  // Every page of a resident has this file: what sends comes with those who have something to erase.
  const { Sendings } = await import("./studio/sending-take");
  const sendings = new Sendings(takes, { endpoint: "", maxBytes: 0 });
  const discarded = await Promise.all(kept.map((take) => sendings.discard(take)));
  await Promise.race([patience, Promise.all(discarded.map(({ forgotten }) => forgotten))]);
  await go(form, takes);
}
