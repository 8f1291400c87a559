/** In which format this browser records. */
import type { Kind } from "./takes";

const FORMATS: Record<Kind, readonly string[]> = {
  video: [
    "video/mp4;codecs=avc1.42E01E,mp4a.40.2",
    "video/mp4",
    "video/webm;codecs=vp8,opus",
    "video/webm;codecs=vp9,opus",
    "video/webm",
  ],
  voice: ["audio/mp4;codecs=mp4a.40.2", "audio/mp4", "audio/webm;codecs=opus", "audio/webm"],
};

/** The first that it supports; the empty word leaves the choice to the browser. */
export function formatOf(kind: Kind, isSupported: (type: string) => boolean): string {
  return FORMATS[kind].find(isSupported) ?? "";
}

/** How a file of this type is named. */
export function fileNameOf(part: number, mimeType: string): string {
  const extension = mimeType.split(";")[0]?.split("/")[1] ?? "webm";
  return `prise-${part}.${extension}`;
}
