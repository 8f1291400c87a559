import type { FetchLoader } from "hls.js";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { Ahead, keeping } from "./ahead";
import type { Links } from "./links";
import type { Fresh } from "./source";

const SOURCE = { hls: "/medias/1/master.m3u8", sizes_bytes: { "720p": 3, "360p": 2, audio: 1 } };
const MASTER = new URL(SOURCE.hls, location.href).href;

let asked: string[] = [];
let status = 200;

/** As hls.js has it: what is not handed over is fetched. */
class Fetching {
  context: { url: string } | null = null;
  stats = { loading: { start: 0, first: 0, end: 0 } };
  callbacks = { onSuccess: vi.fn() };
  fetched = 0;
  protected loadInternal(): void {
    this.fetched += 1;
  }
  load(url: string): void {
    this.context = { url };
    this.loadInternal();
  }
}

function loader(ahead: Ahead, newest = (address: string) => address): Fetching {
  const links = { current: async (address: string) => newest(address) } as Links;
  const Loader = keeping(Fetching as unknown as typeof FetchLoader, ahead, links);
  return new (Loader as unknown as typeof Fetching)();
}

function ahead(wish: object = {}): Ahead {
  const whole = { from_s: 0, quality: "auto" as const, soundOnly: false, ...wish };
  return new Ahead(SOURCE as unknown as Fresh, whole);
}

async function settled(): Promise<void> {
  await new Promise((done) => setTimeout(done));
}

beforeEach(() => {
  asked = [];
  status = 200;
  vi.stubGlobal("fetch", async (address: string) => {
    asked.push(address);
    return new Response("#EXTM3U", { status });
  });
});

afterEach(() => {
  vi.unstubAllGlobals();
});

test("a playlist that was asked for is handed over once", async () => {
  const known = ahead();
  const [first, again] = [loader(known), loader(known)];
  first.load(MASTER);
  again.load(MASTER);
  await settled();
  expect(first.callbacks.onSuccess.mock.calls[0]?.[0]).toEqual({
    url: MASTER,
    data: "#EXTM3U",
    code: 200,
  });
  expect([first.fetched, again.fetched]).toEqual([0, 1]);
});

test("a playlist that failed, or whose link was renewed, is fetched", async () => {
  const renewed = loader(ahead(), () => "/medias/2/master.m3u8");
  renewed.load(MASTER);
  status = 410;
  const failed = loader(ahead());
  failed.load(MASTER);
  await settled();
  expect([renewed.fetched, failed.fetched]).toEqual([1, 1]);
});

test("a loader that was let go is told nothing", async () => {
  const one = loader(ahead());
  one.load(MASTER);
  one.context = null;
  await settled();
  expect(one.callbacks.onSuccess).not.toHaveBeenCalled();
});

test("of the sound alone, no playlist of a picture is asked for", () => {
  ahead({ soundOnly: true });
  expect(asked).toEqual(["/medias/1/audio.m3u8"]);
});

test("who wants the best picture is not given the smallest", () => {
  ahead({ quality: "best" });
  expect(asked).toEqual(["/medias/1/master.m3u8", "/medias/1/audio.m3u8"]);
});
