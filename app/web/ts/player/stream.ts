/** Gives a `<video>` its stream: HLS by hls.js or by the browser itself, or else the one MP4. */
import type Hls from "hls.js";
import { _ } from "../french";
import { Ahead, keeping, SOUND } from "./ahead";
import type { Quality } from "./costs";
import { beside, Links } from "./links";
import { type Fresh, left } from "./source";

/** hls.js would look for another quality, but the whole link is dead. */
const EXPIRED = new Set<number | null>([401, 403, 410]);
const LOADED = 2; // as HTMLTrackElement says it

/** How the person wants to play it. */
export interface Wish {
  from_s: number;
  quality: Quality;
  soundOnly: boolean;
}

export interface Stream {
  detach(): void;
  /** Follows a choice while playing; does nothing where there is no choice. */
  choose(quality: Quality): void;
  /** Whether it has to be asked for again before it plays on. */
  readonly isStale: boolean;
}

export interface Hooks {
  ask(): Promise<Fresh>;
  /** Called when the video has a new place for its media, as after an error: it is paused then. */
  attached(): void;
  /** Called with the HTTP status of what failed, or null when the browser does not tell. */
  trouble(status: number | null): void;
}

/** A stream whose first seconds come, and that plays nothing before it is given the video. */
export interface Prepared extends Stream {
  begin(): void;
}

/** Starts loading at `wish.from_s`; `prepared` is what was loaded of just this already. */
export async function attach(
  video: HTMLVideoElement,
  source: Fresh,
  wish: Wish,
  hooks: Hooks,
  prepared: Prepared | null,
): Promise<Stream> {
  if (source.poster && !video.poster && !wish.soundOnly) {
    video.poster = source.poster;
  }
  addCaptions(video, source.captions);
  const stream = prepared ?? (await prepare(video, source, wish, hooks));
  if (stream) {
    stream.begin();
    return stream;
  }
  const playlist = source.hls && wish.soundOnly ? beside(source.hls, SOUND) : source.hls;
  const address = playlist && playsHls(video) ? playlist : source.mp4;
  if (!address) {
    throw new Error("nothing that this browser plays");
  }
  return attachDirectly(video, address, source, wish.from_s, hooks);
}

/** Apple's own player is the better one there, and needs no script; elsewhere the claim is not to be trusted. */
export function playsHls(video: HTMLVideoElement): boolean {
  return (
    navigator.vendor.includes("Apple") && video.canPlayType("application/vnd.apple.mpegurl") !== ""
  );
}

/** Loads the first seconds for a video that may be played; null where the browser plays it by itself. */
export async function prepare(
  video: HTMLVideoElement,
  source: Fresh,
  wish: Wish,
  hooks: Hooks,
): Promise<Prepared | null> {
  if (!source.hls || playsHls(video)) {
    return null;
  }
  const ahead = new Ahead(source, wish);
  const { default: HlsJs, FetchLoader } = await import("./hls");
  if (!HlsJs.isSupported()) {
    return null;
  }
  const links = new Links(source, hooks.ask, () => stillFetches(video));
  const hls = new HlsJs({
    enableWorker: false, // a worker from a blob is refused by our content policy
    enableWebVTT: false, // captions are a track of the page, which stays when the stream changes
    enableCEA708Captions: false,
    capLevelToPlayerSize: true,
    startPosition: wish.from_s,
    // To measure the line, the first seconds would be fetched once, thrown away, and fetched again.
    testBandwidth: false,
    startFragPrefetch: true, // and nothing after them before the video is there
    // The voice comes first: a better picture follows while it plays.
    ...(wish.quality !== "best" && { startLevel: 0 }),
    // Chromium's cache now and then cuts a range short that it was asked for twice.
    loader: FetchLoader,
    pLoader: keeping(FetchLoader, ahead, links),
    fetchSetup: async ({ url }, asked: RequestInit) =>
      new Request(await links.current(url), { ...asked, cache: "no-store" }),
  });
  watch(hls, HlsJs, hooks);
  hls.on(HlsJs.Events.MEDIA_ATTACHED, hooks.attached);
  if (wish.quality !== "auto") {
    hls.once(HlsJs.Events.MANIFEST_PARSED, () => choose(hls, wish.quality));
  }
  hls.loadSource(wish.soundOnly ? beside(source.hls, SOUND) : source.hls);
  return {
    begin: () => hls.attachMedia(video),
    detach: () => {
      links.stop();
      hls.destroy();
    },
    choose: (quality) => choose(hls, quality),
    isStale: false, // links renew themselves
  };
}

function watch(hls: Hls, HlsJs: typeof Hls, hooks: Hooks): void {
  let recovered = false;
  let told = false; // sound and picture fail together, for one reason
  hls.on(HlsJs.Events.ERROR, (_event, data) => {
    const status = data.response?.code ?? null;
    if (told || !(data.fatal || EXPIRED.has(status))) {
      return;
    }
    if (data.type === HlsJs.ErrorTypes.MEDIA_ERROR && !recovered) {
      recovered = true;
      hls.recoverMediaError();
    } else {
      told = true;
      hls.stopLoad();
      hooks.trouble(status);
    }
  });
}

/** A smaller picture comes after what is loaded already, which costs nothing more; a better one at once. */
function choose(hls: Hls, quality: Quality): void {
  if (quality === "best") {
    hls.nextLevel = hls.levels.length - 1;
  } else {
    hls.loadLevel = quality === "low" ? 0 : -1;
  }
}

/** Whether a video that plays has more to fetch: one that is there whole, or waits, needs no new links. */
function stillFetches(video: HTMLVideoElement): boolean {
  const { buffered, duration, paused } = video;
  const end_s = buffered.length > 0 ? buffered.end(buffered.length - 1) : 0;
  return !paused && !(end_s >= duration - 0.5);
}

function attachDirectly(
  video: HTMLVideoElement,
  address: string,
  source: Fresh,
  from_s: number,
  hooks: Hooks,
): Stream {
  const failed = () => hooks.trouble(null);
  const ready = () => {
    video.currentTime = from_s;
  };
  video.addEventListener("error", failed);
  if (from_s > 0) {
    video.addEventListener("loadedmetadata", ready, { once: true });
  }
  video.src = address;
  return {
    detach: () => {
      video.removeEventListener("error", failed);
      video.removeEventListener("loadedmetadata", ready);
      video.removeAttribute("src");
    },
    choose: () => {},
    get isStale() {
      return left(source) <= 0;
    },
  };
}

function addCaptions(video: HTMLVideoElement, address: string | null): void {
  if (!address) {
    return;
  }
  if (new URL(address, location.href).origin !== location.origin) {
    video.crossOrigin = "anonymous";
  }
  const known = video.querySelector<HTMLTrackElement>('track[kind="captions"]');
  const track = known ?? document.createElement("track");
  track.kind = "captions";
  track.srclang = "fr";
  track.label = _("Français");
  if (track.readyState !== LOADED) {
    track.src = address; // that of the page may have ended before the first play
  }
  if (!known) {
    track.default = true;
    video.append(track);
  }
}
