/** Our own controls under the picture: `components/player.html` writes them, this makes them work. */
import { _, LOCALE } from "../french";
import { partOf } from "../parts";
import { hasChoice } from "./costs";
import type { Deck, Part } from "./deck";
import { bindMenu } from "./menu";
import { bindScreen } from "./screen";
import { bindSeekBar } from "./seek-bar";
import { bindShortcuts } from "./shortcuts";
import { playsHls } from "./stream";
import { bindVolume } from "./volume";

/** Binds what the page has; without any controls the browser's own are used. */
export function bindControls(deck: Deck): Part[] {
  const bar = deck.element.querySelector<HTMLElement>('[data-part="controls"]');
  if (!bar) {
    return [];
  }
  bindToggle(deck, partOf(bar, "toggle"));
  bindBusy(deck);
  bindVolume(deck.video, bar);
  const captions = bindCaptions(deck, partOf(bar, "captions"));
  const screen = bindScreen(deck, bar);
  bindShortcuts(deck, { captions: captions.turn, screen: screen.turn });
  return [captions, bindSeekBar(deck, bar), bindSpeed(deck, bar), bindQuality(deck, bar)];
}

function bindToggle(deck: Deck, button: HTMLElement): void {
  const { video } = deck;
  const show = () => {
    const plays = !video.paused && !video.ended;
    button.dataset.state = plays ? "playing" : "paused";
    label(button, plays ? _("Mettre en pause") : _("Lire"));
  };
  button.addEventListener("click", () => deck.toggle());
  video.addEventListener("click", () => deck.toggle());
  for (const changed of ["play", "playing", "pause", "ended", "emptied"]) {
    video.addEventListener(changed, show);
  }
  show();
}

/** Says that the line is slow, by a turning ring and once to those who do not see it. */
function bindBusy(deck: Deck): void {
  const { element, video } = deck;
  const live = partOf(element, "spoken");
  video.addEventListener("waiting", () => {
    element.dataset.busy = "";
    live.textContent = _("Chargement…");
  });
  for (const goesOn of ["playing", "pause", "seeked", "ended"]) {
    video.addEventListener(goesOn, () => {
      delete element.dataset.busy;
      live.textContent = "";
    });
  }
}

function bindCaptions(deck: Deck, button: HTMLElement): Part & { turn(): void } {
  const { video } = deck;
  const track = () => Array.from(video.textTracks).find(({ kind }) => kind === "captions");
  const show = () => {
    const found = track();
    button.hidden = !found;
    button.setAttribute("aria-pressed", String(found?.mode === "showing"));
  };
  const turn = () => {
    const found = track();
    if (found) {
      found.mode = found.mode === "showing" ? "hidden" : "showing";
      show();
    }
  };
  button.addEventListener("click", turn);
  video.textTracks?.addEventListener?.("change", show);
  show();
  return { turn, changed: show };
}

function bindSpeed(deck: Deck, bar: HTMLElement): Part {
  const { video } = deck;
  const button = partOf(bar, "speed");
  const menu = bindMenu(button, partOf(bar, "speeds"), (rate) => deck.setRate(Number(rate)));
  const show = () => {
    const rate = video.playbackRate || 1;
    const said = `${rate.toLocaleString(LOCALE)}×`;
    partOf(button, "rate").textContent = said;
    label(button, _("Vitesse : %(rate)s", { rate: said }));
    menu.check(String(rate));
  };
  video.addEventListener("ratechange", show);
  show();
  return { changed: show };
}

function bindQuality(deck: Deck, bar: HTMLElement): Part {
  const button = partOf(bar, "quality");
  const menu = bindMenu(button, partOf(bar, "qualities"), (chosen) =>
    deck.setQuality(chosen as Deck["quality"]),
  );
  const show = () => {
    button.hidden = !hasChoice(deck.sizes) || deck.soundOnly || playsHls(deck.video);
    menu.check(deck.quality);
  };
  show();
  return { changed: show };
}

function label(button: HTMLElement, words: string): void {
  if (button.getAttribute("aria-label") !== words) {
    button.setAttribute("aria-label", words);
    button.title = words;
  }
}
