/** Keeps the links of an HLS stream young: each request goes out with the newest link to its file. */
import { type Fresh, left } from "./source";

/** What is asked within this time of the end waits for new links: a phone's line may take that long. */
const TOO_OLD_MS = 1500;
/** New links are fetched this long before the old ones end, or after half of a short life. */
const EARLY_MS = 30_000;
const PLAYLIST = /^[a-z0-9]+\.m3u8$/;
const HEAD = /#EXT-X-MAP:URI="([^"]+)"/;

export class Links {
  private readonly media = new Map<string, string>();
  private readonly playlists = new Set<string>();
  private renewing: Promise<void> | null = null;
  private timer: number | undefined;
  private stopped = false;

  /** `needed` tells whether anything will still be fetched; without it nothing is renewed ahead of time. */
  constructor(
    private source: Fresh,
    private readonly ask: () => Promise<Fresh>,
    private readonly needed: () => boolean,
  ) {
    this.plan();
  }

  /** The address by which a file is to be fetched now, whatever address a playlist gave it. */
  async current(address: string): Promise<string> {
    if (left(this.source) < Math.min(TOO_OLD_MS, this.source.life_ms / 4)) {
      await this.renew();
    }
    const name = nameOf(address);
    if (PLAYLIST.test(name)) {
      this.playlists.add(name);
      return beside(this.source.hls ?? address, name);
    }
    return this.media.get(name) ?? address;
  }

  stop(): void {
    this.stopped = true;
    window.clearTimeout(this.timer);
  }

  /** Fetches new links, once for all who wait; where that fails, the old ones will be refused and said to be. */
  private renew(): Promise<void> {
    this.renewing ??= this.fetchLinks()
      .catch(() => {})
      .finally(() => {
        this.renewing = null;
        this.plan();
      });
    return this.renewing;
  }

  private async fetchLinks(): Promise<void> {
    const fresh = await this.ask();
    const { hls } = fresh;
    if (!hls) {
      return;
    }
    const named = [...this.playlists].filter((name) => name !== nameOf(hls));
    const links = await Promise.all(named.map((name) => linkIn(beside(hls, name))));
    for (const link of links) {
      this.media.set(nameOf(link), link);
    }
    this.source = fresh;
  }

  private plan(): void {
    window.clearTimeout(this.timer);
    if (this.stopped) {
      return; // while new links were on their way
    }
    const early_ms = Math.min(EARLY_MS, this.source.life_ms / 2);
    const wait_ms = Math.max(this.source.life_ms / 10, left(this.source) - early_ms);
    this.timer = window.setTimeout(() => (this.needed() ? this.renew() : this.plan()), wait_ms);
  }
}

/** The one media file of a rendition, by the link that its playlist gives. */
async function linkIn(playlist: string): Promise<string> {
  const response = await fetch(playlist, { cache: "no-store" });
  const found = response.ok ? HEAD.exec(await response.text()) : null;
  if (!found?.[1]) {
    throw new Error("a playlist without its media");
  }
  return found[1];
}

export function nameOf(address: string): string {
  return new URL(address, location.href).pathname.split("/").pop() ?? "";
}

export function beside(address: string, name: string): string {
  return address.replace(/[^/]+$/, name);
}
