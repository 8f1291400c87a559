/** The video beside its captions: where it stands, how to go somewhere, what its own text track shows. */
import type { Cue } from "./cues";

export class Playing {
  private cues: Cue[] = [];

  constructor(
    private readonly player: HTMLElement,
    private readonly video: HTMLVideoElement,
  ) {
    // A track of the page comes with its own captions, as they were: ours are newer.
    video.addEventListener("load", () => this.fill(), true);
    video.addEventListener("playing", () => this.fill());
  }

  get at_s(): number {
    return this.video.currentTime;
  }

  onTime(heard: (at_s: number) => void): void {
    for (const kind of ["timeupdate", "seeked"]) {
      this.video.addEventListener(kind, () => heard(this.video.currentTime));
    }
  }

  /** Nothing may be loaded yet: the player does that when one presses its button. */
  seek(at_s: number): void {
    const go = () => {
      this.video.currentTime = at_s;
    };
    if (this.video.readyState > 0) {
      go();
      return;
    }
    this.video.addEventListener("loadedmetadata", go, { once: true });
    this.start();
  }

  toggle(): void {
    if (this.video.readyState === 0) {
      this.start();
    } else if (this.video.paused) {
      this.press();
    } else {
      this.video.pause();
    }
  }

  /** Shows these from now on. */
  show(cues: Cue[]): void {
    this.cues = cues;
    this.fill();
  }

  private start(): void {
    const button = this.player.querySelector<HTMLButtonElement>(".player__start");
    if (button) {
      button.click();
    } else {
      this.press();
    }
  }

  /** The player's own button renews what is too old, and says what does not come. */
  private press(): void {
    const toggle = this.player.querySelector<HTMLButtonElement>('[data-part="toggle"]');
    if (toggle) {
      toggle.click();
    } else {
      void this.video.play();
    }
  }

  private fill(): void {
    for (const track of Array.from(this.video.textTracks ?? [])) {
      if (track.kind !== "captions" || !track.cues) {
        continue;
      }
      for (const old of Array.from(track.cues)) {
        track.removeCue(old);
      }
      for (const cue of this.cues) {
        track.addCue(new VTTCue(cue.start_s, cue.end_s, cue.text));
      }
    }
  }
}
