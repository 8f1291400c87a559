/** French for people, marked where it stands as in the templates: Babel finds it by these two names. */

type Values = Record<string, string | number>;

/** A sentence, its `%(name)s` filled; a literal `%` is written `%%`. */
export function _(sentence: string, values: Values = {}): string {
  return sentence.replace(/%%|%\((\w+)\)s/g, (blank, name: string) =>
    blank === "%%" ? "%" : String(values[name] ?? blank),
  );
}

/** A sentence about `%(num)s` things; in French, none is one. */
export function ngettext(one: string, many: string, num: number, values: Values = {}): string {
  return _(num < 2 ? one : many, { num, ...values });
}
