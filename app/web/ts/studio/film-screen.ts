/** While filming: the countdown, the text, the time, and what stops it. */
import { _ } from "../french";
import { partOf } from "../parts";
import { Repeat, Scroll } from "./prompter";
import type { Recording } from "./recording";
import type { Settings } from "./settings";

const COUNT = 3;
const SECOND_MS = 1_000;
const TICK_MS = 200;
const ADVISED_MS = 90_000;
const SOON_MS = 10_000;

export class FilmScreen {
  private prompter: Scroll | Repeat | null = null;
  private ticking: number | undefined;

  constructor(
    private readonly root: HTMLElement,
    private readonly settings: Settings,
  ) {
    partOf(root, "hold").addEventListener("click", () => this.hold());
    partOf(root, "next").addEventListener("click", () => void this.sayNext());
  }

  /** Three, two, one, unless it is left meanwhile. */
  async countDown(isLeft: () => boolean): Promise<void> {
    const count = partOf(this.root, "count");
    count.hidden = false;
    for (let left = COUNT; left > 0 && !isLeft(); left -= 1) {
      count.textContent = String(left);
      await new Promise((resolve) => window.setTimeout(resolve, SECOND_MS));
    }
    count.hidden = true;
  }

  /** Shows a text before it is said, so that one can breathe and read its beginning. */
  prepare(text: string, recording: Recording): void {
    const line = partOf(this.root, "line");
    const { prompter, size, mirrored } = this.settings;
    line.style.transform = "";
    line.textContent = partOf(this.root, "time").textContent = "";
    const shown = prompter !== "none" && text !== "";
    partOf(this.root, "prompter").hidden = !shown;
    partOf(this.root, "prompter").dataset.size = String(size);
    partOf(this.root, "prompter").classList.toggle("studio__prompter--mirrored", mirrored);
    this.prompter = null;
    if (shown) {
      this.prompter =
        prompter === "repeat"
          ? new Repeat(line, text, recording)
          : new Scroll(line, text, this.settings);
    }
    partOf(this.root, "hold").hidden = !(this.prompter instanceof Scroll);
    partOf(this.root, "next").hidden = !(this.prompter instanceof Repeat);
    this.label();
  }

  run(recording: Recording, room_ms: number, onFull: () => void): void {
    if (this.prompter instanceof Scroll) {
      this.prompter.run();
    } else {
      void this.sayNext();
    }
    this.label();
    this.ticking = window.setInterval(() => {
      this.tell(recording.duration_ms, room_ms);
      if (recording.duration_ms >= room_ms) {
        onFull();
      }
    }, TICK_MS);
  }

  stop(): void {
    window.clearInterval(this.ticking);
    if (this.prompter instanceof Scroll) {
      this.prompter.pause();
    } else {
      this.prompter?.stop();
    }
    this.say("");
    partOf(this.root, "prompter").hidden = true;
  }

  private tell(filmed_ms: number, room_ms: number): void {
    partOf(this.root, "time").textContent = `${clock(filmed_ms)} / ${clock(room_ms)}`;
    if (room_ms - filmed_ms < SOON_MS) {
      this.say(_("Plus que dix secondes."));
    } else if (filmed_ms > ADVISED_MS) {
      this.say(_("Une minute trente, c’est la bonne durée : tu peux conclure."));
    }
  }

  private say(sentence: string): void {
    const word = partOf(this.root, "word");
    if (word.textContent !== sentence) {
      word.textContent = sentence;
    }
  }

  private hold(): void {
    if (this.prompter instanceof Scroll) {
      if (this.prompter.paused) {
        this.prompter.run();
      } else {
        this.prompter.pause();
      }
      this.label();
    }
  }

  private label(): void {
    const paused = this.prompter instanceof Scroll && this.prompter.paused;
    partOf(this.root, "hold").textContent = paused
      ? _("Faire défiler le texte")
      : _("Arrêter le texte");
  }

  private async sayNext(): Promise<void> {
    if (this.prompter instanceof Repeat) {
      const next = partOf<HTMLButtonElement>(this.root, "next");
      next.disabled = true;
      const more = await this.prompter.next();
      next.disabled = false;
      next.hidden = !more;
      if (!more) {
        this.say(_("C’était la dernière phrase : arrête quand tu veux."));
      } else if (document.activeElement === document.body) {
        next.focus(); // a button that waits loses the focus
      }
    }
  }
}

/** « 1:05 » */
export function clock(duration_ms: number): string {
  const seconds = Math.max(0, Math.floor(duration_ms / SECOND_MS));
  return `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, "0")}`;
}
