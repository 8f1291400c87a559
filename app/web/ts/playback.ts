/** Gives a `<video>` its stream: HLS by hls.js or by the browser itself, or else the one MP4. */
import { _ } from "./french";

export interface Source {
  hls: string | null;
  mp4: string | null;
  poster: string | null;
  captions: string | null;
  duration_s: number;
  expires_at: string;
}

/** hls.js would look for another quality, but the whole link is dead. */
const EXPIRED = new Set<number | null>([401, 403, 410]);

/** Called with the HTTP status of what failed, or null when the browser does not tell. */
type Trouble = (status: number | null) => void;

/** Starts loading at `from_s`; returns what undoes it. */
export async function attach(
  video: HTMLVideoElement,
  source: Source,
  from_s: number,
  trouble: Trouble,
): Promise<() => void> {
  if (source.poster && !video.poster) {
    video.poster = source.poster;
  }
  addCaptions(video, source.captions);
  if (source.hls && !playsHls(video)) {
    const detach = await attachHlsJs(video, source.hls, from_s, trouble);
    if (detach) {
      return detach;
    }
  }
  const address = source.hls && playsHls(video) ? source.hls : source.mp4;
  if (!address) {
    throw new Error("nothing that this browser plays");
  }
  return attachDirectly(video, address, from_s, trouble);
}

/** Apple's own player is the better one there, and needs no script; elsewhere the claim is not to be trusted. */
function playsHls(video: HTMLVideoElement): boolean {
  return (
    navigator.vendor.includes("Apple") && video.canPlayType("application/vnd.apple.mpegurl") !== ""
  );
}

async function attachHlsJs(
  video: HTMLVideoElement,
  address: string,
  from_s: number,
  trouble: Trouble,
): Promise<(() => void) | null> {
  const { default: Hls } = await import("hls.js");
  if (!Hls.isSupported()) {
    return null;
  }
  const hls = new Hls({
    enableWorker: false, // a worker from a blob is refused by our content policy
    capLevelToPlayerSize: true,
    startPosition: from_s,
  });
  let recovered = false;
  let told = false; // sound and picture fail together, for one reason
  hls.on(Hls.Events.ERROR, (_event, data) => {
    const status = data.response?.code ?? null;
    if (told || !(data.fatal || EXPIRED.has(status))) {
      return;
    }
    if (data.type === Hls.ErrorTypes.MEDIA_ERROR && !recovered) {
      recovered = true;
      hls.recoverMediaError();
    } else {
      told = true;
      hls.stopLoad();
      trouble(status);
    }
  });
  hls.loadSource(address);
  hls.attachMedia(video);
  return () => hls.destroy();
}

function attachDirectly(
  video: HTMLVideoElement,
  address: string,
  from_s: number,
  trouble: Trouble,
): () => void {
  const failed = () => trouble(null);
  const ready = () => {
    video.currentTime = from_s;
  };
  video.addEventListener("error", failed);
  if (from_s > 0) {
    video.addEventListener("loadedmetadata", ready, { once: true });
  }
  video.src = address;
  return () => {
    video.removeEventListener("error", failed);
    video.removeEventListener("loadedmetadata", ready);
    video.removeAttribute("src");
  };
}

function addCaptions(video: HTMLVideoElement, address: string | null): void {
  const known = video.querySelector<HTMLTrackElement>('track[kind="captions"]');
  if (!address) {
    return;
  }
  if (new URL(address, location.href).origin !== location.origin) {
    video.crossOrigin = "anonymous";
  }
  const track = known ?? document.createElement("track");
  track.kind = "captions";
  track.srclang = "fr";
  track.label = _("Français");
  track.default = true;
  if (!known) {
    track.src = address;
    video.append(track);
  }
}
