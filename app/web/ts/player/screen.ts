/** Full screen, with our controls and the captions; an iPhone has its own, for the video alone. */
import { _ } from "../french";
import { partOf } from "../parts";
import type { Deck } from "./deck";
import { bindScreenCaptions } from "./screen-captions";

/** Controls leave a film that plays after this long without a move, never the keyboard that is on them. */
const IDLE_MS = 3000;

interface ApplePhoneVideo extends HTMLVideoElement {
  webkitEnterFullscreen?(): void;
}

export function bindScreen(deck: Deck, bar: HTMLElement): { turn(): void } {
  const stage = deck.element.querySelector<HTMLElement>(".player__stage") ?? deck.element;
  const video: ApplePhoneVideo = deck.video;
  const button = partOf(bar, "screen");
  const isOwn = typeof stage.requestFullscreen === "function";
  const turn = () => {
    if (!isOwn) {
      video.webkitEnterFullscreen?.();
    } else if (document.fullscreenElement) {
      void document.exitFullscreen();
    } else {
      stage.requestFullscreen().catch(() => {}); // refused in a frame, for instance: nothing changes
    }
  };
  if (isOwn) {
    bindScreenCaptions(stage, video);
  }
  const idle = new Idle(stage, bar, video);
  const show = () => {
    const isFull = document.fullscreenElement === stage;
    const words = isFull ? _("Quitter le plein écran") : _("Plein écran");
    button.dataset.state = isFull ? "full" : "small";
    button.setAttribute("aria-label", words);
    button.title = words;
    idle.watch(isFull);
  };
  button.hidden = !isOwn && !video.webkitEnterFullscreen;
  button.addEventListener("click", turn);
  video.addEventListener("dblclick", turn);
  document.addEventListener("fullscreenchange", show);
  show();
  return { turn };
}

/** Hides the controls that lie over the picture in full screen while nobody uses them. */
class Idle {
  private watching = false;
  private woken = false;
  private timer: number | undefined;

  constructor(
    private readonly stage: HTMLElement,
    private readonly bar: HTMLElement,
    private readonly video: HTMLVideoElement,
  ) {
    stage.addEventListener("pointerdown", (event) => {
      this.woken = "idle" in stage.dataset && event.pointerType === "touch";
    });
    stage.addEventListener("click", (event) => this.swallow(event), true);
    for (const used of ["pointermove", "pointerdown", "keydown", "focusin"]) {
      stage.addEventListener(used, () => this.used());
    }
    for (const changed of ["play", "pause", "ended"]) {
      video.addEventListener(changed, () => this.used());
    }
  }

  watch(watching: boolean): void {
    this.watching = watching;
    this.used();
  }

  /** The touch that brings the controls back does nothing else. */
  private swallow(event: Event): void {
    if (this.woken) {
      this.woken = false;
      event.preventDefault();
      event.stopPropagation();
    }
  }

  private used(): void {
    window.clearTimeout(this.timer);
    delete this.stage.dataset.idle;
    if (this.watching) {
      this.timer = window.setTimeout(() => this.rest(), IDLE_MS);
    }
  }

  private rest(): void {
    const isUsed =
      this.video.paused || this.bar.querySelector(":focus-visible, [role=menu]:not([hidden])");
    if (this.watching && !isUsed) {
      this.stage.dataset.idle = "";
    }
  }
}
