/** How fast bytes leave, over the last seconds, and how long the rest will take. */

const WINDOW_MS = 15_000;
/** Sooner than this, a guess would jump about. */
const SHORTEST_MS = 2_000;

export class Pace {
  private samples: { at_ms: number; bytes: number }[] = [];

  sent(bytes: number, at_ms: number): void {
    this.samples.push({ at_ms, bytes });
    this.samples = this.samples.filter((sample) => at_ms - sample.at_ms <= WINDOW_MS);
  }

  /** Forgets the past: the connection was cut, or paused. */
  reset(): void {
    this.samples = [];
  }

  /** Seconds until `total` bytes have left, or null while nothing honest can be said. */
  remaining_s(total: number): number | null {
    const first = this.samples[0];
    const last = this.samples[this.samples.length - 1];
    if (!first || !last || last.at_ms - first.at_ms < SHORTEST_MS || last.bytes <= first.bytes) {
      return null;
    }
    const bytesPerSecond = ((last.bytes - first.bytes) * 1000) / (last.at_ms - first.at_ms);
    return (total - last.bytes) / bytesPerSecond;
  }
}
