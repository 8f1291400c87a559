/**
 * Counts what is typed: `<textarea data-visavis-counter="speech|characters">`.  With
 * `<p data-visavis-speech-total></p>` in the same form, all the texts that are said are added up there.
 */
import { countWords, speechSeconds } from "./speech";

export function bind(element: HTMLElement): void {
  if (element instanceof HTMLTextAreaElement) {
    countOne(element);
  } else {
    countAll(element);
  }
}

function countOne(text: HTMLTextAreaElement): void {
  const counter = document.createElement("p");
  counter.className = "counter";
  counter.id = `${text.id}-counter`;
  text.after(counter);
  text.setAttribute(
    "aria-describedby",
    [text.getAttribute("aria-describedby"), counter.id].filter(Boolean).join(" "),
  );
  const show = () => {
    counter.textContent =
      text.dataset.visavisCounter === "speech" ? spoken(text.value) : charactersLeft(text);
  };
  text.addEventListener("input", show);
  show();
}

function countAll(total: HTMLElement): void {
  const form = total.closest("form") ?? document;
  const texts = form.querySelectorAll<HTMLTextAreaElement>('[data-visavis-counter="speech"]');
  const show = () => {
    const all = Array.from(texts, (text) => text.value).join(" ");
    total.textContent = `En tout : ${spoken(all)}`;
  };
  form.addEventListener("input", show);
  show();
}

function spoken(text: string): string {
  const words = countWords(text);
  if (words === 0) {
    return "0 mot";
  }
  return `${words} mot${words > 1 ? "s" : ""}, environ ${speechSeconds(words)}\u00a0s à l’oral`;
}

function charactersLeft(text: HTMLTextAreaElement): string {
  const left = text.maxLength - text.value.length;
  if (text.maxLength < 0) {
    return `${text.value.length} signes`;
  }
  return `Il reste ${left} signe${left > 1 ? "s" : ""}`;
}
