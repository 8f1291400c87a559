/** Playlists that are fetched while what reads them is still on its way; each is handed over once. */
import type { FetchLoader, HlsConfig } from "hls.js";
import { timeout } from "../http";
import { smallest } from "./costs";
import { beside, type Links } from "./links";
import type { Fresh } from "./source";
import type { Wish } from "./stream";

type PlaylistLoader = NonNullable<HlsConfig["pLoader"]>;

export const SOUND = "audio.m3u8";
/** A line that stalls after a hand came near is not waited for: who needs it asks again. */
const READ_MAX_MS = 4_000;

export class Ahead {
  private readonly texts = new Map<string, Promise<string | null>>();

  /** Asks for all that stands between a press and the first sound: what fails is asked again by who needs it. */
  constructor({ hls, sizes_bytes = {} }: Fresh, { soundOnly, quality }: Wish) {
    if (!hls) {
      return;
    }
    const picture = quality === "best" ? "" : smallest(sizes_bytes);
    const pictured = [hls, ...(picture ? [beside(hls, `${picture}.m3u8`)] : [])];
    for (const address of [...(soundOnly ? [] : pictured), beside(hls, SOUND)]) {
      this.texts.set(whole(address), read(address));
    }
  }

  take(address: string): Promise<string | null> | undefined {
    const text = this.texts.get(whole(address));
    this.texts.delete(whole(address));
    return text;
  }
}

/** A loader of playlists that takes those that were asked for already, as long as their links are the newest. */
export function keeping(Loader: typeof FetchLoader, ahead: Ahead, links: Links): PlaylistLoader {
  const Keeping = class extends Loader {
    protected override loadInternal(): void {
      const { context } = this;
      const kept = context && ahead.take(context.url);
      if (kept) {
        void this.hand(kept, context);
      } else {
        super.loadInternal();
      }
    }

    private async hand(kept: Promise<string | null>, context: { url: string }): Promise<void> {
      const isNewest = (await links.current(context.url)) === context.url;
      const data = isNewest ? await kept : null;
      if (!this.context) {
        return; // nobody waits any more
      }
      if (data === null) {
        super.loadInternal();
        return;
      }
      this.stats.loading.first = this.stats.loading.end = performance.now();
      this.callbacks?.onSuccess(
        { url: context.url, data, code: 200 },
        this.stats,
        this.context,
        null,
      );
    }
  };
  return Keeping as unknown as PlaylistLoader; // hls.js says less of its own loader than it takes
}

async function read(address: string): Promise<string | null> {
  try {
    const response = await fetch(address, {
      cache: "no-store",
      signal: timeout(READ_MAX_MS),
    });
    return response.ok ? await response.text() : null;
  } catch {
    return null;
  }
}

function whole(address: string): string {
  return new URL(address, location.href).href;
}
