/** Copies a field's words: `<button data-visavis-copies="id" hidden>`; without script one selects them oneself. */
import { _ } from "./french";

export function bind(button: HTMLElement): void {
  const field = document.getElementById(button.dataset.visavisCopies ?? "");
  if (!(field instanceof HTMLTextAreaElement)) {
    return;
  }
  button.hidden = false;
  button.addEventListener("click", () => void copy(field, button));
}

async function copy(field: HTMLTextAreaElement, button: HTMLElement): Promise<void> {
  const status = button.parentElement?.querySelector('[role="status"]');
  const said = await copied(field.value);
  if (!said) {
    field.select(); // one key is left to press
  }
  if (status) {
    status.textContent = said ? _("Copié") : _("Le texte est sélectionné : il reste à le copier.");
  }
}

/** Whether words went to the clipboard. */
export async function copied(words: string): Promise<boolean> {
  try {
    await navigator.clipboard.writeText(words);
    return true;
  } catch {
    return false; // no permission, or a page without https
  }
}
