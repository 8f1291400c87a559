/** After filming: watch each take, choose, do it again, erase. */
import { _ } from "../french";
import { partOf } from "../parts";
import { megabytes } from "../words";
import { chosenOf, sizeOf } from "./choice";
import { clock } from "./film-screen";
import type { Take } from "./takes";

/** Later than any end: a browser that looks for it learns how long the film is. */
const BEYOND_S = 1e101;

export interface ReviewActs {
  watch(take: Take): void;
  choose(take: Take): void;
  erase(take: Take): void;
  bringBack(): void;
}

export class ReviewScreen {
  private shown: string | null = null;
  private isHeard = false;
  private readonly player: HTMLVideoElement;

  constructor(
    private readonly root: HTMLElement,
    private readonly titles: string[],
    private readonly acts: ReviewActs,
  ) {
    this.player = partOf<HTMLVideoElement>(root, "take");
    this.player.addEventListener("loadedmetadata", () => this.learnDuration());
    partOf(root, "back").addEventListener("click", () => acts.bringBack());
  }

  /** Whether what was just erased can still be brought back. */
  offerBack(offered: boolean): void {
    partOf(this.root, "erased").hidden = !offered;
    partOf(this.root, "erased-word").textContent = offered ? _("Prise effacée.") : "";
    if (offered) {
      partOf(this.root, "back").focus();
    }
  }

  /** Plays a take from the phone itself. */
  play(take: Take, bytes: Blob): void {
    this.hide();
    this.shown = URL.createObjectURL(bytes);
    this.player.hidden = false;
    this.player.src = this.shown;
    this.player.classList.toggle("studio__take--voice", take.kind === "voice");
    this.player.setAttribute("aria-label", this.nameOf(take));
  }

  /** Somebody touched « Regarder »: the film comes into sight, and plays. */
  start(): void {
    this.player.scrollIntoView({ block: "center" });
    void this.player.play().catch(() => {}); // a browser that wants another tap has the controls
  }

  hide(): void {
    this.player.pause();
    this.player.hidden = true;
    this.player.removeAttribute("src");
    this.player.load(); // what plays without a source plays on
    if (this.shown) {
      URL.revokeObjectURL(this.shown);
      this.shown = null;
    }
  }

  /** Lists the takes; `next` is the title of the part that is not filmed yet, the empty word for none. */
  list(takes: Take[], next: string): void {
    this.isHeard = takes[0]?.kind === "voice";
    const focused = idOf(document.activeElement);
    partOf(this.root, "takes").replaceChildren(...takes.map((take, at) => this.row(take, at + 1)));
    if (focused) {
      document.getElementById(focused)?.focus();
    }
    const chosen = chosenOf(takes);
    this.offerMore(next);
    this.offerSending(chosen, next === "");
  }

  private offerMore(next: string): void {
    const more = partOf(this.root, "more");
    more.hidden = next === "";
    (more.querySelector("span") ?? more).textContent = this.isHeard
      ? _("Enregistrer la suite : %(title)s", { title: next })
      : _("Filmer la suite : %(title)s", { title: next });
  }

  private offerSending(chosen: Take[], isMain: boolean): void {
    const send = partOf<HTMLButtonElement>(this.root, "send");
    const cost = megabytes(sizeOf(chosen));
    (send.querySelector("span") ?? send).textContent =
      chosen.length > 0 ? _("Envoyer (%(cost)s)", { cost }) : _("Envoyer");
    send.classList.toggle("button--secondary", !isMain);
    send.classList.toggle("button--primary", isMain);
    const nothing = chosen.length === 0;
    send.disabled = partOf<HTMLButtonElement>(this.root, "send-later").disabled = nothing;
  }

  private row(take: Take, number: number): HTMLElement {
    const template = partOf<HTMLTemplateElement>(this.root, "row");
    const row = template.content.firstElementChild?.cloneNode(true) as HTMLElement;
    const choice = partOf<HTMLInputElement>(row, "choice");
    choice.id = `take-${take.id}`;
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
    const [watch, erase] = [partOf(row, "watch"), partOf(row, "erase")];
    const words = this.isHeard
      ? _("Écouter la prise %(number)s", { number })
      : _("Regarder la prise %(number)s", { number });
    watch.setAttribute("aria-label", words);
    watch.addEventListener("click", () => this.acts.watch(take));
    erase.setAttribute("aria-label", _("Effacer la prise %(number)s", { number }));
    erase.addEventListener("click", () => this.acts.erase(take));
    return row;
  }

  private nameOf(take: Take): string {
    return this.titles[take.part - 1] ?? _("en une fois");
  }

  /** What a recorder writes says nothing of its duration. */
  private learnDuration(): void {
    if (this.player.duration === Number.POSITIVE_INFINITY) {
      const back = () => {
        this.player.currentTime = 0;
      };
      this.player.addEventListener("durationchange", back, { once: true });
      this.player.currentTime = BEYOND_S;
    }
  }
}

/** The name of a control that a new list has too. */
function idOf(element: Element | null): string {
  return element?.id.startsWith("take-") ? element.id : "";
}
