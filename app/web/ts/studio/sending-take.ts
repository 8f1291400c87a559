/** The way of one take to the server, begun while it is filmed or once it was chosen. */
import { forgetAtServer, type Stop, Transfer } from "../transfer";
import { fileNameOf } from "./formats";
import { Growing } from "./growing";
import type { Take, Takes } from "./takes";

/** Where takes are sent, and how large the server takes them. */
export interface Post {
  endpoint: string;
  maxBytes: number;
}

export interface TakeTelling {
  runs(): void;
  moved(sent: number, remaining_s: number | null): void;
  struggles(): void;
  stopped(stop: Stop): void;
  arrived(url: string): void;
}

/** While somebody films, nothing is said: whatever does not arrive now leaves later, from the phone. */
const SILENT: TakeTelling = {
  runs: () => {},
  moved: () => {},
  struggles: () => {},
  stopped: () => {},
  arrived: () => {},
};

export class SendingTake {
  /** Whether it was refused: another attempt needs another sending. */
  isOver = false;
  private telling = SILENT;
  private hasArrived = false;
  private readonly bytes: Growing;
  private readonly transfer: Transfer;

  constructor(
    private readonly take: Take,
    private readonly takes: Takes,
    filmed: Blob,
    /** Whether more is being filmed. */
    grows: boolean,
    post: Post,
  ) {
    this.bytes = new Growing(filmed, !grows);
    this.transfer = new Transfer(
      {
        input: filmed,
        options: {
          endpoint: post.endpoint,
          uploadUrl: take.url,
          uploadLengthDeferred: true,
          storeFingerprintForResuming: false, // the take itself keeps its address
          fileReader: { openFile: async () => this.bytes },
          metadata: metadataOf(take),
          onUploadUrlAvailable: () => this.begun(),
        },
        total: () => this.bytes.total,
        letGo: () => this.bytes.letGo(),
        isWaiting: () => this.bytes.isWaiting,
      },
      {
        runs: () => this.telling.runs(),
        moved: (sent, _total, left_s) => this.telling.moved(sent, left_s),
        struggles: () => this.telling.struggles(),
        stopped: (stop) => this.stopped(stop),
        done: (url) => this.arrived(url),
      },
      post.maxBytes,
    );
  }

  get isRunning(): boolean {
    return this.transfer.isRunning;
  }

  /** Tells somebody else from now on, beginning with how it stands. */
  follow(telling: TakeTelling): void {
    this.telling = telling;
    if (this.hasArrived) {
      telling.arrived(this.transfer.url);
    } else if (this.isRunning) {
      telling.runs();
    }
  }

  start(): void {
    this.transfer.start();
  }

  pause(): void {
    this.transfer.pause();
  }

  grow(slice: ArrayBuffer): void {
    this.bytes.grow(slice);
  }

  /** Nothing more is filmed. */
  end(): void {
    this.bytes.end();
  }

  /** Nobody wants it any more. */
  leave(): void {
    this.transfer.leave();
  }

  private stopped(stop: Stop): void {
    this.isOver = !stop.resumable;
    this.telling.stopped(stop);
  }

  private arrived(url: string): void {
    this.hasArrived = true;
    this.telling.arrived(url);
  }

  /** A closed page finds what has arrived by the address that the take keeps. */
  private begun(): void {
    const former = this.take.url;
    if (former !== this.transfer.url) {
      void this.takes.change(this.take, { url: this.transfer.url });
      void (former && forgetAtServer(former));
    }
  }
}

/** The takes that are on their way, so that none goes twice. */
export class Sendings {
  private readonly byTake = new Map<string, Promise<SendingTake>>();

  constructor(
    private readonly takes: Takes,
    private readonly post: Post,
  ) {}

  /** Begins to send a take that is only being filmed. */
  beginLive(take: Take): SendingTake {
    const sending = new SendingTake(take, this.takes, new Blob(), true, this.post);
    this.byTake.set(take.id, Promise.resolve(sending));
    return sending;
  }

  /** The one sending of a take; a new one after a refusal. */
  async of(take: Take): Promise<SendingTake> {
    const known = await this.byTake.get(take.id);
    if (known && !known.isOver) {
      return known;
    }
    const opening = this.takes
      .bytesOf(take)
      .then((bytes) => new SendingTake(take, this.takes, bytes, false, this.post));
    this.byTake.set(take.id, opening);
    return opening;
  }

  /** Leaves a take where it stands, until somebody sends it again. */
  async pause(take: Take): Promise<void> {
    (await this.byTake.get(take.id))?.pause();
  }

  /**
   * Deletes an erased take here.  The promise within is kept once the server has forgotten it too; nobody need wait
   * for that: what the network keeps from it is tried at the next visit.
   */
  async discard(take: Take): Promise<{ forgotten: Promise<void> }> {
    (await this.byTake.get(take.id))?.leave();
    this.byTake.delete(take.id);
    await this.takes.change(take, { erased: true });
    await this.takes.removeSlices(take);
    return { forgotten: this.forget(take) };
  }

  /** Finishes what earlier visits could not erase. */
  async sweep(account: string): Promise<void> {
    for (const take of await this.takes.erasedOf(account)) {
      await this.discard(take);
    }
  }

  private async forget(take: Take): Promise<void> {
    if (!take.url || (await forgetAtServer(take.url))) {
      await this.takes.remove(take);
    }
  }
}

function metadataOf(take: Take): Record<string, string> {
  return {
    filename: fileNameOf(take.part, take.mimeType),
    filetype: take.mimeType,
    kind: take.kind,
    take: take.id,
  };
}
