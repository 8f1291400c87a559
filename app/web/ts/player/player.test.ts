import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { bindMenu } from "./menu";
import { bind } from "./player";

const SOURCE = {
  hls: null,
  mp4: "/media/a.mp4",
  poster: null,
  captions: null,
  duration_s: 60,
  life_s: 300,
  transcript: [
    { start_s: 0, end_s: 2, text: "Bonjour." },
    { start_s: 12, end_s: 14, text: "Je m’appelle <Lina>." },
  ],
};
const SIZES = { "720p": 8_300_000, "360p": 2_400_000, audio: 700_000 };

async function settled(): Promise<void> {
  await vi.advanceTimersByTimeAsync(0);
}

function stage(): { element: HTMLElement; video: HTMLVideoElement } {
  document.body.innerHTML = `
    <div data-visavis-player data-source="/lecture"
         data-known='${JSON.stringify({ duration_s: 60, sizes_bytes: SIZES })}'>
      <video aria-label="La vidéo de Lina"></video><p class="player__message" hidden></p>
      <div data-part="offer"><p data-part="cost"></p>
        <button data-part="sound-only"><span data-part="words"></span></button></div>
      <details data-part="transcript" hidden><ol data-part="lines"></ol></details></div>`;
  const element = document.querySelector("div") as HTMLElement;
  const video = element.querySelector("video") as HTMLVideoElement;
  video.play = vi.fn(async () => {
    Object.defineProperty(video, "paused", { value: false, configurable: true });
    Object.defineProperty(video, "readyState", { value: 4, configurable: true });
    video.dispatchEvent(new Event("play"));
    video.dispatchEvent(new Event("playing"));
  });
  bind(element);
  return { element, video };
}

function part(name: string): HTMLElement {
  return document.querySelector(`[data-part="${name}"]`) as HTMLElement;
}

beforeEach(() => {
  vi.useFakeTimers();
  vi.setSystemTime("2026-11-23T09:00:00Z");
  vi.stubGlobal(
    "fetch",
    vi.fn(async () => new Response(JSON.stringify(SOURCE))),
  );
});

afterEach(() => {
  vi.useRealTimers();
  vi.unstubAllGlobals();
});

test("the cost stands there before anything is asked", () => {
  stage();
  expect(part("cost").textContent).toBe("9\u00a0Mo en entier");
  expect(fetch).not.toHaveBeenCalled();
});

test("the sound alone goes on where the picture was, and says what it saves", async () => {
  const { element, video } = stage();
  element.querySelector<HTMLElement>(".player__start")?.click();
  await settled();
  video.currentTime = 20;
  part("sound-only").click();
  await settled();
  expect(part("cost").textContent).toBe("Environ 0,7\u00a0Mo au lieu de 9\u00a0Mo");
  expect(part("words").textContent).toBe("Remettre l’image");
  video.currentTime = 0;
  video.dispatchEvent(new Event("loadedmetadata"));
  expect(video.currentTime).toBe(20);
  expect(video.play).toHaveBeenCalledTimes(2);
});

test("Apple's own player is given the playlist itself, and of the sound alone that of the sound", async () => {
  const streamed = { ...SOURCE, hls: "/medias/t/master.m3u8" };
  vi.stubGlobal(
    "fetch",
    vi.fn(async () => new Response(JSON.stringify(streamed))),
  );
  const vendor = vi.spyOn(navigator, "vendor", "get").mockReturnValue("Apple Computer, Inc.");
  const { element, video } = stage();
  video.canPlayType = () => "maybe";
  element.querySelector<HTMLElement>(".player__start")?.click();
  await settled();
  expect(new URL(video.src).pathname).toBe("/medias/t/master.m3u8");
  part("sound-only").click();
  await settled();
  expect(new URL(video.src).pathname).toBe("/medias/t/audio.m3u8");
  vendor.mockRestore();
});

test("a tab that nobody sees plays no more", async () => {
  const { element, video } = stage();
  video.pause = vi.fn();
  element.querySelector<HTMLElement>(".player__start")?.click();
  await settled();
  const hidden = vi.spyOn(document, "hidden", "get").mockReturnValue(true);
  document.dispatchEvent(new Event("visibilitychange"));
  expect(video.pause).toHaveBeenCalledTimes(1);
  hidden.mockRestore();
});

test("who had paused is not played to by a switch", async () => {
  const { element, video } = stage();
  element.querySelector<HTMLElement>(".player__start")?.click();
  await settled();
  video.dispatchEvent(new Event("pause"));
  part("sound-only").click();
  await settled();
  expect(fetch).toHaveBeenCalledTimes(2);
  expect(video.play).toHaveBeenCalledTimes(1);
});

test("of two switches in a hurry, the last one is what is loaded", async () => {
  const { element, video } = stage();
  element.querySelector<HTMLElement>(".player__start")?.click();
  part("sound-only").click();
  part("sound-only").click();
  await settled();
  expect(part("words").textContent).toBe("Écouter sans image (moins de données)");
  expect(video.play).toHaveBeenCalledTimes(1);
});

test("the words of the video come with its source, as words", async () => {
  const { element } = stage();
  expect(part("transcript").hidden).toBe(true);
  element.querySelector<HTMLElement>(".player__start")?.click();
  await settled();
  expect(part("transcript").hidden).toBe(false);
  expect(part("lines").textContent).toBe("0:00Bonjour.0:12Je m’appelle <Lina>.");
});

test("a line leads to where it is said, and the one being said is marked", async () => {
  const { element, video } = stage();
  element.querySelector<HTMLElement>(".player__start")?.click();
  await settled();
  const second = element.querySelectorAll("li")[1];
  second?.querySelector("button")?.click();
  expect(video.currentTime).toBe(12);
  video.dispatchEvent(new Event("timeupdate"));
  expect(second?.getAttribute("aria-current")).toBe("true");
  expect(element.querySelectorAll("[aria-current]")).toHaveLength(1);
});

test("links that ended during a pause are asked again before the film goes on", async () => {
  const { element, video } = stage();
  const start = element.querySelector<HTMLElement>(".player__start");
  start?.click();
  await settled();
  video.currentTime = 31;
  await vi.advanceTimersByTimeAsync(400_000);
  Object.defineProperty(video, "paused", { value: true, configurable: true });
  start?.click(); // any of the controls that play
  await settled();
  expect(fetch).toHaveBeenCalledTimes(2);
  video.currentTime = 0;
  video.dispatchEvent(new Event("loadedmetadata"));
  expect(video.currentTime).toBe(31);
});

test("a menu opens on its choice, goes round by the arrows and closes by Escape", () => {
  document.body.innerHTML = `<button id="opener"></button><div hidden>
    <button data-value="1"></button><button data-value="2"></button></div>`;
  const opener = document.querySelector("#opener") as HTMLElement;
  const list = document.querySelector("div") as HTMLElement;
  const chosen = vi.fn();
  bindMenu(opener, list, chosen).check("2");
  const press = (key: string) =>
    document.activeElement?.dispatchEvent(new KeyboardEvent("keydown", { key, bubbles: true }));
  const value = () => (document.activeElement as HTMLElement).dataset.value;
  opener.click();
  expect([list.hidden, value()]).toEqual([false, "2"]);
  press("ArrowDown");
  expect(value()).toBe("1");
  press("Escape");
  expect([list.hidden, document.activeElement]).toEqual([true, opener]);
  opener.click();
  (document.activeElement as HTMLElement).click();
  expect(chosen).toHaveBeenCalledWith("2");
  expect(list.hidden).toBe(true);
});
