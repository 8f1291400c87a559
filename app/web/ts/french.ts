/**
 * French for people, marked where it stands as in the templates: Babel finds it by these two names.
 * A page in another language brings what its scripts say (base.html); French is its own translation.
 */

type Values = Record<string, string | number>;
type Translations = Record<string, string | [one: string, many: string]>;

const translations = readTranslations();
const isFrench = (globalThis.document?.documentElement?.lang || "fr") === "fr";

/** The locale of numbers on this page. */
export const LOCALE = isFrench ? "fr-FR" : "en-GB";

/** A sentence, its `%(name)s` filled; a literal `%` is written `%%`. */
export function _(sentence: string, values: Values = {}): string {
  const said = translations[sentence];
  return fill(typeof said === "string" ? said : tied(sentence), values);
}

/** A sentence about `%(num)s` things; in French, none is one. */
export function ngettext(one: string, many: string, num: number, values: Values = {}): string {
  const said = translations[one];
  const [single, several] = typeof said === "object" ? said : [tied(one), tied(many)];
  return fill((isFrench ? num < 2 : num === 1) ? single : several, { num, ...values });
}

const SIGN = / (?=[;:!?»](?![\p{L}\d_/]))/gu;
const NUMBER =
  /(\d|\)s) (?=(?:[kMG]o|octets|[cmk]?m|h|min|s|mois|(?:an|jour|heure|minute|seconde)s?)(?![\p{L}\d_’])|%(?!\()|€)|(\d) (?=\d{3}(?![\p{L}\d_]))/gu;

/** A French sentence with spaces at which no line breaks, as app/words.py sets those of pages. */
function tied(sentence: string): string {
  return sentence
    .replace(SIGN, "\u00a0")
    .replace(/(«) /g, "$1\u00a0")
    .replace(NUMBER, "$1$2\u00a0");
}

function readTranslations(): Translations {
  // Tests of single functions have no page.
  const words = globalThis.document?.getElementById("visavis-words")?.textContent;
  return words ? JSON.parse(words) : {};
}

function fill(sentence: string, values: Values): string {
  return sentence.replace(/%%|%\((\w+)\)s/g, (blank, name: string) =>
    blank === "%%" ? "%" : String(values[name] ?? blank),
  );
}
