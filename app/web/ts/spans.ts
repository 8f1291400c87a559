/** Which parts of a video were really played; jumps in time are not. */

export type Span = [start_s: number, end_s: number];

/** Two looks at a playing video are at most this far apart, at double speed and on a slow phone. */
const LONGEST_STEP_S = 2;

export class SpanTracker {
  private pending: Span[] = [];
  private last: number | null = null;

  /** Tells where the video stands while it plays; a step back or too far forward is a jump. */
  played(at_s: number): void {
    const from = this.last;
    this.last = at_s;
    if (from === null || at_s <= from || at_s - from > LONGEST_STEP_S) {
      return;
    }
    const latest = this.pending[this.pending.length - 1];
    if (latest && latest[1] === from) {
      latest[1] = at_s;
    } else {
      this.pending.push([from, at_s]);
    }
  }

  /** Tells that the video stopped or jumped: what comes next is not the continuation. */
  interrupted(): void {
    this.last = null;
  }

  /** Whether something was played that nobody took. */
  get waiting(): boolean {
    return this.pending.length > 0;
  }

  /** Hands over the spans played since the last time, in seconds with two decimals. */
  take(): Span[] {
    const spans = this.pending.map(([start, end]): Span => [rounded(start), rounded(end)]);
    this.pending = [];
    return spans.filter(([start, end]) => end > start);
  }

  /** Takes back spans that could not be delivered. */
  putBack(spans: Span[]): void {
    this.pending = [...spans, ...this.pending];
  }
}

function rounded(seconds: number): number {
  return Math.round(seconds * 100) / 100;
}
