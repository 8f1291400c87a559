/** One take while it is filmed: every second of it is kept on the phone before anything else is done with it. */
import { formatOf } from "./formats";
import type { Quality } from "./quality";
import { lockOf, type Take, type Takes } from "./takes";

const SLICE_MS = 1_000;
/** A recorder whose camera is gone may never say that it has stopped. */
const STOPS_MAX_MS = 3_000;

type Options = MediaRecorderOptions & { videoKeyFrameIntervalDuration?: number };

export class Recording {
  private readonly recorder: MediaRecorder;
  private readonly stopped: Promise<void>;
  private kept: Promise<void> = Promise.resolve();
  private hasStarted = false;
  private isBroken = false;
  private ran_ms = 0;
  private since_ms: number | null = null;
  private letGo: () => void = () => {};
  private readonly over = new AbortController();

  /** Throws where the camera is gone, or the format is not to be had. */
  constructor(
    private readonly stream: MediaStream,
    private readonly take: Take,
    private readonly takes: Takes,
    quality: Quality,
    /** What is kept by now, for who sends it meanwhile. */
    private readonly onSlice: (slice: ArrayBuffer) => void,
    /** The phone is full, or its storage was cleared: what was kept so far stays, and nothing follows. */
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

  /** Throws as the constructor does. */
  start(): void {
    const filmed = new Promise<void>((resolve) => {
      this.letGo = resolve;
    });
    void navigator.locks?.request(lockOf(this.take), () => filmed).catch(() => {});
    this.recorder.start(SLICE_MS);
    this.hasStarted = true;
    this.since_ms = performance.now();
    this.watchTracks();
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

  /** Ends the take; done once its last slice is kept, and other tabs may see it. */
  async stop(): Promise<void> {
    if (!this.hasStarted) {
      return;
    }
    this.ran_ms = this.duration_ms;
    this.since_ms = null;
    this.over.abort();
    if (this.recorder.state !== "inactive") {
      this.recorder.stop();
    }
    try {
      await Promise.race([this.stopped, pause(STOPS_MAX_MS)]);
      await this.kept;
      await this.takes.change(this.take, { whole: true, duration_ms: this.ran_ms });
    } finally {
      this.letGo();
      await navigator.locks?.request(lockOf(this.take), () => {}); // until it is free for all
    }
  }

  /** While a call holds the camera our timer goes on, and some phones film nothing. */
  private watchTracks(): void {
    const { signal } = this.over;
    for (const track of this.stream.getTracks()) {
      track.addEventListener(
        "mute",
        () => void this.takes.change(this.take, { interrupted: true }).catch(this.onTrouble),
        { signal },
      );
    }
  }

  /** One slice after the other, in the order in which they were filmed; after a hole, none. */
  private keep(data: Blob): void {
    this.kept = this.kept
      .then(async () => {
        const slice = await data.arrayBuffer();
        if (slice.byteLength > 0 && !this.isBroken) {
          await this.takes.append(this.take, slice, this.duration_ms);
          this.onSlice(slice);
        }
      })
      .catch((error: unknown) => {
        this.isBroken = true;
        this.onTrouble(error);
      });
  }
}

function optionsOf(take: Take, quality: Quality): Options {
  const mimeType = formatOf(take.kind, (type) => MediaRecorder.isTypeSupported(type));
  return {
    audioBitsPerSecond: quality.audio_bps,
    ...(mimeType && { mimeType }),
    ...(take.kind === "video" && {
      videoBitsPerSecond: quality.video_bps,
      videoKeyFrameIntervalDuration: SLICE_MS, // without it, MP4 gives nothing before the end
    }),
  };
}

function pause(duration_ms: number): Promise<void> {
  return new Promise((resolve) => window.setTimeout(resolve, duration_ms));
}
