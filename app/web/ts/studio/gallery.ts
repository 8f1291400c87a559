/** The takes of one kind that are on this phone: watched, chosen, erased, brought back. */
import { choose, chosenOf, nextPart } from "./choice";
import { ReviewScreen } from "./review-screen";
import type { Sendings } from "./sending-take";
import type { Kind, Take, Takes } from "./takes";

export class Gallery {
  kind: Kind = "video";
  takes: Take[] = [];
  private watched: Take | null = null;
  /** Erased for the eye; for good with the next thing that is done, unless it is brought back. */
  private erased: Take | null = null;
  private readonly screen: ReviewScreen;

  constructor(
    root: HTMLElement,
    private readonly titles: string[],
    private readonly account: string,
    private readonly kept: Takes,
    private readonly sendings: Sendings,
  ) {
    this.screen = new ReviewScreen(root, titles, {
      watch: (take) => void this.watch(take).then(() => this.screen.start()),
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
    return this.isByPart ? (nextPart(this.takes, this.titles.length) ?? this.titles.length) : 0;
  }

  /** The part of the take that is looked at, the next one before any. */
  get part(): number {
    return this.watched?.part ?? this.next;
  }

  async load(): Promise<void> {
    const all = await this.kept.of(this.account);
    this.takes = all.filter(({ kind }) => kind === this.kind);
  }

  /** Lists the takes and shows one, the last of them unless told; false when there is none. */
  async show(take?: Take): Promise<boolean> {
    await this.load();
    const last = this.takes[this.takes.length - 1];
    const shown = this.takes.find((one) => one === take) ?? last;
    this.list();
    if (shown) {
      await this.watch(shown);
    }
    return shown !== undefined;
  }

  async choose(take: Take): Promise<void> {
    await this.eraseForGood();
    for (const changed of choose(this.takes, take)) {
      await this.kept.change(changed, { chosen: changed.chosen, later: changed.later });
    }
    this.list();
  }

  /** Ends what is looked at; what was erased is so for good. */
  async close(): Promise<void> {
    this.hide();
    await this.eraseForGood();
  }

  private async watch(take: Take): Promise<void> {
    this.watched = take;
    this.screen.play(take, await this.kept.bytesOf(take));
  }

  private async erase(take: Take): Promise<void> {
    await this.eraseForGood();
    this.erased = take;
    await this.sendings.pause(take);
    await this.kept.change(take, { erased: true });
    this.screen.offerBack(true);
    if (!(await this.show())) {
      this.hide();
    }
  }

  private async bringBack(): Promise<void> {
    const take = this.erased;
    this.forgetErased();
    if (take) {
      await this.kept.change(take, { erased: false });
      await this.show(take);
    }
  }

  private async eraseForGood(): Promise<void> {
    const take = this.erased;
    this.forgetErased();
    if (take) {
      await this.sendings.discard(take);
    }
  }

  private forgetErased(): void {
    this.erased = null;
    this.screen.offerBack(false);
  }

  private hide(): void {
    this.screen.hide();
    this.watched = null;
  }

  private list(): void {
    const next = this.isByPart ? nextPart(this.takes, this.titles.length) : null;
    this.screen.list(this.takes, next ? (this.titles[next - 1] ?? "") : "");
  }

  private get isByPart(): boolean {
    return this.chosen.some(({ part }) => part > 0);
  }
}
