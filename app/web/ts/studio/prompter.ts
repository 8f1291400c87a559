/** The text beside the camera: it moves at the pace of speech, waits when asked, or is heard and said again. */
import { countWords } from "../speech";
import { phrasesOf } from "./phrases";

export interface Pace {
  words_a_minute: number;
}

const WAITS_BEFORE_MS = 1_500;
/** A word read in silence; a word heard, slowly; how long a voice may keep silent. */
const READ_MS = 350;
const HEARD_MS = 600;
const PATIENCE_MS = 3_000;

/** How far a text has moved, 0 to 1, after this long at this pace. */
export function shareSaid(elapsed_ms: number, words: number, words_a_minute: number): number {
  const said_ms = (words / words_a_minute) * 60_000;
  const moving_ms = elapsed_ms - WAITS_BEFORE_MS;
  return said_ms > 0 ? Math.min(1, Math.max(0, moving_ms / said_ms)) : 0;
}

export class Scroll {
  private words: number;
  private said_ms = 0;
  private last_ms: number | null = null;
  private frame = 0;

  constructor(
    private readonly line: HTMLElement,
    text: string,
    private readonly pace: Pace,
  ) {
    this.words = countWords(text);
    line.textContent = text;
    this.place();
  }

  get paused(): boolean {
    return this.last_ms === null;
  }

  run(): void {
    if (this.paused) {
      this.last_ms = performance.now();
      this.frame = requestAnimationFrame(() => this.move());
    }
  }

  pause(): void {
    cancelAnimationFrame(this.frame);
    this.last_ms = null;
  }

  private move(): void {
    const now_ms = performance.now();
    this.said_ms += now_ms - (this.last_ms ?? now_ms);
    this.last_ms = now_ms;
    this.place();
    this.frame = requestAnimationFrame(() => this.move());
  }

  private place(): void {
    const share = shareSaid(this.said_ms, this.words, this.pace.words_a_minute);
    const window_px = this.line.parentElement?.clientHeight ?? 0;
    const way_px = Math.max(0, this.line.scrollHeight - window_px / 2); // the last words stay in sight
    this.line.style.transform = `translateY(${-share * way_px}px)`;
  }
}

/** The phone says a phrase while nothing is recorded, then waits until it was said again. */
export class Repeat {
  private at = -1;
  private readonly phrases: string[];

  constructor(
    private readonly line: HTMLElement,
    text: string,
    private readonly recording: { pause(): void; resume(): void },
  ) {
    this.phrases = phrasesOf(text);
  }

  /** Says the next phrase; false when there is none left. */
  async next(): Promise<boolean> {
    this.at += 1;
    const phrase = this.phrases[this.at];
    if (phrase === undefined) {
      return false;
    }
    this.line.textContent = phrase;
    this.line.dataset.heard = "";
    this.recording.pause();
    await say(phrase);
    delete this.line.dataset.heard;
    this.recording.resume();
    return true;
  }

  stop(): void {
    window.speechSynthesis?.cancel();
  }
}

/** Some phones speak only after a tap that made them speak, and list their voices late. */
export function wakeVoice(): void {
  window.speechSynthesis?.getVoices();
  window.speechSynthesis?.speak(new SpeechSynthesisUtterance(""));
}

/** Reads aloud; a phone without a French voice, or that never says that it is done, leaves the time to read. */
function say(phrase: string): Promise<void> {
  return new Promise((resolve) => {
    const voice = window.speechSynthesis?.getVoices().find(({ lang }) => lang.startsWith("fr"));
    const words = countWords(phrase);
    window.setTimeout(resolve, voice ? words * HEARD_MS + PATIENCE_MS : words * READ_MS);
    if (voice) {
      const speech = new SpeechSynthesisUtterance(phrase);
      speech.voice = voice;
      speech.lang = "fr-FR";
      speech.onend = speech.onerror = () => resolve();
      window.speechSynthesis.speak(speech);
    }
  });
}
