import { expect, test, vi } from "vitest";
import { bind } from "./player";

const loaded = vi.hoisted(() => ({ times: 0 }));

vi.mock("hls.js", () => {
  loaded.times += 1;
  return { default: class {}, FetchLoader: class {} };
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
