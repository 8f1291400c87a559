import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { bind } from "./player";

const hls = vi.hoisted(() => ({
  loaded: 0,
  streams: [] as { config: Record<string, unknown>; calls: string[]; fail(): void }[],
}));

vi.mock("hls.js", () => {
  hls.loaded += 1;
  class Player {
    static Events = { ERROR: "error" };
    static ErrorTypes = { MEDIA_ERROR: "media" };
    static isSupported = () => true;
    readonly calls: string[] = [];
    private failed: (event: string, data: object) => void = () => {};
    constructor(readonly config: Record<string, unknown>) {
      hls.streams.push(this);
    }
    on(event: string, heard: () => void): void {
      if (event === "error") {
        this.failed = heard;
      }
    }
    fail(): void {
      this.failed("error", { fatal: true, type: "network", response: { code: 410 } });
    }
    once(): void {}
    stopLoad(): void {}
    loadSource(address: string): void {
      this.calls.push(address);
    }
    attachMedia(): void {
      this.calls.push("attached");
    }
    destroy(): void {
      this.calls.push("destroyed");
    }
  }
  class FetchLoader {}
  return { default: Player, FetchLoader };
});

const SIZES = { "720p": 3, "360p": 2, audio: 1 };
const GIVEN = { hls: "/medias/1/master.m3u8", mp4: "/a.mp4", life_s: 300, sizes_bytes: SIZES };
const PLAYLISTS = ["master.m3u8", "360p.m3u8", "audio.m3u8"].map((name) => `/medias/1/${name}`);

let asked: string[] = [];

function stage(known: object = GIVEN): { element: HTMLElement; start: HTMLElement } {
  document.body.innerHTML = `<div data-visavis-player data-source="/lecture"
    data-known='${JSON.stringify(known)}'><video></video>
    <div data-part="offer"><p data-part="cost"></p>
      <button data-part="sound-only"><span data-part="words"></span></button></div></div>`;
  const element = document.querySelector("div") as HTMLElement;
  (element.querySelector("video") as HTMLVideoElement).play = async () => {};
  bind(element);
  return { element, start: element.querySelector(".player__start") as HTMLElement };
}

function come(start: HTMLElement): void {
  start.dispatchEvent(new Event("pointerenter"));
}

beforeEach(() => {
  asked = [];
  hls.streams.length = 0;
  const source = { ...GIVEN, hls: "/medias/2/master.m3u8", transcript: [] };
  vi.stubGlobal("fetch", async (address: string) => {
    asked.push(address);
    return new Response(JSON.stringify(source));
  });
});

afterEach(() => {
  vi.unstubAllGlobals();
  vi.restoreAllMocks();
});

test("nothing of a film is fetched before a hand comes near", async () => {
  stage();
  await new Promise((done) => setTimeout(done, 20));
  expect([hls.loaded, asked, hls.streams]).toEqual([0, [], []]);
});

test("a hand that comes near has the first seconds fetched by the links of the page, which play nothing yet", async () => {
  come(stage().start);
  await vi.waitFor(() => expect(hls.streams).toHaveLength(1));
  expect(asked).toEqual(PLAYLISTS);
  expect(hls.streams[0]?.config.startFragPrefetch).toBe(true);
  expect(hls.streams[0]?.calls).toEqual(["/medias/1/master.m3u8"]);
});

test("what was prepared is what a press plays", async () => {
  const { start } = stage();
  come(start);
  start.click();
  await vi.waitFor(() => expect(hls.streams[0]?.calls).toContain("attached"));
  expect(hls.streams).toHaveLength(1);
  expect(asked).toEqual(PLAYLISTS);
});

test("what was prepared for another wish is given up", async () => {
  const { element, start } = stage();
  come(start);
  await vi.waitFor(() => expect(hls.streams).toHaveLength(1));
  element.querySelector<HTMLElement>('[data-part="sound-only"]')?.click();
  await vi.waitFor(() =>
    expect(hls.streams[1]?.calls).toEqual(["/medias/1/audio.m3u8", "attached"]),
  );
  expect(hls.streams[0]?.calls).toEqual(["/medias/1/master.m3u8", "destroyed"]);
});

test("links that ended while the page was open are asked again first", async () => {
  const { start } = stage();
  vi.spyOn(performance, "now").mockReturnValue(301_000);
  come(start);
  await vi.waitFor(() => expect(hls.streams).toHaveLength(1));
  expect(asked[0]).toBe("/lecture");
  expect(hls.streams[0]?.calls).toEqual(["/medias/2/master.m3u8"]);
});

test("trouble before the press is told to nobody, and the press asks for new links", async () => {
  const { element, start } = stage();
  come(start);
  await vi.waitFor(() => expect(hls.streams).toHaveLength(1));
  hls.streams[0]?.fail();
  await vi.waitFor(() => expect(hls.streams[0]?.calls).toContain("destroyed"));
  expect("busy" in element.dataset).toBe(false);
  start.click();
  await vi.waitFor(() =>
    expect(hls.streams[1]?.calls).toEqual(["/medias/2/master.m3u8", "attached"]),
  );
});

test("who saves data has nothing fetched before the press, which needs no other links than those of the page", async () => {
  Object.defineProperty(navigator, "connection", { value: { saveData: true }, configurable: true });
  const { start } = stage();
  come(start);
  await new Promise((done) => setTimeout(done, 20));
  expect([asked, hls.streams]).toEqual([[], []]);
  start.click();
  await vi.waitFor(() => expect(hls.streams[0]?.calls).toContain("attached"));
  expect(asked).toEqual(PLAYLISTS);
  Object.defineProperty(navigator, "connection", { value: undefined, configurable: true });
});

test("the first seconds are fetched once, to be played, and never to measure the line", async () => {
  stage().start.click();
  await vi.waitFor(() => expect(hls.streams[0]?.config.testBandwidth).toBe(false));
});
