/**
 * How fast bytes arrive, and how long the rest will take.  Only what the server has confirmed counts: a phone
 * takes a megabyte from the page at once, and carries it for half a minute.
 */

const WINDOW_MS = 15_000;
/** Sooner than this, a guess would jump about. */
const SHORTEST_MS = 2_000;

export class Pace {
  private points: { at_ms: number; bytes: number }[] = [];

  /** Notes that so many bytes of the whole have arrived. */
  arrived(bytes: number, at_ms: number): void {
    const before = this.points[this.points.length - 1];
    this.points = this.points.filter(
      (point) => point === before || at_ms - point.at_ms <= WINDOW_MS,
    );
    this.points.push({ at_ms, bytes });
  }

  /** Forgets the past: the connection was cut, or paused. */
  reset(): void {
    this.points = [];
  }

  /**
   * Seconds until `total` bytes have arrived, or null while nothing honest can be said.  `sent` bytes have left the
   * page: when they are late, the rest still takes its time after them.
   */
  remaining_s(total: number, sent: number, at_ms: number): number | null {
    const first = this.points[0];
    const last = this.points[this.points.length - 1];
    if (!first || !last || last.at_ms - first.at_ms < SHORTEST_MS || last.bytes <= first.bytes) {
      return null;
    }
    const bytesPerSecond = ((last.bytes - first.bytes) * 1000) / (last.at_ms - first.at_ms);
    const since_s = (at_ms - last.at_ms) / 1000;
    return Math.max(
      (total - last.bytes) / bytesPerSecond - since_s,
      (total - sent) / bytesPerSecond,
    );
  }
}
