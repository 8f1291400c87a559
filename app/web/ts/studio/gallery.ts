/** The takes of one kind that are on this phone: watched, chosen, erased, brought back. */
import { choose, chosenOf, nextPart } from "./choice";
import { ReviewScreen } from "./review-screen";
import type { Sendings } from "./sending-take";
import type { Kind, Take, Takes } from "./takes";

const BACK_MS = 8_000;

export class Gallery {
  kind: Kind = "video";
  takes: Take[] = [];
  private watched: Take | null = null;
  /** Erased for the eye; for good in a moment, unless it is brought back. */
  private erased: Take | null = null;
  private erasing: number | undefined;
  private readonly screen: ReviewScreen;

  constructor(
    root: HTMLElement,
    private readonly titles: string[],
    private readonly account: string,
    private readonly kept: Takes,
    private readonly sendings: Sendings,
  ) {
    this.screen = new ReviewScreen(root, titles, {
      watch: (take) => void this.watch(take),
      choose: (take) => void this.choose(take),
      erase: (take) => void this.erase(take),
      bringBack: () => void this.bringBack(),
    });
  }

  get chosen(): Take[] {
    return chosenOf(this.takes);
  }

  /** The part that one films next: 0 as long as nothing is filmed in parts. */
  get next(): number {
    const byPart = this.chosen.some(({ part }) => part > 0);
    return byPart ? (nextPart(this.takes, this.titles.length) ?? this.titles.length) : 0;
  }

  /** The part of the take that is looked at, the next one before any. */
  get part(): number {
    return this.watched?.part ?? this.next;
  }

  async load(): Promise<void> {
    const all = await this.kept.of(this.account);
    this.takes = all.filter(({ kind, id }) => kind === this.kind && id !== this.erased?.id);
  }

  /** Lists the takes and shows one, the last of them unless told; false when there is none. */
  async show(take?: Take): Promise<boolean> {
    await this.load();
    const shown = this.takes.find(({ id }) => id === take?.id) ?? this.takes.at(-1);
    this.list();
    if (shown) {
      await this.watch(shown);
    }
    return shown !== undefined;
  }

  async choose(take: Take): Promise<void> {
    const wanted = this.takes.find(({ id }) => id === take.id);
    for (const changed of wanted ? choose(this.takes, wanted) : []) {
      await this.kept.put(changed);
    }
    this.list();
  }

  /** Ends what is looked at; what was erased is so for good. */
  async close(): Promise<void> {
    this.screen.hide();
    this.watched = null;
    await this.eraseForGood();
  }

  private async watch(take: Take): Promise<void> {
    this.watched = take;
    this.screen.play(take, await this.kept.bytesOf(take));
  }

  private async erase(take: Take): Promise<void> {
    await this.eraseForGood();
    this.erased = take;
    this.erasing = window.setTimeout(() => void this.eraseForGood(), BACK_MS);
    this.screen.offerBack(true);
    if (!(await this.show())) {
      this.screen.hide();
      this.watched = null;
    }
  }

  private async bringBack(): Promise<void> {
    const take = this.erased;
    this.forgetErased();
    await this.show(take ?? undefined);
  }

  private async eraseForGood(): Promise<void> {
    const take = this.erased;
    this.forgetErased();
    if (take) {
      await this.sendings.discard(take);
    }
  }

  private forgetErased(): void {
    window.clearTimeout(this.erasing);
    this.erased = null;
    this.screen.offerBack(false);
  }

  private list(): void {
    const byPart = this.chosen.some(({ part }) => part > 0);
    const next = byPart ? nextPart(this.takes, this.titles.length) : null;
    this.screen.list(this.takes, next ? (this.titles[next - 1] ?? "") : "");
  }
}
