/** What playing costs of a data plan, in words, and what a smaller picture or none would save. */
import { _ } from "../french";
import { megabytes } from "../words";

export type Quality = "auto" | "low" | "best";

/** Media by their names, `720p` or `audio`; `video` is the one MP4 of those without script. */
export type Sizes = Record<string, number>;

const PICTURE = /^(\d+)p$/;
const SMALL = "360p";

/** The pictures that there are, the smallest first. */
export function pictures(sizes: Sizes): string[] {
  const height = (name: string) => Number(PICTURE.exec(name)?.[1] ?? 0);
  return Object.keys(sizes)
    .filter((name) => PICTURE.test(name))
    .sort((one, other) => height(one) - height(other));
}

export function hasChoice(sizes: Sizes): boolean {
  return pictures(sizes).length > 1;
}

/** Whether the sound of a picture can be played without it. */
export function hasSoundAlone(sizes: Sizes): boolean {
  return pictures(sizes).length > 0 && "audio" in sizes;
}

export function smallest(sizes: Sizes): string {
  return SMALL in sizes ? SMALL : (pictures(sizes)[0] ?? "");
}

/** All of it, in the best picture with its sound. */
export function whole_bytes(sizes: Sizes): number {
  return of(sizes, pictures(sizes).pop());
}

/** « 9 Mo en entier », or « Environ 3 Mo au lieu de 9 Mo ». */
export function cost(sizes: Sizes, quality: Quality, soundOnly: boolean): string {
  const whole = whole_bytes(sizes);
  if (whole === 0) {
    return "";
  }
  const chosen = soundOnly
    ? (sizes.audio ?? 0)
    : quality === "low"
      ? of(sizes, smallest(sizes))
      : whole;
  return chosen < whole
    ? _("Environ %(less)s au lieu de %(whole)s", {
        less: megabytes(chosen),
        whole: megabytes(whole),
      })
    : _("%(whole)s en entier", { whole: megabytes(whole) });
}

function of(sizes: Sizes, picture: string | undefined): number {
  return (sizes[picture ?? ""] ?? 0) + (sizes.audio ?? 0);
}

/** Whether the person has asked the device to save data. */
export function wantsLess(): boolean {
  const { connection } = navigator as Navigator & { connection?: { saveData?: boolean } };
  return connection?.saveData === true;
}
