/** « Lire ce qui est dit »: lines that follow the video, and lead to where they are said. */
import { _ } from "../french";
import { partOf } from "../parts";
import { timecode } from "../words";
import type { Deck, Part } from "./deck";
import type { Line, Source } from "./source";
import { indexAt, spoken } from "./times";

export function bindTranscript(deck: Deck): Part[] {
  const details = deck.element.querySelector<HTMLElement>('[data-part="transcript"]');
  return details ? [new Transcript(deck, details)] : [];
}

class Transcript implements Part {
  private lines: HTMLElement[] = [];
  private starts_s: number[] = [];
  private readonly list: HTMLElement;

  constructor(
    private readonly deck: Deck,
    private readonly details: HTMLElement,
  ) {
    this.list = partOf(details, "lines");
    this.adopt();
    this.list.addEventListener("click", (event) => this.press(event));
    for (const moved of ["timeupdate", "seeked"]) {
      deck.video.addEventListener(moved, () => this.follow());
    }
  }

  /** Writes what is said where the page could not know it. */
  sourced(source: Source): void {
    const said = source.transcript;
    if (said.length > 0 && !this.says(said)) {
      this.list.replaceChildren(...said.map(written));
      this.adopt();
    }
  }

  private says(said: readonly Line[]): boolean {
    return (
      said.length === this.lines.length &&
      said.every(({ start_s, text }, at) => {
        const words = this.lines[at]?.querySelector(".transcript__words");
        return start_s === this.starts_s[at] && text === words?.textContent;
      })
    );
  }

  /** Makes each instant a button that leads there: without script there is nothing to press. */
  private adopt(): void {
    this.lines = Array.from(this.list.querySelectorAll<HTMLElement>("[data-start]"));
    this.starts_s = this.lines.map((line) => Number(line.dataset.start));
    this.lines.forEach((line, index) => {
      const start_s = this.starts_s[index] ?? 0;
      const button = document.createElement("button");
      button.type = "button";
      button.className = "transcript__at";
      button.textContent = timecode(start_s);
      button.setAttribute(
        "aria-label",
        _("%(time)s : aller à %(instant)s", { time: timecode(start_s), instant: spoken(start_s) }),
      );
      line.querySelector(".transcript__at")?.replaceWith(button);
    });
    this.details.hidden = this.lines.length === 0;
  }

  /** A press on the words leads there too, except the one that ends a selection. */
  private press(event: Event): void {
    const pressed = event.target as Element;
    const line = pressed.closest<HTMLElement>("[data-start]");
    const selects = document.getSelection()?.isCollapsed === false && !pressed.closest("button");
    if (line && !selects) {
      this.deck.seek(Number(line.dataset.start));
    }
  }

  private follow(): void {
    const current = this.lines[indexAt(this.starts_s, this.deck.position_s)];
    if (current?.hasAttribute("aria-current")) {
      return;
    }
    this.list.querySelector("[aria-current]")?.removeAttribute("aria-current");
    if (current) {
      current.setAttribute("aria-current", "true");
      this.reveal(current);
    }
  }

  /** Scrolls its own box, and never the page under somebody who reads elsewhere. */
  private reveal(line: HTMLElement): void {
    const { list } = this;
    const top = line.offsetTop; // the list is what its lines are placed in
    const bottom = top + line.offsetHeight;
    if (top < list.scrollTop || bottom > list.scrollTop + list.clientHeight) {
      list.scrollTop = top - list.clientHeight / 3;
    }
  }
}

function written({ start_s, text }: Line): HTMLElement {
  const line = document.createElement("li");
  const at = document.createElement("span");
  const words = document.createElement("span");
  line.dataset.start = String(start_s);
  at.className = "transcript__at";
  words.className = "transcript__words";
  words.textContent = text;
  line.append(at, words);
  return line;
}
