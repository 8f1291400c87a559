/** Binds each behaviour to the elements that ask for it, loading its code only then. */
import { holdUntil } from "./held";

interface Behaviour {
  bind(element: HTMLElement): void;
}

const BEHAVIOURS: [selector: string, load: () => Promise<Behaviour>][] = [
  ["[data-visavis-upload]", () => import("./upload")],
  ["[data-visavis-studio]", () => import("./studio/studio")],
  ["[data-visavis-on-phone]", () => import("./on-phone")],
  ["[data-visavis-sent]", () => import("./sent-takes")],
  ["[data-visavis-leaving]", () => import("./leaving")],
  ["[data-visavis-in-app]", () => import("./in-app-notice")],
  ["[data-visavis-progress]", () => import("./progress")],
  ["[data-visavis-player]", () => import("./player/player")],
  ["[data-visavis-player][data-viewing]", () => import("./beacon")],
  ["[data-visavis-opinion]", () => import("./opinion")],
  ["[data-visavis-captions]", () => import("./captions/editor")],
  ["[data-visavis-trim]", () => import("./trim")],
  ["[data-visavis-autosave]", () => import("./autosave")],
  ["[data-visavis-counter], [data-visavis-speech-total]", () => import("./counter")],
  ["[data-visavis-suggest]", () => import("./suggest")],
  ["[data-visavis-map]", () => import("./map/opener")],
  ["[data-visavis-keys]", () => import("./keys")],
  ["[data-visavis-opens]", () => import("./dialog")],
  ["[data-visavis-notes]", () => import("./instant")],
  ["[data-visavis-copies]", () => import("./copy")],
  ["[data-visavis-prints]", () => import("./print")],
  ['input[type="password"]', () => import("./reveal")],
  ["[data-visavis-focus]", () => import("./focus")],
];

for (const [selector, load] of BEHAVIOURS) {
  const elements = document.querySelectorAll<HTMLElement>(selector);
  if (elements.length > 0) {
    const bound = load().then(({ bind }) => {
      elements.forEach(bind);
    });
    for (const element of elements) {
      if (element instanceof HTMLFormElement && "visavisUpload" in element.dataset) {
        holdUntil(element, bound);
      }
    }
  }
}
