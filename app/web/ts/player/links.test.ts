import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { Links } from "./links";
import { type Fresh, fetchSource } from "./source";

const LIFE_MS = 300_000;

function source(ticket: string): Fresh {
  return {
    hls: `/medias/${ticket}/master.m3u8`,
    mp4: null,
    poster: null,
    captions: null,
    transcript: [],
    duration_s: 60,
    life_s: LIFE_MS / 1000,
    at_ms: performance.now(),
    life_ms: LIFE_MS,
  };
}

/** A server that gives tickets two, three…, and playlists whose one media file bears the ticket. */
function server(): { links: Links; asked: string[]; needs: { value: boolean } } {
  const asked: string[] = [];
  const needs = { value: true };
  let ticket = 1;
  const ask = async () => {
    ticket += 1;
    asked.push(`source ${ticket}`);
    return source(String(ticket));
  };
  vi.stubGlobal("fetch", async (address: string) => {
    asked.push(address);
    const [, , given, name] = address.split("/");
    const media = name?.replace("m3u8", "mp4");
    return new Response(`#EXTM3U\n#EXT-X-MAP:URI="/media/v/1/${media}?t=${given}",BYTERANGE="1@0"`);
  });
  return { links: new Links(source("1"), ask, () => needs.value), asked, needs };
}

beforeEach(() => {
  vi.useFakeTimers();
});

afterEach(() => {
  vi.useRealTimers();
  vi.unstubAllGlobals();
});

test("young links are used as the playlists give them", async () => {
  const { links, asked } = server();
  expect(await links.current("/medias/1/360p.m3u8")).toBe("/medias/1/360p.m3u8");
  expect(await links.current("/media/v/1/360p.mp4?t=1")).toBe("/media/v/1/360p.mp4?t=1");
  expect(asked).toEqual([]);
});

test("new links are there before the old ones end, and later requests go out with them", async () => {
  const { links, asked } = server();
  await links.current("/medias/1/360p.m3u8");
  await vi.advanceTimersByTimeAsync(LIFE_MS - 30_000);
  expect(asked).toEqual(["source 2", "/medias/2/360p.m3u8"]);
  expect(await links.current("/media/v/1/360p.mp4?t=1")).toBe("/media/v/1/360p.mp4?t=2");
  expect(await links.current("/medias/1/audio.m3u8")).toBe("/medias/2/audio.m3u8");
  expect(asked).toHaveLength(2);
});

test("links are renewed again and again while the video is long", async () => {
  const { links, asked } = server();
  await links.current("/medias/1/360p.m3u8");
  await vi.advanceTimersByTimeAsync(3 * LIFE_MS);
  expect(asked.filter((one) => one.startsWith("source"))).toHaveLength(3);
  expect(await links.current("/media/v/1/360p.mp4?t=1")).toBe("/media/v/1/360p.mp4?t=4");
});

test("nothing is asked while nothing more is to be fetched, and then before the first request", async () => {
  const { links, asked, needs } = server();
  await links.current("/medias/1/360p.m3u8");
  needs.value = false;
  await vi.advanceTimersByTimeAsync(2 * LIFE_MS);
  expect(asked).toEqual([]);
  const both = ["/media/v/1/360p.mp4?t=1", "/medias/1/360p.m3u8"].map((one) => links.current(one));
  expect(await Promise.all(both)).toEqual(["/media/v/1/360p.mp4?t=2", "/medias/2/360p.m3u8"]);
  expect(asked).toEqual(["source 2", "/medias/2/360p.m3u8"]);
});

test("where no new links come, the old ones go out and are refused in the open", async () => {
  const { links } = server();
  await links.current("/medias/1/360p.m3u8");
  vi.stubGlobal("fetch", async () => new Response("", { status: 410 }));
  await vi.advanceTimersByTimeAsync(LIFE_MS);
  expect(await links.current("/media/v/1/360p.mp4?t=1")).toBe("/media/v/1/360p.mp4?t=1");
});

test("a stream that is left renews nothing", async () => {
  const { links, asked } = server();
  links.stop();
  await vi.advanceTimersByTimeAsync(2 * LIFE_MS);
  expect(asked).toEqual([]);
});

test("how long links live is told by the server, whatever the clock of the phone says", async () => {
  vi.setSystemTime("2031-01-01T00:00:00Z");
  const body = JSON.stringify({ life_s: 300, expires_at: "2026-11-23T09:05:00Z" });
  vi.stubGlobal("fetch", async () => new Response(body));
  expect((await fetchSource("/x")).life_ms).toBe(LIFE_MS);
});
