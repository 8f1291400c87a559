/** Notes where the video stands: `<button data-visavis-notes="id" hidden>` writes « 0:12 » on a line of that field. */
import { timecode } from "./words";

export function bind(button: HTMLElement): void {
  const field = document.getElementById(button.dataset.visavisNotes ?? "");
  const video = document.querySelector<HTMLVideoElement>("[data-visavis-player] video");
  if (!(field instanceof HTMLTextAreaElement) || !video) {
    return;
  }
  button.hidden = false;
  button.addEventListener("click", () => {
    video.pause();
    note(field, timecode(video.currentTime));
  });
}

/** Opens a line of its own for the instant, and leaves the cursor where its words are to be typed. */
function note(field: HTMLTextAreaElement, instant: string): void {
  const written = field.value.trimEnd();
  field.value = `${written}${written ? "\n" : ""}${instant} `;
  field.focus();
  field.setSelectionRange(field.value.length, field.value.length);
  field.dispatchEvent(new Event("input", { bubbles: true }));
}
