/** What a player asks for while a hand comes near its button: pressing it then waits for less. */
import { wantsLess } from "./costs";
import { type Fresh, fetchSource, type Known, left, ofPage } from "./source";
import { type Hooks, type Prepared, prepare, type Wish } from "./stream";

export class Early {
  private asked: Promise<Fresh | null> | null = null;
  private stream: { wish: Wish; made: Promise<Prepared | null> } | null = null;
  private given: Fresh | null;
  private isPressed = false;

  constructor(
    private readonly video: HTMLVideoElement,
    private readonly address: string,
    private readonly known: Known,
  ) {
    this.given = ofPage(known);
  }

  /** What has a sound of its own has a stream; a first copy, one file alone, needs nothing more. */
  ask(wish: Wish, hooks: Hooks): void {
    if (this.asked || wantsLess() || !("audio" in (this.known.sizes_bytes ?? {}))) {
      return;
    }
    this.asked = this.newest().catch(() => null);
    const made = this.asked.then((source) => {
      return source && prepare(this.video, source, wish, this.quiet(hooks));
    });
    this.stream = { wish, made: made.catch(() => null) }; // whoever needs it says so
  }

  /** What was asked for counts once, and as long as its links live. */
  async source(): Promise<Fresh> {
    const { asked } = this;
    this.asked = null;
    this.isPressed = true;
    const found = await asked;
    return found && left(found) > 0 ? found : this.newest();
  }

  /** The stream that was prepared for just this wish, once. */
  async prepared({ from_s, quality, soundOnly }: Wish): Promise<Prepared | null> {
    const { stream } = this;
    this.stream = null;
    const made = (await stream?.made) ?? null;
    const { wish } = stream ?? {};
    const isWanted =
      wish?.from_s === from_s && wish.quality === quality && wish.soundOnly === soundOnly;
    if (made && isWanted) {
      return made;
    }
    made?.detach();
    return null;
  }

  /** The links of the page first: no other request stands between a press and what it plays. */
  private async newest(): Promise<Fresh> {
    const { given } = this;
    this.given = null;
    return given && left(given) > 0 ? given : fetchSource(this.address);
  }

  /** Trouble before anybody pressed is nobody's: all of it is asked anew at the press. */
  private quiet(hooks: Hooks): Hooks {
    const trouble = (status: number | null) => {
      if (this.isPressed) {
        hooks.trouble(status);
      } else {
        void this.stream?.made.then((made) => made?.detach());
        this.asked = null;
        this.stream = null;
      }
    };
    return { ...hooks, trouble };
  }
}
