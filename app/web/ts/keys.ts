/**
 * J and K, down and up: `<p data-visavis-keys hidden>` on a page whose `[data-part="result"]` links are gone through,
 * or which has links `rel="next"` and `rel="prev"` to follow.  One button switches them off, in this browser.
 */
import { _ } from "./french";
import { isKept, keep } from "./kept";
import { partOf } from "./parts";

const OFF = "visavis-keys-off";
const STEPS: Record<string, 1 | -1> = { j: 1, k: -1 };
const TYPES_IN = "input, textarea, select, [contenteditable], [role=listbox], dialog";

export function bind(hint: HTMLElement): void {
  const words = partOf(hint, "words");
  const button = partOf(hint, "turn");
  let off = isKept(OFF);
  const show = () => {
    words.hidden = off;
    button.textContent = off ? _("Activer les touches J et K") : _("Désactiver");
    button.setAttribute(
      "aria-label",
      off ? _("Activer les touches J et K") : _("Désactiver les touches J et K"),
    );
  };
  button.addEventListener("click", () => {
    off = !off;
    keep(OFF, off);
    show();
  });
  document.body.addEventListener("keydown", (event) => {
    const step = STEPS[event.key.toLowerCase()];
    if (step && !off && isOurs(event) && move(step)) {
      event.preventDefault();
    }
  });
  show();
  hint.hidden = false;
}

/** Whoever types, or holds another key, means something else; the player has its own J and K. */
function isOurs(event: KeyboardEvent): boolean {
  const on = event.target as Element;
  const held = event.ctrlKey || event.altKey || event.metaKey || event.shiftKey;
  return !(held || event.defaultPrevented || on.closest(TYPES_IN));
}

/** Returns whether there was somewhere to go. */
function move(step: 1 | -1): boolean {
  const results = Array.from(document.querySelectorAll<HTMLElement>('[data-part="result"]'));
  const beyond = document.querySelector<HTMLElement>(`a[rel="${step > 0 ? "next" : "prev"}"]`);
  if (results.length === 0) {
    beyond?.click();
    return beyond !== null;
  }
  const at = results.findIndex((one) => one.contains(document.activeElement));
  const from = at < 0 && step < 0 ? results.length : at;
  const to = results[from + step] ?? beyond;
  to?.focus();
  to?.scrollIntoView({ block: "nearest" });
  return to !== null;
}
