/** Offers the map, and fetches its code, style and outlines only when somebody wants it: `[data-visavis-map]`. */
import { _ } from "../french";

export function bind(element: HTMLElement): void {
  const button = element.querySelector("button");
  if (!button) {
    return;
  }
  button.hidden = false;
  button.addEventListener("click", () => void open(element, button));
}

async function open(element: HTMLElement, button: HTMLButtonElement): Promise<void> {
  button.disabled = true;
  try {
    const [{ Neighbourhoods }] = await Promise.all([
      import("./map"),
      dress(element.dataset.style ?? ""),
    ]);
    button.remove();
    new Neighbourhoods(element).show();
  } catch {
    button.disabled = false; // what cannot be fetched now can be later, and the field is there
    const said =
      element.querySelector(".error") ?? element.appendChild(document.createElement("p"));
    said.className = "error";
    said.setAttribute("role", "alert");
    said.textContent = _("La carte n’a pas pu venir : réessayer, ou répondre sans elle.");
  }
}

function dress(href: string): Promise<void> {
  return new Promise((resolve, reject) => {
    const link = document.createElement("link");
    link.rel = "stylesheet";
    link.href = href;
    link.onload = () => resolve();
    link.onerror = () => reject(new Error(href));
    document.head.append(link);
  });
}
