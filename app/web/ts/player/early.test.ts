import { expect, test, vi } from "vitest";
import { bind } from "./player";

const loaded = vi.hoisted(() => ({ times: 0, config: {} as Record<string, unknown> }));

vi.mock("hls.js", () => {
  loaded.times += 1;
  class Player {
    static Events = {};
    static isSupported = () => true;
    on(): void {}
    once(): void {}
    loadSource(): void {}
    attachMedia(): void {}
    constructor(config: Record<string, unknown>) {
      loaded.config = config;
    }
  }
  return { default: Player, FetchLoader: class {} };
});

test("what plays a stream and its links are fetched once a hand comes near, and not before", async () => {
  const fetched = vi.fn(async () => new Response("{}", { status: 503 }));
  vi.stubGlobal("fetch", fetched);
  const known = JSON.stringify({ sizes_bytes: { "360p": 2, audio: 1 } });
  document.body.innerHTML = `<div data-visavis-player data-source="/lecture" data-known='${known}'>
    <video></video></div>`;
  const element = document.querySelector("div") as HTMLElement;
  bind(element);
  await Promise.resolve();
  expect([loaded.times, fetched.mock.calls.length]).toEqual([0, 0]);
  element.querySelector("button")?.dispatchEvent(new Event("pointerenter"));
  await vi.waitFor(() => expect([loaded.times, fetched.mock.calls.length]).toEqual([1, 1]));
  vi.unstubAllGlobals();
});

test("the first seconds are fetched once, to be played, and never to measure the line", async () => {
  const source = {
    hls: "/medias/t/master.m3u8",
    expires_at: new Date(Date.now() + 300_000).toISOString(),
    transcript: [],
  };
  vi.stubGlobal(
    "fetch",
    vi.fn(async () => new Response(JSON.stringify(source))),
  );
  const known = JSON.stringify({ sizes_bytes: { "720p": 3, "360p": 2, audio: 1 } });
  document.body.innerHTML = `<div data-visavis-player data-source="/lecture" data-known='${known}'>
    <video></video></div>`;
  const element = document.querySelector("div") as HTMLElement;
  (element.querySelector("video") as HTMLVideoElement).play = async () => {};
  bind(element);
  element.querySelector("button")?.click();
  await vi.waitFor(() => expect(loaded.config.testBandwidth).toBe(false));
  vi.unstubAllGlobals();
});
