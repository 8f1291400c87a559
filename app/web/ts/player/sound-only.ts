/** « Écouter sans image »: the sound rendition alone, and what that saves. */

import { _ } from "../french";
import { partOf } from "../parts";
import { cost, hasSoundAlone, wantsLess } from "./costs";
import type { Deck, Part } from "./deck";
import { isCovered } from "./listen-first";

export function bindSoundOnly(deck: Deck): Part[] {
  const offer = deck.element.querySelector<HTMLElement>('[data-part="offer"]');
  if (!offer) {
    return [];
  }
  const button = partOf(offer, "sound-only");
  const price = partOf(offer, "cost");
  const show = () => {
    button.hidden = !hasSoundAlone(deck.sizes);
    const back = isCovered(deck.video) ? _("Voir l’image") : _("Remettre l’image");
    partOf(button, "words").textContent = deck.soundOnly
      ? back
      : _("Écouter sans image (moins de données)");
    const said = cost(deck.sizes, deck.quality, deck.soundOnly);
    price.textContent =
      deck.quality === "low" && wantsLess() && !deck.soundOnly
        ? _("Économie de données : %(cost)s", { cost: said })
        : said;
    price.hidden = said === "";
    offer.hidden = button.hidden && price.hidden;
  };
  button.addEventListener("click", () => deck.setSoundOnly(!deck.soundOnly));
  show();
  return [{ changed: show }];
}
