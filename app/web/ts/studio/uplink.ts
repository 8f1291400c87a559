/** How fast bytes leave this phone, measured with bytes that nobody keeps. */
import { timeout } from "../http";

const PROBES_BYTES = [32 * 1024, 128 * 1024];
/** Longer than this, the first probe has said enough. */
const SLOW_MS = 1_000;
const GIVES_UP_MS = 6_000;

/** Kilobits a second for so many bytes in so long. */
export function rateOf(bytes: number, elapsed_ms: number): number {
  return Math.round((bytes * 8) / Math.max(1, elapsed_ms));
}

/** Kilobits a second, null when the connection gives no answer in time. */
export async function measureUplink(address: string, csrf: string): Promise<number | null> {
  let rate_kbps: number | null = null;
  for (const bytes of PROBES_BYTES) {
    const started_ms = performance.now();
    try {
      const answer = await fetch(address, {
        method: "POST",
        headers: { "Content-Type": "application/octet-stream", "X-CSRF-Token": csrf },
        body: new Uint8Array(bytes),
        credentials: "same-origin",
        signal: timeout(GIVES_UP_MS),
      });
      if (!answer.ok) {
        return rate_kbps;
      }
    } catch {
      return rate_kbps;
    }
    const elapsed_ms = performance.now() - started_ms;
    rate_kbps = rateOf(bytes, elapsed_ms);
    if (elapsed_ms > SLOW_MS) {
      break;
    }
  }
  return rate_kbps;
}
