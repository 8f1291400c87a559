/** Plays a video from its JSON address: `<div data-visavis-player data-source="…"><video></video></div>`. */
import { _ } from "../french";
import { bindChapterList } from "./chapter-list";
import { bindControls } from "./controls";
import { type Quality, type Sizes, wantsLess } from "./costs";
import type { Deck, Part } from "./deck";
import { Early } from "./early";
import { bindListenFirst } from "./listen-first";
import { bindSoundOnly } from "./sound-only";
import { type Chapter, type Fresh, fetchSource, type Known, Refused } from "./source";
import { attach, type Hooks, type Stream, type Wish } from "./stream";
import { bindTranscript } from "./transcript";

/** What no other try changes. */
const ENDED = _("Cette vidéo n’est plus disponible.");
const SIGNED_OUT = _("La session est terminée : il reste à se reconnecter.");
const GONE: Record<number, string> = {
  401: SIGNED_OUT,
  403: SIGNED_OUT,
  404: ENDED,
  409: _("La vidéo n’est pas encore prête : il reste à recharger la page dans une minute."),
  410: ENDED,
};

/** A second trouble this soon after a new link is not an expired link. */
const TROUBLE_AGAIN_MS = 10_000;

export function bind(element: HTMLElement): void {
  const video = element.querySelector("video");
  const address = element.dataset.source;
  if (video && address) {
    const player = new Player(element, video, address);
    player.offer();
  }
}

class Player implements Deck {
  quality: Quality = wantsLess() ? "low" : "auto";
  soundOnly = false;
  private known: Known;
  private stream: Stream | null = null;
  private begun = false;
  private wanted = false;
  private from_s = 0;
  private turn = 0;
  private renewedAt_ms = Number.NEGATIVE_INFINITY;
  private readonly early: Early;
  private readonly message: HTMLElement | null;
  private readonly parts: Part[] = [];

  constructor(
    readonly element: HTMLElement,
    readonly video: HTMLVideoElement,
    private readonly address: string,
  ) {
    this.message = element.querySelector(".player__message");
    this.known = JSON.parse(element.dataset.known ?? "{}") as Known;
    this.early = new Early(video, address, this.known);
  }

  get sizes(): Sizes {
    return this.known.sizes_bytes ?? {};
  }

  get chapters(): readonly Chapter[] {
    return this.known.chapters ?? [];
  }

  get position_s(): number {
    return this.video.currentTime || this.from_s;
  }

  get duration_s(): number {
    const { duration } = this.video;
    return Number.isFinite(duration) ? duration : (this.known.duration_s ?? 0);
  }

  private get wish(): Wish {
    return { from_s: this.from_s, quality: this.quality, soundOnly: this.soundOnly };
  }

  private get hooks(): Hooks {
    return {
      ask: () => fetchSource(this.address),
      attached: () => this.play(),
      trouble: (status) => this.trouble(status),
    };
  }

  /** Puts one big button where nothing is loaded yet. */
  offer(): void {
    this.video.removeAttribute("src");
    this.video.controls = false;
    const button = startButton(this.video.getAttribute("aria-label") ?? _("la vidéo"));
    button.addEventListener("click", () => this.toggle());
    // A hand that comes near will press: half a second of a poor line is saved by then.
    for (const near of ["pointerenter", "focus"]) {
      button.addEventListener(near, () => this.early.ask(this.wish, this.hooks), { once: true });
    }
    this.video.after(button);
    this.element.dataset.ready = "";
    // What is covered is known before it is said how to see it.
    for (const one of [
      bindListenFirst,
      bindControls,
      bindSoundOnly,
      bindChapterList,
      bindTranscript,
    ]) {
      this.parts.push(...one(this));
    }
    for (const moved of ["seeking", "playing"]) {
      this.video.addEventListener(moved, () => {
        this.from_s = 0;
      });
    }
    for (const said of ["play", "pause"]) {
      this.video.addEventListener(said, () => {
        // A change of stream stops the video and says nothing; an error says so, and is nobody's wish.
        this.wanted = said === "play" || (this.wanted && this.video.error !== null);
      });
    }
    document.addEventListener("visibilitychange", () => {
      if (document.hidden) {
        this.video.pause();
      }
    });
  }

  toggle(): void {
    if (!this.begun) {
      void this.begin(0);
    } else if (!this.video.paused) {
      this.video.pause();
    } else if ("busy" in this.element.dataset) {
      this.wanted = true; // it plays once it is there
    } else if (!this.stream || this.stream.isStale) {
      this.wanted = true;
      void this.load(this.video.ended ? 0 : this.position_s);
    } else {
      this.wanted = true;
      this.play();
    }
  }

  seek(at_s: number): void {
    const to_s = Math.max(0, Math.min(at_s, this.duration_s));
    if (!this.begun) {
      void this.begin(to_s);
    } else if (this.video.readyState === 0) {
      void this.load(to_s);
    } else {
      this.video.currentTime = to_s;
    }
  }

  setRate(rate: number): void {
    this.video.defaultPlaybackRate = rate; // what is loaded next begins with it
    this.video.playbackRate = rate;
    this.tell();
  }

  setQuality(quality: Quality): void {
    this.quality = quality;
    this.stream?.choose(quality);
    this.tell();
  }

  setSoundOnly(soundOnly: boolean): void {
    this.prefer(soundOnly);
    if (!this.begun) {
      void this.begin(0);
    }
  }

  prefer(soundOnly: boolean): void {
    this.soundOnly = soundOnly;
    this.element.toggleAttribute("data-sound-only", soundOnly);
    this.tell();
    if (this.begun) {
      void this.load(this.position_s);
    }
  }

  /** Plays if that is wanted; what keeps it from playing is told by its own event. */
  private play(): void {
    if (this.wanted) {
      this.video.play().catch(() => {});
    }
  }

  private tell(): void {
    for (const part of this.parts) {
      part.changed?.();
    }
  }

  private async begin(from_s: number): Promise<void> {
    this.begun = true;
    this.wanted = true;
    this.element.dataset.begun = "";
    const start = this.element.querySelector<HTMLElement>(".player__start");
    const hadFocus = start === document.activeElement;
    start?.remove();
    const toggle = this.element.querySelector<HTMLElement>('[data-part="toggle"]');
    this.video.controls = !toggle;
    if (hadFocus) {
      (toggle ?? this.video).focus();
    }
    this.from_s = from_s;
    this.early.ask(this.wish, this.hooks);
    await this.load(from_s);
  }

  private async load(from_s: number): Promise<void> {
    this.turn += 1;
    const { turn } = this;
    this.from_s = from_s;
    this.say("");
    this.element.dataset.busy = "";
    try {
      const source = await this.early.source();
      if (turn === this.turn) {
        await this.attach(source, turn);
        await (this.wanted && turn === this.turn ? this.video.play() : null);
      }
    } catch (error) {
      if (turn === this.turn) {
        this.refused(error);
      }
    } finally {
      if (turn === this.turn) {
        delete this.element.dataset.busy;
      }
    }
  }

  private async attach(source: Fresh, turn: number): Promise<void> {
    this.stream?.detach();
    this.stream = null;
    this.known = { ...this.known, ...source };
    const { wish, hooks } = this;
    const prepared = await this.early.prepared(wish);
    const stream = await attach(this.video, source, wish, hooks, prepared);
    if (turn !== this.turn) {
      stream.detach(); // another choice was made meanwhile
      return;
    }
    this.stream = stream;
    for (const part of this.parts) {
      part.sourced?.(source);
    }
    this.tell();
  }

  /** A link that has expired is asked again, and the video goes on where it was. */
  private trouble(status: number | null): void {
    const now_ms = performance.now();
    if (now_ms - this.renewedAt_ms < TROUBLE_AGAIN_MS) {
      this.stream?.detach();
      this.stream = null;
      delete this.element.dataset.busy;
      this.offerAgain(new Refused(status ?? 0));
      return;
    }
    this.renewedAt_ms = now_ms;
    void this.load(this.position_s);
  }

  private refused(error: unknown): void {
    if (error instanceof DOMException) {
      return; // the browser wants a tap, or play was interrupted: the controls are there
    }
    this.offerAgain(error);
  }

  private offerAgain(error: unknown): void {
    const status = error instanceof Refused ? error.status : 0;
    const gone = GONE[status];
    if (gone) {
      this.say(gone);
      return;
    }
    this.say(_("La vidéo ne se charge pas : la connexion est peut-être coupée."));
    const again = document.createElement("button");
    again.type = "button";
    again.className = "button button--secondary player__again";
    again.textContent = _("Réessayer");
    again.addEventListener("click", () => {
      this.renewedAt_ms = Number.NEGATIVE_INFINITY;
      this.wanted = true;
      // The button goes with its sentence: the keyboard goes on with the player's own.
      this.element.querySelector<HTMLElement>('[data-part="toggle"]')?.focus();
      void this.load(this.position_s);
    });
    this.message?.append(" ", again);
  }

  private say(sentence: string): void {
    if (this.message) {
      this.message.textContent = sentence;
    }
  }
}

function startButton(title: string): HTMLButtonElement {
  const button = document.createElement("button");
  button.type = "button";
  button.className = "player__start";
  button.innerHTML = '<span class="player__disc"></span>';
  button.setAttribute("aria-label", _("Lire : %(title)s", { title }));
  return button;
}
