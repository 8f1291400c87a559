/** A text cut into what one says in a breath. */

const BREATH_WORDS = 12;
/** A sentence with what ends it; a look-behind would be shorter, and is an error to older iPhones. */
const SENTENCE = /[^.!?…\n]+[.!?…]*/gu;

/** Sentences first; a long one is cut at its commas, or after twelve words. */
export function phrasesOf(text: string): string[] {
  return (text.match(SENTENCE) ?? [])
    .flatMap((sentence) => cut(sentence.trim()))
    .filter((phrase) => phrase !== "");
}

function cut(sentence: string): string[] {
  const phrases: string[] = [];
  let phrase: string[] = [];
  for (const word of sentence.split(/\s+/u)) {
    phrase.push(word);
    const breathes = /[,;:]$/u.test(word) && phrase.length >= BREATH_WORDS / 2;
    if (breathes || phrase.length === BREATH_WORDS) {
      phrases.push(phrase.join(" "));
      phrase = [];
    }
  }
  return [...phrases, phrase.join(" ")];
}
