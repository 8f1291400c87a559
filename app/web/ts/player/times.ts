/** Instants and lengths of a video, for eyes and for ears. */
import { _, ngettext } from "../french";

/** « 12 secondes », « 1 minute 5 ». */
export function spoken(length_s: number): string {
  const whole_s = Math.floor(length_s);
  const minutes = Math.floor(whole_s / 60);
  const seconds = whole_s % 60;
  if (minutes === 0) {
    return ngettext("%(num)s seconde", "%(num)s secondes", seconds);
  }
  const said = ngettext("%(num)s minute", "%(num)s minutes", minutes);
  return seconds === 0 ? said : `${said} ${seconds}`;
}

/** « 12 secondes sur 1 minute 5 ». */
export function position(at_s: number, duration_s: number): string {
  return _("%(at)s sur %(total)s", { at: spoken(at_s), total: spoken(duration_s) });
}

/** The last of several beginnings, in order, that is not after this second; -1 before the first. */
export function indexAt(starts_s: readonly number[], at_s: number): number {
  let low = 0;
  let high = starts_s.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((starts_s[middle] ?? 0) <= at_s) {
      low = middle + 1;
    } else {
      high = middle;
    }
  }
  return low - 1;
}
