import { expect, test } from "vitest";
import { fingerprint } from "./fingerprint";
import { _, ngettext } from "./french";
import { isNoVideo, refusalOf } from "./refusals";
import { countWords, speechSeconds } from "./speech";
import { megabytes, roughly } from "./words";

const GIGA = 1_000_000_000;

test("sizes are those that phones show", () => {
  expect(megabytes(12_400_000)).toBe("12,4\u00a0Mo");
  expect(megabytes(GIGA)).toBe("1\u00a0Go");
});

test.each([
  [3, "moins de 10\u00a0secondes"],
  [31, "environ 40\u00a0secondes"],
  [58, "environ 1\u00a0minute"],
  [170, "environ 3\u00a0minutes"],
  [7000, "environ 2\u00a0heures"],
])("%d seconds are told roughly", (seconds, words) => {
  expect(roughly(seconds)).toBe(words);
});

// As tests/kernel/test_words.py has them: pages and their scripts are set alike.
test.each([
  ["C’est fait : rien ne reste ; vraiment ?", "C’est fait_: rien ne reste_; vraiment_?"],
  ["Touche « Reprendre » !", "Touche «_Reprendre_»_!"],
  ["De 30 à 90 secondes, 1 000 profils, 20 km", "De 30 à 90_secondes, 1_000 profils, 20_km"],
  ["%(size)s Mo, %(radius)s km", "%(size)s_Mo, %(radius)s_km"],
  ["À 12:30 sur https://a.test/?b=c ?", "À 12:30 sur https://a.test/?b=c_?"],
  ["%(name)s vous écrit, %(days)s jours", "%(name)s vous écrit, %(days)s_jours"],
  ["Un mois, 6 mois, %(n)s mois, 18 ans", "Un mois, 6_mois, %(n)s_mois, 18_ans"],
  ["%(count)s m’attendent, 5 s’affichent", "%(count)s m’attendent, 5 s’affichent"],
  ["Ouvrir /candidats ?mots=vente, 3 mots", "Ouvrir /candidats ?mots=vente, 3 mots"],
])("« %s » breaks nowhere that French does not allow", (written, read) => {
  expect(_(written)).toBe(read.replaceAll("_", "\u00a0"));
  expect(ngettext(written, written, 1)).toBe(read.replaceAll("_", "\u00a0"));
});

test("words are counted as they are said, not as dashes", () => {
  expect(countWords("  Je m’appelle Lina – j’ai 17 ans. ")).toBe(6);
  expect(countWords("")).toBe(0);
  expect(speechSeconds(130)).toBe(60);
});

test.each([413, 415, 507, 401, 423, 500])(
  "status %d says what is kept and what to do",
  (status) => {
    const { sentence } = refusalOf(status, true, GIGA);
    expect(sentence).toMatch(/gardé|trop lourde/);
    expect(sentence).toMatch(/Choisis|Réessaie|Touche|Reconnecte|Ferme/);
  },
);

test.each([
  [401, false],
  [423, false],
  [507, false],
  [404, true],
  [413, true],
  [415, true],
])("status %d keeps nothing: %s", (status, nothing) => {
  expect(refusalOf(status, true, GIGA).final ?? false).toBe(nothing);
});

test.each(["image/jpeg", "application/pdf", "text/plain", "audio/mpeg"])(
  "%s is no video",
  (type) => {
    expect(isNoVideo(type)).toBe(true);
  },
);

test.each(["video/mp4", "video/quicktime", "video/x-matroska", "application/octet-stream", ""])(
  "« %s » may be a video",
  (type) => {
    expect(isNoVideo(type)).toBe(false);
  },
);

test("without a network the upload will go on by itself", () => {
  const refusal = refusalOf(null, false, GIGA);
  expect(refusal.resumable).toBe(true);
  expect(refusal.sentence).toContain("reprend tout seul");
});

test("a file is recognised under another name, and only for the same account", async () => {
  const first = new File(["the same bytes"], "a.mp4", { lastModified: 1 });
  const again = new File(["the same bytes"], "b.mov", { lastModified: 2 });
  const other = new File(["the samE bytes"], "a.mp4", { lastModified: 1 });
  expect(await fingerprint(first, "lina")).toBe(await fingerprint(again, "lina"));
  expect(await fingerprint(first, "lina")).not.toBe(await fingerprint(first, "sam"));
  expect(await fingerprint(first, "lina")).not.toBe(await fingerprint(other, "lina"));
});

test("a sentence is filled with its values and keeps what has none", () => {
  expect(_("%(percent)s\u00a0%% de %(size)s", { percent: 40, size: "12\u00a0Mo" })).toBe(
    "40\u00a0% de 12\u00a0Mo",
  );
  expect(_("Bonjour %(name)s")).toBe("Bonjour %(name)s");
});

test.each([
  [0, "0 signe"],
  [1, "1 signe"],
  [2, "2 signes"],
])("%d is counted as French counts", (count, words) => {
  expect(ngettext("%(num)s signe", "%(num)s signes", count)).toBe(words);
});
