import { expect, test } from "vitest";
import { inAppOf, realBrowserAddress } from "../in-app";
import { isMetered } from "../link";
import { brightnessOf, lightAdvice, loudnessOf, soundAdvice } from "./checks";
import { choose, chosenOf, filmedLength_s, nextPart, room_ms } from "./choice";
import { fileNameOf, formatOf } from "./formats";
import { Growing } from "./growing";
import { phrasesOf } from "./phrases";
import { shareSaid } from "./prompter";
import { bytesAMinute, qualityFor } from "./quality";
import { newTake, type Take } from "./takes";
import { rateOf } from "./uplink";

function take(part: number, duration_ms = 20_000, kind: Take["kind"] = "video"): Take {
  return { ...newTake("lina", kind, part), duration_ms };
}

test("a take that a call interrupted says nothing of its length", () => {
  expect(filmedLength_s(take(1, 12_500))).toBe(12.5);
  expect(filmedLength_s({ ...take(1, 12_500), interrupted: true })).toBeNull();
});

test("phones that make MP4 make MP4, the others WebM, and one that says nothing decides itself", () => {
  expect(formatOf("video", () => true)).toBe("video/mp4;codecs=avc1.42E01E,mp4a.40.2");
  expect(formatOf("video", (type) => type.includes("webm"))).toBe("video/webm;codecs=vp8,opus");
  expect(formatOf("voice", (type) => type.startsWith("audio/webm"))).toBe("audio/webm;codecs=opus");
  expect(formatOf("video", () => false)).toBe("");
});

test("a take is named by its part and its kind of file", () => {
  expect(fileNameOf(2, "video/mp4;codecs=avc1")).toBe("prise-2.mp4");
  expect(fileNameOf(0, "")).toBe("prise-0.webm");
});

test("a film is as large as its connection carries, and 480p where each byte costs", () => {
  expect(qualityFor("video", 5_000, false).height_px).toBe(720);
  expect(qualityFor("video", 5_000, null).height_px).toBe(720);
  expect(qualityFor("video", 5_000, true).height_px).toBe(480);
  expect(qualityFor("video", null, null).height_px).toBe(480);
  expect(qualityFor("video", 150, true).height_px).toBe(360);
});

test("480p costs four and a half megabytes a minute, a voice half of one", () => {
  expect(bytesAMinute(qualityFor("video", null, true))).toBe(4_500_000);
  expect(bytesAMinute(qualityFor("voice", 9_000, false))).toBe(480_000);
});

test("mobile data and data saver are metered, Wi-Fi is not, and silence is not known", () => {
  expect(isMetered({ type: "cellular" })).toBe(true);
  expect(isMetered({ type: "wifi", saveData: true })).toBe(true);
  expect(isMetered({ type: "wifi" })).toBe(false);
  expect(isMetered({})).toBeNull();
});

test("the uplink is said in kilobits a second", () => {
  expect(rateOf(125_000, 1_000)).toBe(1_000);
  expect(rateOf(32_768, 0)).toBe(262_144);
});

test("a dark room, a dazzling one and a good one are told apart", () => {
  const grey = (level: number) => new Uint8ClampedArray([level, level, level, 255]);
  expect(brightnessOf(grey(40))).toBeCloseTo(40);
  expect(lightAdvice(brightnessOf(grey(40))).sentence).toContain("sombre");
  expect(lightAdvice(brightnessOf(grey(240))).sentence).toContain("trop de lumière");
  expect(lightAdvice(brightnessOf(grey(120))).fine).toBe(true);
});

test("silence, a whisper, a voice and a shout are told apart", () => {
  const tone = (level: number) => new Float32Array(100).fill(level);
  expect(loudnessOf(tone(0.5))).toBeCloseTo(0.5);
  expect(soundAdvice(0).sentence).toContain("rien");
  expect(soundAdvice(0.01).sentence).toContain("plus fort");
  expect(soundAdvice(0.1).fine).toBe(true);
  expect(soundAdvice(0.9).sentence).toContain("trop fort");
});

test("a text is cut where one breathes, and loses no word", () => {
  const text =
    "Bonjour ! Je m’appelle Lina. J’ai fait deux stages en boulangerie, à Roubaix et à Lille, et j’ai appris à accueillir les clients du matin.";
  const phrases = phrasesOf(text);
  expect(phrases.slice(0, 2)).toEqual(["Bonjour !", "Je m’appelle Lina."]);
  expect(phrases.join(" ")).toBe(text);
  expect(Math.max(...phrases.map((phrase) => phrase.split(" ").length))).toBeLessThanOrEqual(12);
});

test("a text waits a moment, then moves at the pace of speech, and stops at its end", () => {
  expect(shareSaid(1_000, 110, 110)).toBe(0);
  expect(shareSaid(31_500, 110, 110)).toBeCloseTo(0.5);
  expect(shareSaid(600_000, 110, 110)).toBe(1);
  expect(shareSaid(5_000, 0, 110)).toBe(0);
});

test("one take of each part makes the video, in the order of the script", () => {
  const [second, first, other] = [take(2), take(1), take(2)];
  const all = [second, first, other];
  for (const wanted of all) {
    choose(all, wanted);
  }
  expect(chosenOf(all)).toEqual([first, other]);
});

test("all of it in one go takes the place of the parts, and the other way round", () => {
  const [part, whole] = [take(1), take(0)];
  choose([part, whole], part);
  choose([part, whole], whole);
  expect(chosenOf([part, whole])).toEqual([whole]);
  choose([part, whole], part);
  expect(chosenOf([part, whole])).toEqual([part]);
});

test("a chosen take that is touched again is chosen no more", () => {
  const one = take(1);
  choose([one], one);
  expect(choose([one], one)).toEqual([one]);
  expect(one.chosen).toBe(false);
});

test("what may still be filmed of a part is what the others leave", () => {
  const [first, second] = [take(1, 70_000), take(2, 50_000)];
  const all = [first, second];
  choose(all, first);
  choose(all, second);
  expect(room_ms(all, 3, 180_000)).toBe(60_000);
  expect(room_ms(all, 2, 180_000)).toBe(110_000);
  expect(room_ms(all, 0, 180_000)).toBe(180_000);
});

test("the next part is the first without a chosen take", () => {
  const all = [take(1), take(3)];
  choose(all, all[0] as Take);
  choose(all, all[1] as Take);
  expect(nextPart(all, 4)).toBe(2);
  expect(nextPart([], 0)).toBeNull();
});

test("what is filmed is read as soon as there is enough of it, and its end is told once", async () => {
  const bytes = new Growing(new Blob(), false);
  const asked = bytes.slice(0, 1e9);
  bytes.grow(new ArrayBuffer(40_000));
  bytes.grow(new ArrayBuffer(40_000));
  expect(await asked).toMatchObject({ value: { size: 80_000 }, done: false });
  expect(bytes.total).toBeNull();
  const rest = bytes.slice(80_000, 1e9);
  bytes.grow(new ArrayBuffer(10));
  bytes.end();
  expect(await rest).toMatchObject({ value: { size: 10 }, done: true });
  expect(bytes.total).toBe(80_010);
});

test("who asked for bytes and was left hears of none", async () => {
  const bytes = new Growing(new Blob(), false);
  let heard = false;
  void bytes.slice(0, 10).then(() => {
    heard = true;
  });
  const second = bytes.slice(0, 10);
  bytes.grow(new ArrayBuffer(70_000));
  await second;
  expect(heard).toBe(false);
});

test("an end that nothing follows is told without bytes", async () => {
  const bytes = new Growing(new Blob([new Uint8Array(5)]), true);
  expect(await bytes.slice(5, 10)).toEqual({ value: null, done: true });
});

const ANDROID = "Mozilla/5.0 (Linux; Android 13; SM-A145R) AppleWebKit/537.36 Chrome/120";

test("browsers inside other applications are known, real ones are left in peace", () => {
  expect(inAppOf(`${ANDROID} Instagram 300.0`)).toBe("Instagram");
  expect(inAppOf(`${ANDROID} Snapchat/12`)).toBe("Snapchat");
  expect(inAppOf("Mozilla/5.0 (iPhone) AppleWebKit/605 WhatsApp/2.23")).toBe("WhatsApp");
  expect(inAppOf("Mozilla/5.0 (Linux; Android 13; wv) Chrome/120")).toBe("");
  expect(inAppOf(ANDROID)).toBeNull();
});

test("Android opens the same page in Chrome, an iPhone by hand", () => {
  const page = "https://visavis.example/moi/video?a=1";
  expect(realBrowserAddress(ANDROID, page)).toBe(
    "intent://visavis.example/moi/video?a=1#Intent;scheme=https;package=com.android.chrome;end",
  );
  expect(realBrowserAddress("Mozilla/5.0 (iPhone)", page)).toBeNull();
});
