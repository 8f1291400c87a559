/** Sends the takes that were chosen, one after the other, and has one presentation made of them. */
import { handOver } from "../hand-over";
import type { Refusal } from "../refusals";
import { sizeOf } from "./choice";
import type { Sendings, SendingTake } from "./sending-take";
import type { Take } from "./takes";

export interface DispatchTelling {
  runs(): void;
  moved(sent: number, total: number, remaining_s: number | null): void;
  struggles(): void;
  stopped(refusal: Refusal): void;
  done(): void;
}

export class Dispatch {
  private at = 0;
  private sending: SendingTake | null = null;
  private readonly total: number;

  constructor(
    private readonly chosen: Take[],
    private readonly sendings: Sendings,
    private readonly submit: string,
    private readonly telling: DispatchTelling,
  ) {
    this.total = sizeOf(chosen);
  }

  get isRunning(): boolean {
    return this.sending?.isRunning ?? false;
  }

  /** Begins, or goes on where it stopped. */
  async start(): Promise<void> {
    const take = this.chosen[this.at];
    if (this.sending) {
      this.sending.start();
    } else if (take) {
      this.sending = await this.sendings.of(take);
      this.sending.start();
      this.sending.follow(this.tellingOf(take));
    } else {
      await this.finish();
    }
  }

  pause(): void {
    this.sending?.pause();
  }

  private tellingOf(take: Take) {
    const before = sizeOf(this.chosen.slice(0, this.at));
    return {
      runs: () => this.telling.runs(),
      moved: (sent: number, left_s: number | null) =>
        this.telling.moved(before + sent, this.total, this.whole_s(take, before, sent, left_s)),
      struggles: () => this.telling.struggles(),
      stopped: (refusal: Refusal) => this.stopped(take, refusal),
      arrived: () => this.next(),
    };
  }

  /** Seconds for this take and for those after it, at the pace of this one. */
  private whole_s(take: Take, before: number, sent: number, left_s: number | null): number | null {
    const left = take.bytes - sent;
    return left_s === null || left <= 0 ? null : (left_s * (this.total - before - sent)) / left;
  }

  private next(): void {
    this.sending = null;
    this.at += 1;
    void this.start();
  }

  private stopped(take: Take, refusal: Refusal): void {
    if (!refusal.resumable) {
      this.sendings.drop(take);
      this.sending = null;
    }
    this.telling.stopped(refusal);
  }

  private async finish(): Promise<void> {
    const urls = this.chosen.map((take) => take.url ?? "");
    const sentence = await handOver(this.submit, urls, this.chosen[0]?.kind);
    if (sentence) {
      this.telling.stopped({ sentence, resumable: true });
    } else {
      this.telling.done();
    }
  }
}
