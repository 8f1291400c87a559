/** The bar that shows where the video stands, and takes one elsewhere. */
import { _ } from "../french";
import { partOf } from "../parts";
import { timecode } from "../words";
import type { Deck, Part } from "./deck";
import { indexAt, position } from "./times";

const STEP_S = 5;
const PAGE_S = 10;

export function bindSeekBar(deck: Deck, bar: HTMLElement): Part {
  return new SeekBar(deck, bar);
}

/** Where a key leads on the bar; null for a key that leads nowhere. */
export function seekedBy(key: string, at_s: number, duration_s: number): number | null {
  const steps: Record<string, number> = {
    ArrowLeft: at_s - STEP_S,
    ArrowDown: at_s - STEP_S,
    ArrowRight: at_s + STEP_S,
    ArrowUp: at_s + STEP_S,
    PageDown: at_s - PAGE_S,
    PageUp: at_s + PAGE_S,
    Home: 0,
    End: duration_s,
  };
  const to_s = steps[key];
  return to_s === undefined ? null : Math.max(0, Math.min(to_s, duration_s));
}

class SeekBar implements Part {
  private readonly slider: HTMLInputElement;
  private readonly elapsed: HTMLElement;
  private readonly total: HTMLElement;
  private readonly marks: HTMLElement;
  private readonly bubble: HTMLElement;
  private readonly chapter: HTMLElement;

  constructor(
    private readonly deck: Deck,
    bar: HTMLElement,
  ) {
    this.slider = partOf<HTMLInputElement>(bar, "seek");
    this.elapsed = partOf(bar, "elapsed");
    this.total = partOf(bar, "total");
    this.marks = partOf(bar, "marks");
    this.bubble = partOf(bar, "bubble");
    this.chapter = partOf(bar, "chapter");
    this.listen();
    this.changed();
  }

  changed(): void {
    this.slider.max = String(this.deck.duration_s);
    this.total.textContent = timecode(this.deck.duration_s);
    this.drawMarks();
    this.show();
  }

  private listen(): void {
    const { video } = this.deck;
    for (const moved of ["timeupdate", "seeking", "seeked", "progress", "ended"]) {
      video.addEventListener(moved, () => this.show());
    }
    for (const changed of ["durationchange", "loadedmetadata"]) {
      video.addEventListener(changed, () => this.changed());
    }
    this.slider.addEventListener("input", () => this.deck.seek(Number(this.slider.value)));
    this.slider.addEventListener("keydown", (event) => {
      const to_s = seekedBy(event.key, this.deck.position_s, this.deck.duration_s);
      if (to_s !== null) {
        event.preventDefault();
        event.stopPropagation();
        this.deck.seek(to_s);
      }
    });
    this.slider.addEventListener("pointermove", (event) => this.point(event));
    this.slider.addEventListener("pointerleave", () => {
      this.bubble.hidden = true;
    });
  }

  private show(): void {
    const { position_s, duration_s, video } = this.deck;
    const chapter = this.titleAt(position_s);
    this.slider.value = String(position_s);
    this.slider.setAttribute(
      "aria-valuetext",
      [position(position_s, duration_s), chapter].filter(Boolean).join(", "),
    );
    this.elapsed.textContent = timecode(position_s);
    this.chapter.textContent = chapter;
    this.chapter.hidden = chapter === "";
    const { buffered } = video;
    const loaded_s = buffered.length > 0 ? buffered.end(buffered.length - 1) : 0;
    this.slider.style.setProperty("--filled", ratio(position_s, duration_s));
    this.slider.style.setProperty("--loaded", ratio(loaded_s, duration_s));
  }

  private drawMarks(): void {
    const { duration_s } = this.deck;
    const drawn = this.deck.chapters
      .filter(({ start_s }) => start_s > 0 && start_s < duration_s)
      .map(({ start_s }) => {
        const mark = document.createElement("span");
        mark.style.setProperty("--at", ratio(start_s, duration_s));
        return mark;
      });
    this.marks.replaceChildren(...drawn);
  }

  /** Says under the pointer which second, and which part, a press would lead to. */
  private point(event: PointerEvent): void {
    const { left, width } = this.slider.getBoundingClientRect();
    const share = Math.max(0, Math.min(1, (event.clientX - left) / width));
    const at_s = share * this.deck.duration_s;
    const title = this.titleAt(at_s);
    this.bubble.textContent = title
      ? _("%(time)s · %(title)s", { time: timecode(at_s), title })
      : timecode(at_s);
    this.bubble.style.setProperty("--at", String(share));
    this.bubble.hidden = event.pointerType === "touch" || this.deck.duration_s === 0;
  }

  private titleAt(at_s: number): string {
    const starts_s = this.deck.chapters.map(({ start_s }) => start_s);
    return this.deck.chapters[indexAt(starts_s, at_s)]?.title ?? "";
  }
}

function ratio(part_s: number, whole_s: number): string {
  return whole_s > 0 ? Math.min(1, part_s / whole_s).toFixed(4) : "0";
}
