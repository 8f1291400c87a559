/** What a player asks for while a hand comes near its button: pressing it then waits for less. */
import { wantsLess } from "./costs";
import { type Fresh, fetchSource, type Known, left } from "./source";
import { warm } from "./stream";

export class Early {
  private asked: Promise<Fresh | null> | null = null;

  constructor(
    private readonly video: HTMLVideoElement,
    private readonly address: string,
  ) {}

  /** What has a sound of its own has a stream; a first copy, one file alone, needs nothing more. */
  ask({ sizes_bytes = {} }: Known): void {
    if ("audio" in sizes_bytes && !wantsLess()) {
      warm(this.video);
      this.asked ??= fetchSource(this.address).catch(() => null);
    }
  }

  /** What was asked for counts once, and as long as its links live. */
  async source(): Promise<Fresh> {
    const { asked } = this;
    this.asked = null;
    const found = await asked;
    return found && left(found) > 0 ? found : fetchSource(this.address);
  }
}
