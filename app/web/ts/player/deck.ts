/** What the controls of a player ask of it, and what they learn from it. */
import type { Quality, Sizes } from "./costs";
import type { Chapter, Source } from "./source";

export interface Deck {
  readonly element: HTMLElement;
  readonly video: HTMLVideoElement;
  readonly sizes: Sizes;
  readonly chapters: readonly Chapter[];
  /** Where it stands, or will once it is loaded. */
  readonly position_s: number;
  readonly duration_s: number;
  readonly quality: Quality;
  readonly soundOnly: boolean;
  toggle(): void;
  /** Goes there, and begins to play where nothing was played yet. */
  seek(at_s: number): void;
  setRate(rate: number): void;
  setQuality(quality: Quality): void;
  /** Turns to the sound alone, or back, and begins to play where nothing was played yet. */
  setSoundOnly(soundOnly: boolean): void;
  /** The same for what plays, or will: it begins nothing. */
  prefer(soundOnly: boolean): void;
}

/** A part of a player that shows what stands there, and learns when a source comes. */
export interface Part {
  sourced?(source: Source): void;
  changed?(): void;
}
