import { afterEach, expect, test, vi } from "vitest";
import { cost, hasChoice, hasSoundAlone, pictures, smallest, wantsLess } from "./costs";
import { target } from "./menu";
import { seekedBy } from "./seek-bar";
import { actionOf, nextRate } from "./shortcuts";
import { indexAt, position, spoken } from "./times";

const SIZES = { "1080p": 20e6, "720p": 8_300_000, "360p": 2_400_000, audio: 700_000, video: 3.1e6 };
const { "1080p": _large, ...USUAL } = SIZES;

afterEach(() => {
  vi.unstubAllGlobals();
});

test.each([
  [0, "0\u00a0seconde"],
  [1.9, "1\u00a0seconde"],
  [12, "12\u00a0secondes"],
  [60, "1\u00a0minute"],
  [65.4, "1\u00a0minute 5"],
  [125, "2\u00a0minutes 5"],
])("%d seconds are said as one says them", (length_s, words) => {
  expect(spoken(length_s)).toBe(words);
});

test("a position is said out of the whole", () => {
  expect(position(12.3, 65)).toBe("12\u00a0secondes sur 1\u00a0minute 5");
});

test.each([
  [-1, -1],
  [0, 0],
  [4.9, 0],
  [5, 1],
  [30, 2],
])("at %d seconds the part that has begun last is the current one", (at_s, index) => {
  expect(indexAt([0, 5, 9], at_s)).toBe(index);
});

test("before the first part none is current", () => {
  expect(indexAt([2], 1)).toBe(-1);
  expect(indexAt([], 1)).toBe(-1);
});

test("pictures are ordered by their height, and neither the sound nor the one MP4 is one", () => {
  expect(pictures(SIZES)).toEqual(["360p", "720p", "1080p"]);
  expect(smallest({ "240p": 1, "720p": 2 })).toBe("240p");
});

test("the cost is that of the best picture with its sound", () => {
  expect(cost(USUAL, "auto", false)).toBe("9\u00a0Mo en entier");
  expect(cost(USUAL, "best", false)).toBe("9\u00a0Mo en entier");
});

test("what is saved is told against the whole", () => {
  expect(cost(USUAL, "low", false)).toBe("Environ 3,1\u00a0Mo au lieu de 9\u00a0Mo");
  expect(cost(USUAL, "low", true)).toBe("Environ 0,7\u00a0Mo au lieu de 9\u00a0Mo");
});

test("where there is one picture, or nothing is known, no saving is told", () => {
  expect(cost({ "360p": 2_300_000, audio: 700_000 }, "low", false)).toBe("3\u00a0Mo en entier");
  expect(cost({}, "low", false)).toBe("");
});

test("a voice has a cost, and neither a choice of pictures nor a sound apart", () => {
  const voice = { audio: 700_000, video: 720_000 };
  expect(cost(voice, "auto", false)).toBe("0,7\u00a0Mo en entier");
  expect([hasChoice(voice), hasSoundAlone(voice)]).toEqual([false, false]);
  expect([hasChoice(USUAL), hasSoundAlone(USUAL)]).toEqual([true, true]);
});

test("a silent film has no sound to hear alone", () => {
  expect(hasSoundAlone({ "360p": 1, video: 1 })).toBe(false);
});

test("a device that saves data is believed, and one that says nothing wants all", () => {
  expect(wantsLess()).toBe(false);
  vi.stubGlobal("navigator", { connection: { saveData: true } });
  expect(wantsLess()).toBe(true);
});

test.each([
  ["ArrowDown", 2, 0],
  ["ArrowUp", 0, 2],
  ["Home", 1, 0],
  ["End", 0, 2],
  ["a", 0, null],
])("%s leads from one choice of a menu to another", (key, at, to) => {
  expect(target(key, at, 3)).toBe(to);
});

test.each([
  ["ArrowRight", 30, 35],
  ["ArrowUp", 30, 35],
  ["ArrowLeft", 3, 0],
  ["PageUp", 55, 60],
  ["PageDown", 30, 20],
  ["Home", 30, 0],
  ["End", 30, 60],
  ["x", 30, null],
])("%s on the bar leads from second %d within the video", (key, at_s, to_s) => {
  expect(seekedBy(key, at_s, 60)).toBe(to_s);
});

test("shortcuts are the same with a capital, and other keys are left to the page", () => {
  expect(actionOf("K")).toEqual({ does: "toggle" });
  expect(actionOf("j")).toEqual({ does: "seek", by_s: -10 });
  expect(actionOf("ArrowRight")).toEqual({ does: "seek", by_s: 5 });
  expect(actionOf("Tab")).toBeUndefined();
});

test("the speed goes one step, and stays at its ends", () => {
  expect(nextRate(1, 1)).toBe(1.25);
  expect(nextRate(1, -1)).toBe(0.75);
  expect(nextRate(2, 1)).toBe(2);
  expect(nextRate(0.75, -1)).toBe(0.75);
});
