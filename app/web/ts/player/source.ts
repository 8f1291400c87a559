/** What a video is played from, as the server gives it for some minutes. */

export interface Chapter {
  start_s: number;
  title: string;
}

export interface Line {
  start_s: number;
  end_s: number;
  text: string;
}

export interface Source {
  hls: string | null;
  mp4: string | null;
  poster: string | null;
  captions: string | null;
  duration_s: number;
  /** How long the links live from when they were asked for, by the server's own clock. */
  life_s: number;
  sizes_bytes?: Record<string, number>;
  chapters?: Chapter[];
  transcript: Line[];
}

/** What the page itself knows before anything is asked; what is said stands in it as words. */
export type Known = Partial<Omit<Source, "transcript">>;

/** A source, and how long its links still live from `at_ms` of our own clock, which nobody sets. */
export interface Fresh extends Source {
  at_ms: number;
  life_ms: number;
}

export class Refused extends Error {
  constructor(readonly status: number) {
    super(`refused: ${status}`);
  }
}

export async function fetchSource(address: string): Promise<Fresh> {
  const at_ms = performance.now();
  const response = await fetch(address, {
    headers: { Accept: "application/json" },
    credentials: "same-origin",
    cache: "no-store",
  });
  if (!response.ok) {
    throw new Refused(response.status);
  }
  const source = (await response.json()) as Source;
  return { ...source, at_ms, life_ms: source.life_s * 1000 };
}

/** The source that the page came with, null where it has none; the page was asked for at the instant 0. */
export function ofPage({ hls, mp4, life_s, ...known }: Known): Fresh | null {
  if (!(hls || mp4) || !life_s) {
    return null;
  }
  const source = { poster: null, captions: null, duration_s: 0, ...known, hls: hls ?? null };
  return { ...source, mp4: mp4 ?? null, life_s, transcript: [], at_ms: 0, life_ms: life_s * 1000 };
}

/** How long links still live. */
export function left(fresh: Fresh): number {
  return fresh.at_ms + fresh.life_ms - performance.now();
}
