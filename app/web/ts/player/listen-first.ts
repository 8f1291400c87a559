/** « Écouter d’abord »: the sound before the face, on this profile and, kept in this browser, on the next ones. */
import { isKept, keep } from "../kept";
import { partOf } from "../parts";
import type { Deck, Part } from "./deck";

const KEPT = "visavis-listen-first";

export function bindListenFirst(deck: Deck): Part[] {
  const label = deck.element.querySelector<HTMLElement>('[data-part="listen-first"]');
  if (!label) {
    return [];
  }
  const box = partOf<HTMLInputElement>(label, "listens");
  // The picture that was asked for on one profile is no change of mind about the others: the box stays.
  const show = () => cover(deck.video, deck.soundOnly);
  box.checked = isKept(KEPT);
  box.addEventListener("change", () => {
    keep(KEPT, box.checked);
    deck.prefer(box.checked);
  });
  if (box.checked) {
    deck.prefer(true);
  }
  label.hidden = false;
  show();
  return [{ changed: show }];
}

/** Whether the face waits until it is asked for. */
export function isCovered(video: HTMLVideoElement): boolean {
  return "poster" in video.dataset;
}

/** Takes the poster away, and puts it back. */
function cover(video: HTMLVideoElement, covered: boolean): void {
  const poster = video.getAttribute("poster");
  if (covered && poster) {
    video.dataset.poster = poster;
    video.removeAttribute("poster");
  } else if (!covered && video.dataset.poster) {
    video.setAttribute("poster", video.dataset.poster);
    delete video.dataset.poster;
  }
}
