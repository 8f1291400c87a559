/** One take while it is filmed: every second of it is kept on the phone before anything else is done with it. */
import { formatOf } from "./formats";
import type { Quality } from "./quality";
import { lockOf, type Take, type Takes } from "./takes";

const SLICE_MS = 1_000;

type Options = MediaRecorderOptions & { videoKeyFrameIntervalDuration?: number };

export class Recording {
  private readonly recorder: MediaRecorder;
  private readonly stopped: Promise<void>;
  private kept: Promise<void> = Promise.resolve();
  private lock: Promise<void> | undefined;
  private ran_ms = 0;
  private since_ms: number | null = null;

  constructor(
    stream: MediaStream,
    readonly take: Take,
    private readonly takes: Takes,
    quality: Quality,
    /** What is kept by now, for who sends it meanwhile. */
    private readonly onSlice: (slice: ArrayBuffer) => void,
    /** The phone is full, or its storage was cleared: what was kept so far stays. */
    private readonly onTrouble: (error: unknown) => void,
  ) {
    this.recorder = new MediaRecorder(stream, optionsOf(take, quality));
    take.mimeType = this.recorder.mimeType || take.mimeType;
    this.recorder.addEventListener("dataavailable", (event) => this.keep(event.data));
    this.recorder.addEventListener("error", (event) => this.onTrouble(event));
    this.stopped = new Promise((resolve) => {
      this.recorder.addEventListener("stop", () => resolve(), { once: true });
    });
  }

  /** Milliseconds filmed so far, pauses left out. */
  get duration_ms(): number {
    return this.ran_ms + (this.since_ms === null ? 0 : performance.now() - this.since_ms);
  }

  start(): void {
    this.lock = navigator.locks?.request(lockOf(this.take), () => this.stopped);
    this.recorder.start(SLICE_MS);
    this.since_ms = performance.now();
  }

  pause(): void {
    if (this.recorder.state === "recording") {
      this.recorder.pause();
      this.ran_ms = this.duration_ms;
      this.since_ms = null;
    }
  }

  resume(): void {
    if (this.recorder.state === "paused") {
      this.recorder.resume();
      this.since_ms = performance.now();
    }
  }

  /** Ends the take; done once its last slice is kept. */
  async stop(): Promise<void> {
    this.ran_ms = this.duration_ms;
    this.since_ms = null;
    if (this.recorder.state !== "inactive") {
      this.recorder.stop();
    }
    await this.stopped;
    await this.lock;
    await this.kept;
    this.take.whole = true;
    this.take.duration_ms = this.ran_ms;
    await this.takes.put(this.take);
  }

  /** One slice after the other, in the order in which they were filmed. */
  private keep(data: Blob): void {
    this.kept = this.kept
      .then(async () => {
        const slice = await data.arrayBuffer();
        if (slice.byteLength > 0) {
          this.take.duration_ms = this.duration_ms;
          await this.takes.append(this.take, slice);
          this.onSlice(slice);
        }
      })
      .catch((error: unknown) => this.onTrouble(error));
  }
}

function optionsOf(take: Take, quality: Quality): Options {
  const mimeType = formatOf(take.kind, (type) => MediaRecorder.isTypeSupported(type));
  return {
    audioBitsPerSecond: quality.audio_bps,
    ...(mimeType && { mimeType }),
    ...(take.kind === "video" && {
      videoBitsPerSecond: quality.video_bps,
      videoKeyFrameIntervalDuration: 1_000, // without it, MP4 gives nothing before the end
    }),
  };
}
