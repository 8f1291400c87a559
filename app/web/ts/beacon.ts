/** Tells the server what was watched: `<div data-visavis-player data-viewing="/lectures" data-profile="slug">`. */
import { postJson } from "./http";
import { type Span, SpanTracker } from "./spans";

const BEAT_MS = 5000;
/** What the document is told once the view counts. */
export const QUALIFIED = "visavis:qualified";

interface Viewing {
  id: string;
  token: string;
}

export function bind(element: HTMLElement): void {
  const video = element.querySelector("video");
  const { viewing, profile } = element.dataset;
  if (video && viewing && profile) {
    new Beacon(video, viewing, profile).listen();
  }
}

class Beacon {
  private readonly tracker = new SpanTracker();
  private viewing: Viewing | null = null;
  private opening = false;
  private timer: number | undefined;

  constructor(
    private readonly video: HTMLVideoElement,
    private readonly endpoint: string,
    private readonly profile: string,
  ) {}

  listen(): void {
    this.video.addEventListener("playing", () => this.started());
    this.video.addEventListener("timeupdate", () => this.moved());
    this.video.addEventListener("pause", () => this.stopped());
    this.video.addEventListener("ended", () => this.stopped());
    for (const jump of ["seeking", "waiting", "emptied"]) {
      this.video.addEventListener(jump, () => this.tracker.interrupted());
    }
    window.addEventListener("pagehide", () => this.beat());
  }

  private started(): void {
    this.tracker.interrupted();
    this.tracker.played(this.video.currentTime);
    this.timer ??= window.setInterval(() => this.beat(), BEAT_MS); // jumps do not put the beat off
    if (!this.viewing) {
      void this.open();
    }
  }

  private moved(): void {
    if (!this.video.paused && !this.video.seeking) {
      this.tracker.played(this.video.currentTime);
    }
  }

  private stopped(): void {
    if (!this.video.seeking) {
      this.tracker.played(this.video.currentTime);
    }
    this.tracker.interrupted();
    window.clearInterval(this.timer);
    this.timer = undefined;
    this.beat();
  }

  private async open(): Promise<void> {
    if (this.opening) {
      return;
    }
    this.opening = true;
    try {
      const response = await postJson(this.endpoint, { profile: this.profile });
      this.viewing = response.ok ? ((await response.json()) as Viewing) : null;
    } catch {
      this.viewing = null; // the next beat tries again; what is played meanwhile is kept
    } finally {
      this.opening = false;
    }
  }

  private beat(): void {
    if (!this.tracker.waiting) {
      return;
    }
    if (this.viewing) {
      void this.send(this.viewing, this.tracker.take());
    } else {
      void this.open();
    }
  }

  private async send(viewing: Viewing, spans: Span[]): Promise<void> {
    if (spans.length === 0) {
      return; // shorter than a hundredth of a second
    }
    try {
      const url = `${this.endpoint}/${viewing.id}/battements`;
      const response = await postJson(url, { token: viewing.token, spans }, true);
      if (response.status >= 500) {
        this.tracker.putBack(spans);
      } else if (response.ok) {
        await tellWhenQualified(response);
      }
    } catch {
      this.tracker.putBack(spans);
    }
  }
}

async function tellWhenQualified(response: Response): Promise<void> {
  const credited = (await response.json().catch(() => ({}))) as { qualified?: boolean };
  if (credited.qualified) {
    document.dispatchEvent(new Event(QUALIFIED));
  }
}
