/** One upload by tus: watched, tried again, paused, resumed.  What is sent is never sent twice. */
import { DetailedError, Upload, type UploadOptions } from "tus-js-client";
import { Chunks } from "./chunks";
import { csrfToken, problemOf, sentenceOf, slugOf } from "./http";
import { Pace } from "./pace";
import { type Refusal, refusalOf } from "./refusals";

const RETRY_DELAYS_MS = [0, 1000, 3000, 5000, 10_000, 20_000, 30_000];
/** A chunk that moves no more, and a question that nobody answers: the connection is dead. */
const STUCK_MS = 20_000;
const UNANSWERED_MS = 10_000;
const WATCH_MS = 1_000;

/** What is sent, and how. */
export interface Cargo {
  input: Upload["file"];
  options: UploadOptions;
  /** Bytes in all, when only the cargo knows: null as long as it grows. */
  total?(): number | null;
  /** Whoever waits for more of it is left. */
  letGo?(): void;
  /** Whether there is nothing to send yet: a silence then is no dead line. */
  isWaiting?(): boolean;
}

/** Why it does not go on; `status` is the server's, null when none came. */
export interface Stop extends Refusal {
  status: number | null;
}

/** What the page is told of a transfer. */
export interface Telling {
  /** It runs, for the first time or again. */
  runs(): void;
  /** `total` is null while nobody knows how long the whole will be. */
  moved(sent: number, total: number | null, remaining_s: number | null): void;
  struggles(): void;
  stopped(stop: Stop): void;
  done(url: string): void;
}

export class Transfer {
  paused = false;
  private running = false;
  private readonly upload: Upload;
  private readonly pace = new Pace();
  private readonly chunks = new Chunks();
  private readonly ended = new AbortController();
  private readonly watching: number;
  private movedAt_ms = 0;
  /** When the chunk on its way left, null while none is. */
  private chunkAt_ms: number | null = null;
  private sent = 0;
  private total: number | null = null;

  constructor(
    private readonly cargo: Cargo,
    private readonly telling: Telling,
    private readonly maxBytes: number,
  ) {
    this.upload = new Upload(cargo.input, {
      chunkSize: this.chunks.bytes,
      retryDelays: RETRY_DELAYS_MS,
      onShouldRetry: (error) => this.retries(error),
      onProgress: (sent, total) => this.moved(sent, total),
      onChunkComplete: (size) => this.chunkArrived(size),
      onError: (error) => void this.failed(error),
      onSuccess: () => this.done(),
      onBeforeRequest: (request) =>
        request.getMethod() === "PATCH"
          ? this.chunkLeaves(Number(request.getHeader("Upload-Offset")))
          : undefined,
      onAfterResponse: (request, answer) => later(request.getMethod(), answer.getStatus()),
      headers: headers(),
      ...cargo.options,
    });
    this.watching = window.setInterval(() => this.watch(), WATCH_MS);
    const { signal } = this.ended;
    window.addEventListener("offline", () => this.offline(), { signal });
    window.addEventListener("online", () => !this.paused && this.start(), { signal });
  }

  /** Whether a closed page would interrupt it. */
  get isRunning(): boolean {
    return this.running;
  }

  get url(): string {
    return this.upload.url ?? "";
  }

  /** Learns where an earlier page stopped with the same file, if one did. */
  async findBefore(): Promise<void> {
    const [previous] = await this.upload.findPreviousUploads();
    if (previous) {
      this.upload.resumeFromPreviousUpload(previous);
    }
  }

  start(): void {
    if (this.running || this.ended.signal.aborted) {
      return;
    }
    this.running = true;
    this.paused = false;
    this.movedAt_ms = performance.now();
    this.beginAnew();
    this.telling.runs();
    this.upload.start();
  }

  pause(): void {
    this.paused = true;
    this.halt();
  }

  /** Stops for good, and keeps what has arrived. */
  leave(): void {
    this.halt();
    this.ended.abort();
    window.clearInterval(this.watching);
  }

  /** Stops for good; the server is asked to forget what it has. */
  cancel(): void {
    this.leave();
    void this.forget();
    if (this.url) {
      void forgetAtServer(this.url);
    }
  }

  /** Once the server has made a video of it, or kept nothing: until then a closed page must find it again. */
  async forget(): Promise<void> {
    const { urlStorage } = this.upload.options;
    for (const one of await this.upload.findPreviousUploads()) {
      await urlStorage?.removeUpload(one.urlStorageKey);
    }
  }

  /** A chunk that was waited for, and is there after a pause, stays. */
  private chunkLeaves(offset: number): Promise<void> | undefined {
    if (!this.running) {
      return new Promise(() => {});
    }
    this.chunkAt_ms = performance.now();
    this.pace.arrived(offset, this.chunkAt_ms);
    return undefined;
  }

  private chunkArrived(size: number): void {
    const now_ms = performance.now();
    if (size >= this.chunks.bytes) {
      this.chunks.took(now_ms - (this.chunkAt_ms ?? now_ms)); // a smaller one proves nothing
      this.upload.options.chunkSize = this.chunks.bytes;
    }
  }

  /** Nothing is known of a line that is new. */
  private beginAnew(): void {
    this.chunkAt_ms = null;
    this.pace.reset();
    this.chunks.reset();
    this.upload.options.chunkSize = this.chunks.bytes;
  }

  private halt(): void {
    this.running = false;
    this.cargo.letGo?.();
    void this.upload.abort();
  }

  private done(): void {
    if (!this.ended.signal.aborted) {
      this.leave();
      this.telling.done(this.url);
    }
  }

  private offline(): void {
    if (this.running) {
      this.halt();
      this.telling.stopped({ ...refusalOf(null, false, this.maxBytes), status: null });
    }
  }

  private moved(sent: number, total: number | null): void {
    this.movedAt_ms = performance.now();
    [this.sent, this.total] = [sent, total ?? this.cargo.total?.() ?? null];
    this.tell();
  }

  private tell(): void {
    const { sent, total } = this;
    const left_s = total === null ? null : this.pace.remaining_s(total, sent, performance.now());
    this.telling.moved(sent, total, left_s);
  }

  /** A connection that is dead without saying so is left, and the upload goes on by a new one. */
  private watch(): void {
    const longest_ms = this.chunkAt_ms === null ? UNANSWERED_MS : STUCK_MS;
    if (this.cargo.isWaiting?.()) {
      this.movedAt_ms = performance.now();
    }
    if (this.running && performance.now() - this.movedAt_ms > longest_ms) {
      this.movedAt_ms = performance.now();
      this.beginAnew();
      this.cargo.letGo?.();
      void this.upload.abort().then(() => this.running && this.upload.start());
    } else if (this.running && this.chunkAt_ms !== null && this.total !== null) {
      this.tell();
    }
  }

  /** Trouble on the way is tried again; a refusal is told at once. */
  private retries(error: DetailedError): boolean {
    const status = error.originalResponse?.getStatus() ?? 0;
    const passing =
      !refusesToBegin(error) &&
      (status < 400 || status === 409 || status === 423 || (status >= 500 && status !== 507));
    if (passing && navigator.onLine) {
      this.beginAnew();
      this.telling.struggles();
    }
    return passing && navigator.onLine;
  }

  private async failed(error: Error): Promise<void> {
    const stop = await this.stopFor(error);
    this.halt();
    if (!stop.resumable) {
      this.leave();
    }
    if (stop.final) {
      await this.forget();
    }
    this.telling.stopped(stop);
  }

  private async stopFor(error: Error): Promise<Stop> {
    const answer = error instanceof DetailedError ? error.originalResponse : null;
    const status = answer?.getStatus() || null;
    if (!answer || status === null) {
      return { ...refusalOf(null, navigator.onLine, this.maxBytes), status };
    }
    const problem = await problemOf(new Response(answer.getBody(), { status }));
    const refusal = refusesToBegin(error)
      ? { sentence: sentenceOf(problem), resumable: false }
      : refusalOf(status, navigator.onLine, this.maxBytes, slugOf(problem));
    return { ...refusal, status };
  }
}

/**
 * Asks the server to forget what it has of an upload; true once it has nothing of it, false when nobody could be
 * asked.
 */
export async function forgetAtServer(url: string): Promise<boolean> {
  try {
    await Upload.terminate(url, { headers: headers(), retryDelays: null });
    return true;
  } catch (error) {
    const status = error instanceof DetailedError ? (error.originalResponse?.getStatus() ?? 0) : 0;
    return status >= 400 && status < 500 && status !== 423 && status !== 429;
  }
}

function headers(): Record<string, string> {
  return { "X-CSRF-Token": csrfToken() };
}

/** tus-js-client begins anew where the server has trouble telling how far it was: that waits instead. */
function later(method: string, status: number): void {
  if (method === "HEAD" && (status >= 500 || status === 429)) {
    throw new Error(`the server answers ${status} for now`);
  }
}

/** Only the server knows why nothing may be sent: an agreement that is missing, an age. */
function refusesToBegin(error: Error): boolean {
  return (
    error instanceof DetailedError &&
    error.originalRequest?.getMethod() === "POST" &&
    error.originalResponse?.getStatus() === 409
  );
}
