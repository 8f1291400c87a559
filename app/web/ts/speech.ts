/** How long a text lasts when it is said aloud. */

/** Source: usual pace of someone who speaks to a camera without hurrying, 120 to 140 words a minute. */
const WORDS_PER_MINUTE = 130;

export function countWords(text: string): number {
  return text
    .trim()
    .split(/\s+/u)
    .filter((word) => /[\p{L}\p{N}]/u.test(word)).length;
}

export function speechSeconds(words: number): number {
  return Math.round((words / WORDS_PER_MINUTE) * 60);
}
