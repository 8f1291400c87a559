/** After filming: watch each take, choose, do it again, erase. */
import { _ } from "../french";
import { partOf } from "../parts";
import { megabytes } from "../words";
import { chosenOf, sizeOf } from "./choice";
import { clock } from "./film-screen";
import type { Take } from "./takes";

export interface ReviewActs {
  watch(take: Take): void;
  choose(take: Take): void;
  erase(take: Take): void;
  bringBack(): void;
}

export class ReviewScreen {
  private shown: string | null = null;

  constructor(
    private readonly root: HTMLElement,
    private readonly titles: string[],
    private readonly acts: ReviewActs,
  ) {
    partOf(root, "back").addEventListener("click", () => acts.bringBack());
  }

  /** Whether what was just erased can still be brought back. */
  offerBack(offered: boolean): void {
    partOf(this.root, "erased").hidden = !offered;
  }

  /** Plays a take from the phone itself. */
  play(take: Take, bytes: Blob): void {
    this.hide();
    this.shown = URL.createObjectURL(bytes);
    const player = partOf<HTMLVideoElement>(this.root, "take");
    player.hidden = false;
    player.src = this.shown;
    player.classList.toggle("studio__take--voice", take.kind === "voice");
    player.setAttribute("aria-label", this.nameOf(take));
  }

  hide(): void {
    const player = partOf<HTMLVideoElement>(this.root, "take");
    player.hidden = true;
    player.removeAttribute("src");
    if (this.shown) {
      URL.revokeObjectURL(this.shown);
      this.shown = null;
    }
  }

  /** Lists the takes; `next` is the title of the part that is not filmed yet, the empty word for none. */
  list(takes: Take[], next: string): void {
    partOf(this.root, "takes").replaceChildren(...takes.map((take, at) => this.row(take, at + 1)));
    const more = partOf(this.root, "more");
    more.hidden = next === "";
    partOf(this.root, "send").classList.toggle("button--secondary", next !== "");
    partOf(this.root, "send").classList.toggle("button--primary", next === "");
    (more.querySelector("span") ?? more).textContent = _("Filmer la suite : %(title)s", {
      title: next,
    });
    const chosen = chosenOf(takes);
    const cost = megabytes(sizeOf(chosen));
    const send = partOf<HTMLButtonElement>(this.root, "send");
    send.disabled = chosen.length === 0;
    partOf<HTMLButtonElement>(this.root, "send-later").disabled = chosen.length === 0;
    (send.querySelector("span") ?? send).textContent = _("Envoyer (%(cost)s)", { cost });
  }

  private row(take: Take, number: number): HTMLElement {
    const template = partOf<HTMLTemplateElement>(this.root, "row");
    const row = template.content.firstElementChild?.cloneNode(true) as HTMLElement;
    const choice = partOf<HTMLInputElement>(row, "choice");
    choice.checked = take.chosen;
    choice.addEventListener("change", () => this.acts.choose(take));
    partOf(row, "name").textContent = _("Prise %(number)s · %(part)s", {
      number,
      part: this.nameOf(take),
    });
    const facts = `${clock(take.duration_ms)} · ${megabytes(take.bytes)}`;
    partOf(row, "facts").textContent = take.whole
      ? facts
      : `${facts} · ${_("coupée avant la fin")}`;
    partOf(row, "watch").addEventListener("click", () => this.acts.watch(take));
    partOf(row, "erase").addEventListener("click", () => this.acts.erase(take));
    return row;
  }

  private nameOf(take: Take): string {
    return this.titles[take.part - 1] ?? _("en une fois");
  }
}
