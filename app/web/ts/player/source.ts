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
  expires_at: string;
  sizes_bytes?: Record<string, number>;
  chapters?: Chapter[];
  transcript: Line[];
}

/** What the page itself knows before anything is asked. */
export type Known = Partial<Pick<Source, "duration_s" | "sizes_bytes" | "chapters">>;

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
  return { ...source, at_ms, life_ms: life(source.expires_at, response.headers.get("Date")) };
}

/** By the server's own clock: that of a phone may be wrong by hours. */
function life(expires_at: string, said_at: string | null): number {
  const from_ms = said_at ? Date.parse(said_at) : Date.now();
  return Math.max(0, Date.parse(expires_at) - from_ms);
}

/** How long links still live. */
export function left(fresh: Fresh): number {
  return fresh.at_ms + fresh.life_ms - performance.now();
}
