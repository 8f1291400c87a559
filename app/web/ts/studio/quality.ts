/** How large a film may be for the connection that will carry it. */
import type { Kind } from "./takes";

export interface Quality {
  height_px: number;
  width_px: number;
  video_bps: number;
  audio_bps: number;
}

const AUDIO_BPS = 64_000;
const VOICE: Quality = { height_px: 0, width_px: 0, video_bps: 0, audio_bps: AUDIO_BPS };
/** Below this uplink, in kilobits a second, a film is made small. */
export const SLOW_KBPS = 300;
/** From the smallest uplink that carries a minute of it in less than two. */
const LADDER: [uplink_kbps: number, quality: Quality][] = [
  [0, { width_px: 480, height_px: 360, video_bps: 286_000, audio_bps: AUDIO_BPS }],
  [SLOW_KBPS, { width_px: 854, height_px: 480, video_bps: 536_000, audio_bps: AUDIO_BPS }],
  [2_000, { width_px: 1280, height_px: 720, video_bps: 1_536_000, audio_bps: AUDIO_BPS }],
];
const PLAIN = 1;

/**
 * `uplink_kbps` is null when it could not be measured: then, and where each byte costs money, 480p at 600 kbit/s,
 * or less.
 */
export function qualityFor(
  kind: Kind,
  uplink_kbps: number | null,
  metered: boolean | null,
): Quality {
  if (kind === "voice") {
    return VOICE;
  }
  const carried = LADDER.filter(([least]) => least <= (uplink_kbps ?? SLOW_KBPS)).length - 1;
  const step = LADDER[metered === true ? Math.min(carried, PLAIN) : carried] ?? LADDER[0];
  return (step as (typeof LADDER)[number])[1];
}

/** What a minute of it costs, in bytes. */
export function bytesAMinute(quality: Quality): number {
  return ((quality.video_bps + quality.audio_bps) * 60) / 8;
}
