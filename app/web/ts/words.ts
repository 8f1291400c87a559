/** Numbers, sizes and durations written for people, in their language. */
import { _, LOCALE, ngettext } from "./french";

const decimal = new Intl.NumberFormat(LOCALE, { maximumFractionDigits: 1 });

/** « 12,4 Mo », in the decimal units that phones show. */
export function megabytes(bytes: number): string {
  const mega = bytes / 1_000_000;
  return mega >= 1000
    ? _("%(size)s\u00a0Go", { size: decimal.format(mega / 1000) })
    : _("%(size)s\u00a0Mo", { size: decimal.format(mega) });
}

/** « moins de 10 secondes », « environ 40 secondes », « environ 3 minutes »; coarse, so that it does not jump. */
export function roughly(seconds: number): string {
  if (seconds < 10) {
    return _("moins de 10 secondes");
  }
  if (seconds < 55) {
    return _("environ %(seconds)s secondes", { seconds: Math.ceil(seconds / 10) * 10 });
  }
  const minutes = Math.max(1, Math.round(seconds / 60));
  if (minutes < 60) {
    return ngettext("environ %(num)s minute", "environ %(num)s minutes", minutes);
  }
  const hours = Math.round(minutes / 60);
  return ngettext("environ %(num)s heure", "environ %(num)s heures", hours);
}

/** « 1:05 », as players write an instant. */
export function timecode(at_s: number): string {
  const whole_s = Math.floor(at_s);
  return `${Math.floor(whole_s / 60)}:${String(whole_s % 60).padStart(2, "0")}`;
}
