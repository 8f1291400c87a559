/** One filming: the countdown, the take kept slice by slice, sent meanwhile when one wishes. */
import { _ } from "../french";
import type { FilmScreen } from "./film-screen";
import type { Quality } from "./quality";
import { Recording } from "./recording";
import type { Sendings, SendingTake } from "./sending-take";
import type { Take, Takes } from "./takes";

export interface Shot {
  take: Take;
  text: string;
  quality: Quality;
  /** Milliseconds that may still be filmed. */
  room_ms: number;
  live: boolean;
}

export class Shoot {
  private readonly recording: Recording;
  private sending: SendingTake | null = null;
  private awake: Promise<WakeLockSentinel | undefined> | undefined;
  private left = false;
  private ending: Promise<void> | null = null;

  /** Throws as a recording does. */
  constructor(
    stream: MediaStream,
    private readonly shot: Shot,
    private readonly screen: FilmScreen,
    private readonly takes: Takes,
    private readonly sendings: Sendings,
    private readonly onEnd: (trouble: unknown) => void,
  ) {
    this.recording = new Recording(
      stream,
      shot.take,
      takes,
      shot.quality,
      (slice) => this.sending?.grow(slice),
      (trouble) => void this.stop(trouble),
    );
    for (const track of stream.getTracks()) {
      // unplugged, or taken by a call
      track.addEventListener("ended", () => void this.stop(new Error("the track has ended")));
    }
  }

  /** Counts down and films; rejects as a recording throws. */
  async start(): Promise<void> {
    const { take, text, room_ms, live } = this.shot;
    this.awake = navigator.wakeLock?.request("screen").catch(() => undefined);
    this.screen.prepare(text, this.recording);
    await this.screen.countDown(() => this.left);
    if (this.left) {
      return;
    }
    await this.takes.add(take);
    this.recording.start();
    if (live) {
      this.sending = this.sendings.beginLive(take);
      this.sending.start();
    }
    this.screen.run(this.recording, room_ms, () => void this.stop());
  }

  /** Ends it, whoever asks first. */
  stop(trouble?: unknown): Promise<void> {
    this.ending ??= this.end(trouble);
    return this.ending;
  }

  private async end(trouble: unknown): Promise<void> {
    this.left = true;
    this.screen.stop();
    await this.recording.stop().catch(() => {}); // what was kept is kept
    this.sending?.end();
    void this.awake?.then((lock) => lock?.release());
    this.onEnd(trouble);
  }
}

/** Why a take ended before its owner ended it, and what is left of it. */
export function whyCut(trouble: unknown, isKept: boolean): string {
  const name = trouble instanceof DOMException ? trouble.name : "";
  const why =
    name === "QuotaExceededError"
      ? _("Le téléphone n’a plus de place : la prise s’arrête là.")
      : _("L’enregistrement s’est arrêté tout seul.");
  const left = isKept
    ? _("Ce qui est filmé est gardé.")
    : _("Rien n’est gardé de cette prise : recommence.");
  return `${why} ${left}`;
}
