/** What is still only on this phone, in words. */
import { ngettext } from "../french";
import { megabytes } from "../words";
import { sizeOf } from "./choice";
import type { Take } from "./takes";

export function keptSentence(takes: Take[]): string {
  return ngettext(
    "Une prise est seulement sur ce téléphone (%(size)s).",
    "%(num)s prises sont seulement sur ce téléphone (%(size)s).",
    takes.length,
    { size: megabytes(sizeOf(takes)) },
  );
}
