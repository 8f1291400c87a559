/** The way of one take to the server, begun while it is filmed or once it was chosen. */
import type { Refusal } from "../refusals";
import { forgetAtServer, Transfer } from "../transfer";
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
  stopped(refusal: Refusal): void;
  arrived(): void;
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
      filmed,
      {
        endpoint: post.endpoint,
        uploadUrl: take.url,
        uploadLengthDeferred: true,
        storeFingerprintForResuming: false, // the take itself keeps its address
        fileReader: { openFile: async () => this.bytes },
        metadata: metadataOf(take),
        onUploadUrlAvailable: () => this.begun(),
      },
      {
        runs: () => this.telling.runs(),
        moved: (sent, _total, left_s) => this.telling.moved(sent, left_s),
        struggles: () => this.telling.struggles(),
        stopped: (refusal) => this.telling.stopped(refusal),
        done: () => this.arrived(),
      },
      post.maxBytes,
    );
  }

  get isRunning(): boolean {
    return this.transfer.isRunning;
  }

  /** Tells somebody else from now on; at once when it has arrived already. */
  follow(telling: TakeTelling): void {
    this.telling = telling;
    if (this.hasArrived) {
      telling.arrived();
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

  /** Nobody wants it: the server forgets what it has. */
  cancel(): void {
    this.transfer.cancel();
  }

  private arrived(): void {
    this.hasArrived = true;
    this.telling.arrived();
  }

  /** A closed page finds what has arrived by the address that the take keeps. */
  private begun(): void {
    if (this.take.url !== this.transfer.url) {
      this.take.url = this.transfer.url;
      void this.takes.put(this.take);
    }
  }
}

/** The takes that are on their way, so that none goes twice. */
export class Sendings {
  private readonly byTake = new Map<string, SendingTake>();

  constructor(
    private readonly takes: Takes,
    private readonly post: Post,
  ) {}

  /** Begins to send a take that is only being filmed. */
  beginLive(take: Take): SendingTake {
    const sending = new SendingTake(take, this.takes, new Blob(), true, this.post);
    this.byTake.set(take.id, sending);
    return sending;
  }

  async of(take: Take): Promise<SendingTake> {
    const known = this.byTake.get(take.id);
    if (known) {
      return known;
    }
    const bytes = await this.takes.bytesOf(take);
    const sending = new SendingTake(take, this.takes, bytes, false, this.post);
    this.byTake.set(take.id, sending);
    return sending;
  }

  /** A refusal ends a sending; another attempt begins with what the server still has. */
  drop(take: Take): void {
    this.byTake.delete(take.id);
  }

  /** Erases a take here and at the server. */
  async discard(take: Take): Promise<void> {
    const sending = this.byTake.get(take.id);
    if (sending) {
      sending.cancel();
      this.drop(take);
    } else if (take.url) {
      forgetAtServer(take.url);
    }
    await this.takes.remove(take);
  }
}

function metadataOf(take: Take): Record<string, string> {
  return {
    filename: fileNameOf(take.part, take.mimeType),
    filetype: take.mimeType,
    kind: take.kind,
  };
}
