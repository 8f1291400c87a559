/**
 * Counts what is typed: `<textarea data-visavis-counter="speech|characters">`.  With
 * `<p data-visavis-speech-total></p>` in the same form, all the texts that are said are added up there.
 */
import { _, ngettext } from "./french";
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
    total.textContent = _("En tout : %(spoken)s", { spoken: spoken(all) });
  };
  form.addEventListener("input", show);
  show();
}

function spoken(text: string): string {
  const words = countWords(text);
  if (words === 0) {
    return _("0 mot");
  }
  return ngettext(
    "%(num)s mot, environ %(seconds)s\u00a0s à l’oral",
    "%(num)s mots, environ %(seconds)s\u00a0s à l’oral",
    words,
    { seconds: speechSeconds(words) },
  );
}

function charactersLeft(text: HTMLTextAreaElement): string {
  const left = text.maxLength - text.value.length;
  if (text.maxLength < 0) {
    return _("%(count)s signes", { count: text.value.length });
  }
  return ngettext("Il reste %(num)s signe", "Il reste %(num)s signes", left);
}
