import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { bind } from "./player";

const CHAPTERS = [
  { start_s: 0, title: "Qui je suis" },
  { start_s: 12, title: "Mes points forts" },
];
const SOURCE = {
  hls: null,
  mp4: "/media/a.mp4",
  poster: "/media/visage.jpg",
  captions: null,
  duration_s: 60,
  life_s: 300,
  transcript: [],
};
const SIZES = { "720p": 8_300_000, audio: 700_000 };

async function settled(): Promise<void> {
  await vi.advanceTimersByTimeAsync(0);
}

function open(
  known = { duration_s: 60, sizes_bytes: SIZES, chapters: CHAPTERS },
): HTMLVideoElement {
  document.body.innerHTML = `
    <div data-visavis-player data-source="/lecture" data-known='${JSON.stringify(known)}'>
      <label data-part="listen-first" hidden><input type="checkbox" data-part="listens"></label>
      <video aria-label="La vidéo de Lina" poster="/media/visage.jpg"></video><p class="player__message"></p>
      <div data-part="offer"><p data-part="cost"></p>
        <button data-part="sound-only"><span data-part="words"></span></button></div>
      <ol data-part="chapter-list" hidden></ol></div>`;
  const video = document.querySelector("video") as HTMLVideoElement;
  video.play = vi.fn(async () => {
    Object.defineProperty(video, "readyState", { value: 4, configurable: true });
    video.dispatchEvent(new Event("play"));
  });
  bind(document.querySelector("[data-visavis-player]") as HTMLElement);
  return video;
}

function part(name: string): HTMLElement {
  return document.querySelector(`[data-part="${name}"]`) as HTMLElement;
}

function listenFirst(on: boolean): void {
  const box = part("listens") as HTMLInputElement;
  box.checked = on;
  box.dispatchEvent(new Event("change"));
}

beforeEach(() => {
  vi.useFakeTimers();
  vi.setSystemTime("2026-11-23T09:00:00Z");
  vi.stubGlobal(
    "fetch",
    vi.fn(async () => new Response(JSON.stringify(SOURCE))),
  );
  localStorage.clear();
});

afterEach(() => {
  vi.useRealTimers();
  vi.unstubAllGlobals();
});

test("a face is shown as usual to whoever asked for nothing else", () => {
  expect(open().getAttribute("poster")).toBe("/media/visage.jpg");
  expect(part("listen-first").hidden).toBe(false);
});

test("who listens first sees no face, loads none, and nothing begins by itself", async () => {
  const video = open();
  listenFirst(true);
  await settled();
  expect([video.hasAttribute("poster"), part("words").textContent]).toEqual([
    false,
    "Voir l’image",
  ]);
  expect(fetch).not.toHaveBeenCalled();
  document.querySelector<HTMLElement>(".player__start")?.click();
  await settled();
  expect(video.play).toHaveBeenCalledOnce();
  expect(video.hasAttribute("poster")).toBe(false);
});

test("the choice holds for the next profile, where the picture comes when it is asked for", async () => {
  open();
  listenFirst(true);
  const next = open();
  expect(next.hasAttribute("poster")).toBe(false);
  part("sound-only").click();
  await settled();
  expect(next.getAttribute("poster")).toBe("/media/visage.jpg");
  expect((part("listens") as HTMLInputElement).checked).toBe(true);
  expect(open().hasAttribute("poster")).toBe(false);
});

test("who changes their mind sees the face again, here and on the next profile", () => {
  const video = open();
  listenFirst(true);
  listenFirst(false);
  expect(video.getAttribute("poster")).toBe("/media/visage.jpg");
  expect(open().getAttribute("poster")).toBe("/media/visage.jpg");
});

test("the parts lead to where they begin, and the one that is heard is marked", async () => {
  const video = open();
  const buttons = part("chapter-list").querySelectorAll("button");
  expect(Array.from(buttons, (one) => one.textContent)).toEqual([
    "0:00 Qui je suis",
    "0:12 Mes points forts",
  ]);
  expect(document.querySelector("[aria-current]")).toBeNull();
  buttons[1]?.click();
  await settled();
  video.currentTime = 14;
  video.dispatchEvent(new Event("timeupdate"));
  expect(document.querySelector("[aria-current]")?.textContent).toBe("0:12 Mes points forts");
});

test("without parts there is no list of them", () => {
  open({ duration_s: 60, sizes_bytes: SIZES, chapters: [] });
  expect(part("chapter-list").hidden).toBe(true);
});
