import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { bind as beacon, QUALIFIED } from "./beacon";
import { bind as player } from "./player/player";
import { bind as progress } from "./progress";

function json(body: unknown, status = 200): Response {
  return new Response(JSON.stringify(body), { status });
}

async function settled(): Promise<void> {
  await vi.advanceTimersByTimeAsync(0);
}

beforeEach(() => {
  vi.useFakeTimers();
  document.head.innerHTML = '<meta name="csrf-token" content="jeton">';
  sessionStorage.clear();
});

afterEach(() => {
  vi.useRealTimers();
  vi.unstubAllGlobals();
});

const SOURCE = {
  hls: null,
  mp4: "/media/a.mp4",
  poster: "/media/a.jpg",
  captions: "/media/a.vtt",
  duration_s: 60,
  life_s: 300,
};

function stage(): { element: HTMLElement; video: HTMLVideoElement } {
  document.body.innerHTML = `
    <div data-visavis-player data-source="/candidats/x/lecture" data-viewing="/lectures" data-profile="x">
      <video aria-label="La vidéo de Lina"></video><p class="player__message"></p></div>`;
  const element = document.querySelector("div") as HTMLElement;
  const video = element.querySelector("video") as HTMLVideoElement;
  video.play = vi.fn(async () => {});
  return { element, video };
}

test("nothing is asked before the first play", async () => {
  const fetched = vi.fn(async () => json(SOURCE));
  vi.stubGlobal("fetch", fetched);
  const { element, video } = stage();
  player(element);
  await settled();
  expect(fetched).not.toHaveBeenCalled();
  element.querySelector("button")?.click();
  await settled();
  expect(fetched).toHaveBeenCalledTimes(1);
  expect(video.getAttribute("src")).toBe("/media/a.mp4");
  expect(video.querySelector("track")?.src).toContain("/media/a.vtt");
  expect(video.play).toHaveBeenCalled();
  expect(element.querySelector("button")).toBeNull();
});

test("an expired link is asked again and the video goes on at the same place", async () => {
  const answers = [SOURCE, { ...SOURCE, mp4: "/media/b.mp4" }];
  vi.stubGlobal("fetch", async () => json(answers.shift()));
  const { element, video } = stage();
  player(element);
  element.querySelector("button")?.click();
  await settled();
  video.currentTime = 31;
  video.dispatchEvent(new Event("error"));
  await settled();
  expect(video.getAttribute("src")).toBe("/media/b.mp4");
  video.currentTime = 0;
  video.dispatchEvent(new Event("loadedmetadata"));
  expect(video.currentTime).toBe(31);
});

test("a second trouble at once is told, with a way to try again", async () => {
  vi.stubGlobal("fetch", async () => json(SOURCE));
  const { element, video } = stage();
  player(element);
  element.querySelector("button")?.click();
  await settled();
  video.dispatchEvent(new Event("error"));
  await settled();
  video.dispatchEvent(new Event("error"));
  await settled();
  const message = element.querySelector<HTMLElement>(".player__message");
  expect(message?.hidden).toBe(false);
  expect(message?.textContent).toContain("Réessayer");
});

test("a withdrawn video says so", async () => {
  vi.stubGlobal("fetch", async () => json({}, 404));
  const { element } = stage();
  player(element);
  element.querySelector("button")?.click();
  await settled();
  expect(element.querySelector(".player__message")?.textContent).toBe(
    "Cette vidéo n’est plus disponible.",
  );
});

function playing(video: HTMLVideoElement, from_s: number, to_s: number): void {
  Object.defineProperty(video, "paused", { value: false, configurable: true });
  Object.defineProperty(video, "seeking", { value: false, configurable: true });
  video.currentTime = from_s;
  video.dispatchEvent(new Event("playing"));
  for (let at_s = from_s; at_s <= to_s; at_s += 0.5) {
    video.currentTime = at_s;
    video.dispatchEvent(new Event("timeupdate"));
  }
}

function bodies(calls: unknown[][]): unknown[] {
  return calls.map(([, options]) => JSON.parse(String((options as RequestInit).body)));
}

test("a play opens one viewing and beats with the spans that were played", async () => {
  const fetched = vi.fn(async (url: string) =>
    json(url === "/lectures" ? { id: "v1", token: "t" } : {}),
  );
  vi.stubGlobal("fetch", fetched);
  const { element, video } = stage();
  beacon(element);
  playing(video, 0, 4);
  await vi.advanceTimersByTimeAsync(5000);
  playing(video, 20, 21);
  window.dispatchEvent(new Event("pagehide"));
  await settled();
  expect(fetched.mock.calls.map(([url]) => url)).toEqual([
    "/lectures",
    "/lectures/v1/battements",
    "/lectures/v1/battements",
  ]);
  expect(bodies(fetched.mock.calls)).toEqual([
    { profile: "x" },
    { token: "t", spans: [[0, 4]] },
    { token: "t", spans: [[20, 21]] },
  ]);
});

test("the document is told once a beat made the view count", async () => {
  const counts = [false, true];
  const told = vi.fn();
  document.addEventListener(QUALIFIED, told);
  vi.stubGlobal("fetch", async (url: string) =>
    json(url === "/lectures" ? { id: "v1", token: "t" } : { qualified: counts.shift() }),
  );
  const { element, video } = stage();
  beacon(element);
  playing(video, 0, 4);
  await vi.advanceTimersByTimeAsync(5000);
  expect(told).not.toHaveBeenCalled();
  playing(video, 4, 9);
  await vi.advanceTimersByTimeAsync(5000);
  expect(told).toHaveBeenCalledTimes(1);
});

test("leaving a page where nothing was played tells nothing", async () => {
  const fetched = vi.fn(async () => json({}));
  vi.stubGlobal("fetch", fetched);
  beacon(stage().element);
  window.dispatchEvent(new Event("pagehide"));
  await settled();
  expect(fetched).not.toHaveBeenCalled();
});

test("what could not be told is told later", async () => {
  let down = true;
  const fetched = vi.fn(async (url: string) => {
    if (url !== "/lectures" && down) {
      throw new TypeError("offline");
    }
    return json({ id: "v1", token: "t" });
  });
  vi.stubGlobal("fetch", fetched);
  const { element, video } = stage();
  beacon(element);
  playing(video, 0, 4);
  await vi.advanceTimersByTimeAsync(5000);
  down = false;
  await vi.advanceTimersByTimeAsync(5000);
  expect(bodies(fetched.mock.calls).at(-1)).toEqual({ token: "t", spans: [[0, 4]] });
});

class FakeEventSource {
  static latest: FakeEventSource;
  static readonly CLOSED = 2;
  onmessage: ((message: MessageEvent<string>) => void) | null = null;
  onerror: (() => void) | null = null;
  readyState = 1;

  constructor(readonly url: string) {
    FakeEventSource.latest = this;
  }

  close(): void {
    this.readyState = FakeEventSource.CLOSED;
  }

  tell(news: object): void {
    this.onmessage?.(new MessageEvent("message", { data: JSON.stringify(news) }));
  }
}

const NEWS = {
  state: "processing",
  step: "son",
  percent: 10,
  remaining_s: 40,
  sentence: "On règle le son.",
  preview: false,
};

function following(): { element: HTMLElement; reload: () => void } {
  vi.stubGlobal("EventSource", FakeEventSource);
  const reload = vi.spyOn(location, "reload").mockImplementation(() => {});
  document.body.innerHTML = `<section data-events="/moi/video/1/progression">
    <div role="progressbar"><svg><rect width="0"></rect></svg></div><p data-part="sentence"></p>
    <p data-part="live"></p><div data-part="preview" hidden></div></section>`;
  const element = document.querySelector("section") as HTMLElement;
  progress(element);
  return { element, reload };
}

test("progress moves the bar at each word and speaks only at steps and quarters", () => {
  const { element } = following();
  FakeEventSource.latest.tell(NEWS);
  FakeEventSource.latest.tell({ ...NEWS, percent: 14, sentence: "Encore 30 secondes." });
  expect(element.querySelector('[role="progressbar"]')?.getAttribute("aria-valuenow")).toBe("14");
  expect(element.querySelector('[data-part="sentence"]')?.textContent).toBe("Encore 30 secondes.");
  expect(element.querySelector('[data-part="live"]')?.textContent).toBe("On règle le son.");
  FakeEventSource.latest.tell({ ...NEWS, percent: 30, sentence: "Encore 20 secondes." });
  expect(element.querySelector('[data-part="live"]')?.textContent).toBe("Encore 20 secondes.");
});

test("the preview is shown as soon as it is there", () => {
  const { element } = following();
  FakeEventSource.latest.tell({ ...NEWS, preview: true });
  expect(element.querySelector<HTMLElement>('[data-part="preview"]')?.hidden).toBe(false);
});

test("the end reloads the page once, even when the page still shows the bar", () => {
  const first = following();
  FakeEventSource.latest.tell({ ...NEWS, state: "ready", percent: 100 });
  expect(first.reload).toHaveBeenCalledTimes(1);
  const second = following();
  FakeEventSource.latest.tell({ ...NEWS, state: "ready", percent: 100 });
  expect(second.reload).toHaveBeenCalledTimes(1);
  expect(FakeEventSource.latest.readyState).toBe(FakeEventSource.CLOSED);
});

test("somebody who writes is not interrupted by captions that have come", () => {
  const { element, reload } = following();
  const field = document.createElement("textarea");
  element.append(field);
  field.focus();
  FakeEventSource.latest.tell({ ...NEWS, state: "captioned", percent: 100 });
  expect(reload).not.toHaveBeenCalled();
  field.blur();
  expect(reload).toHaveBeenCalledTimes(1);
});

test("what is made anew ends anew", () => {
  following();
  FakeEventSource.latest.tell({ ...NEWS, state: "captioned", percent: 100 });
  const { reload } = following();
  FakeEventSource.latest.tell({ ...NEWS, state: "captioning" });
  FakeEventSource.latest.tell({ ...NEWS, state: "captioned", percent: 100 });
  expect(reload).toHaveBeenCalledTimes(2);
});
