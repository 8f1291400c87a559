/** Sends the takes that were chosen, one after the other, and has one presentation made of them. */
import { handOver } from "../hand-over";
import type { Stop } from "../transfer";
import { filmedLength_s, sizeOf } from "./choice";
import type { Sendings, SendingTake, TakeTelling } from "./sending-take";
import type { Take } from "./takes";

export interface DispatchTelling {
  runs(): void;
  moved(sent: number, total: number, remaining_s: number | null): void;
  struggles(): void;
  stopped(stop: Stop): void;
  done(): void;
}

export class Dispatch {
  private readonly urls: string[] = [];
  private readonly total: number;
  private sending: SendingTake | null = null;
  private isOpening = false;
  private isPaused = false;
  private isSignedOut = false;
  private readonly cancelled = new AbortController();

  constructor(
    private readonly chosen: Take[],
    private readonly sendings: Sendings,
    private readonly submit: string,
    private readonly telling: DispatchTelling,
  ) {
    this.total = sizeOf(chosen);
  }

  get isRunning(): boolean {
    return this.isOpening || (this.sending?.isRunning ?? false);
  }

  /** Begins, or goes on where it stopped. */
  async start(): Promise<void> {
    this.isPaused = false;
    if (this.isOpening || this.cancelled.signal.aborted) {
      return;
    }
    if (this.isSignedOut) {
      location.reload(); // by the way of signing in: what was filmed waits on the phone
      return;
    }
    if (this.sending) {
      this.sending.start();
      return;
    }
    await this.open();
  }

  pause(): void {
    this.isPaused = true;
    this.sending?.pause();
  }

  /** Leaves it; what has arrived stays there until the takes are sent or erased. */
  cancel(): void {
    this.cancelled.abort();
    this.pause();
  }

  /** The next take, or the end of them. */
  private async open(): Promise<void> {
    this.isOpening = true;
    await this.openNext().finally(() => {
      this.isOpening = false;
    });
  }

  private async openNext(): Promise<void> {
    const take = this.chosen[this.urls.length];
    if (!take) {
      await this.finish();
      return;
    }
    const sending = await this.sendings.of(take);
    if (this.cancelled.signal.aborted) {
      return;
    }
    this.sending = sending;
    if (!this.isPaused) {
      sending.start();
    }
    sending.follow(this.tellingOf(take));
  }

  private tellingOf(take: Take): TakeTelling {
    const before = sizeOf(this.chosen.slice(0, this.urls.length));
    return {
      runs: () => this.telling.runs(),
      moved: (sent, left_s) => {
        this.telling.moved(before + sent, this.total, this.whole_s(take, before, sent, left_s));
      },
      struggles: () => this.telling.struggles(),
      stopped: (stop) => this.stopped(stop),
      arrived: (url) => void this.arrived(url),
    };
  }

  /** Seconds for this take and for those after it, at the pace of this one. */
  private whole_s(take: Take, before: number, sent: number, left_s: number | null): number | null {
    const left = take.bytes - sent;
    return left_s === null || left <= 0 ? null : (left_s * (this.total - before - sent)) / left;
  }

  private async arrived(url: string): Promise<void> {
    this.urls.push(url);
    this.sending = null;
    if (!this.cancelled.signal.aborted) {
      await this.open();
    }
  }

  private stopped(stop: Stop): void {
    this.isSignedOut = stop.status === 401 || stop.status === 403;
    if (!stop.resumable) {
      this.sending = null; // another attempt begins with what the server has
    }
    this.telling.stopped(stop);
  }

  private async finish(): Promise<void> {
    const { signal } = this.cancelled;
    const arrived = {
      urls: this.urls,
      filmed_s: this.chosen.map(filmedLength_s),
      kind: this.chosen[0]?.kind,
    };
    const notMade = await handOver(this.submit, arrived, signal);
    if (signal.aborted) {
      return;
    }
    if (notMade) {
      this.isSignedOut = notMade.signedOut;
      this.telling.stopped({ sentence: notMade.sentence, resumable: true, status: null });
    } else {
      this.telling.done();
    }
  }
}
