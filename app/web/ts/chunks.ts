/** How much goes in one request: as much as the line carries in a few seconds, so that little is in doubt. */

const SMALLEST_BYTES = 128 * 1024;
const LARGEST_BYTES = 16 * 1024 * 1024;
const QUICK_MS = 3_000;
const SLOW_MS = 10_000;

export class Chunks {
  bytes = SMALLEST_BYTES;

  /** Learns from a chunk that took so long. */
  took(duration_ms: number): void {
    if (duration_ms < QUICK_MS) {
      this.bytes = Math.min(this.bytes * 2, LARGEST_BYTES);
    } else if (duration_ms > SLOW_MS) {
      this.bytes = Math.max(this.bytes / 2, SMALLEST_BYTES);
    }
  }

  /** The line was cut: nobody knows what the next one carries. */
  reset(): void {
    this.bytes = SMALLEST_BYTES;
  }
}
