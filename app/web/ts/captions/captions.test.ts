import { afterEach, beforeEach, expect, test, vi } from "vitest";
import {
  asText,
  currentAt,
  faultsOf,
  insert,
  instantOf,
  type Limits,
  merge,
  remove,
  split,
} from "./cues";
import { bind } from "./editor";
import { Saving, type Standing } from "./saving";

const LIMITS: Limits = { lines: 2, line: 42, cps: 20, shortest_s: 0.7 };
const CUES = [
  { start_s: 0, end_s: 2, text: "Bonjour Aïcha" },
  { start_s: 2, end_s: 5, text: "Je cherche un stage" },
];

beforeEach(() => {
  vi.useFakeTimers();
  document.head.innerHTML = '<meta name="csrf-token" content="jeton">';
});

afterEach(() => {
  vi.useRealTimers();
  vi.unstubAllGlobals();
});

test.each([
  [{ start_s: 0, end_s: 2, text: "x".repeat(40) }, []],
  [{ start_s: 0, end_s: 2, text: "x".repeat(41) }, ["fast"]],
  [{ start_s: 0, end_s: 0.69, text: "x".repeat(41) }, ["brief"]],
  [{ start_s: 0, end_s: 9, text: "x".repeat(43) }, ["wide"]],
  [{ start_s: 0, end_s: 9, text: "un\ndeux\ntrois" }, ["tall"]],
])("what cannot be read in time is named as the server does", (cue, names) => {
  expect(faultsOf(cue, LIMITS)).toEqual(names);
});

test("a caption is cut at the cursor, its time shared by its words", () => {
  const halves = split(CUES, 1, 10);
  expect(halves.map((cue) => cue.text)).toEqual(["Bonjour Aïcha", "Je cherche", "un stage"]);
  expect(halves[1]?.end_s).toBe(halves[2]?.start_s);
  expect(halves[2]?.end_s).toBe(5);
  expect(split(CUES, 1, 0)).toBe(CUES);
});

test("two are joined, each on its line as long as there are two", () => {
  const joined = merge(CUES, 0);
  expect(joined).toEqual([{ start_s: 0, end_s: 5, text: "Bonjour Aïcha\nJe cherche un stage" }]);
  expect(merge([...joined, { start_s: 5, end_s: 6, text: "Merci" }], 0)[0]?.text).toContain(
    " Merci",
  );
  expect(merge(CUES, 1)).toBe(CUES);
});

test("a new one stands after the one that is there, and ends with the next", () => {
  expect(insert(CUES, 1)[1]).toBe(CUES[1]);
  expect(insert([{ start_s: 4, end_s: 6, text: "après" }], 3)[0]).toEqual({
    start_s: 3,
    end_s: 4,
    text: "",
  });
  expect(insert(CUES, 30)[2]).toEqual({ start_s: 30, end_s: 32, text: "" });
  expect(remove(CUES, 0)).toEqual([CUES[1]]);
});

test("an instant is read as on a clock, and belongs to one caption", () => {
  expect([0, 2.3, 62.39, 600].map(instantOf)).toEqual(["0:00,0", "0:02,3", "1:02,3", "10:00,0"]);
  expect([0, 2, 5].map((at_s) => currentAt(CUES, at_s))).toEqual([0, 1, -1]);
  expect(asText(CUES)).toContain("0:02,0\nJe cherche un stage");
});

function answers(...replies: [body: unknown, status: number][]): ReturnType<typeof vi.fn> {
  const fetched = vi.fn(async () => {
    const [body, status] = replies.shift() ?? [{ revision: 9 }, 200];
    return new Response(JSON.stringify(body), { status });
  });
  vi.stubGlobal("fetch", fetched);
  return fetched;
}

function sent(
  fetched: ReturnType<typeof vi.fn>,
  at: number,
): { revision: number; cues: unknown[] } {
  return JSON.parse(fetched.mock.calls[at]?.[1].body);
}

test("changes are saved once all is quiet, over the revision that came back", async () => {
  const fetched = answers([{ revision: 4 }, 200]);
  const saving = new Saving(
    "/sous-titres/x",
    3,
    () => CUES,
    () => {},
  );
  saving.changed();
  saving.changed();
  await vi.advanceTimersByTimeAsync(900);
  saving.changed();
  await vi.advanceTimersByTimeAsync(900);
  expect(fetched).toHaveBeenCalledTimes(2);
  expect([sent(fetched, 0).revision, sent(fetched, 1).revision]).toEqual([3, 4]);
});

test("whoever comes second is told, and writes over nobody", async () => {
  const fetched = answers([{ title: "Ces sous-titres ont changé", detail: "Recharge." }, 409]);
  const heard: Standing[] = [];
  const saving = new Saving(
    "/sous-titres/x",
    3,
    () => CUES,
    (standing) => heard.push(standing),
  );
  saving.changed();
  await vi.advanceTimersByTimeAsync(900);
  saving.changed();
  await vi.advanceTimersByTimeAsync(900);
  expect(fetched).toHaveBeenCalledTimes(1);
  expect(heard[0]).toEqual({
    sentence: "Ces sous-titres ont changé. Recharge.",
    failed: true,
    conflict: true,
  });
  expect(saving.hasUnsaved).toBe(true);
});

test("without a connection, what was written is sent again by itself", async () => {
  const fetched = vi.fn().mockRejectedValueOnce(new TypeError("offline"));
  fetched.mockResolvedValueOnce(new Response('{"revision": 2}'));
  vi.stubGlobal("fetch", fetched);
  const saving = new Saving(
    "/sous-titres/x",
    1,
    () => CUES,
    () => {},
  );
  saving.changed();
  await vi.advanceTimersByTimeAsync(900);
  expect(saving.hasUnsaved).toBe(true);
  await vi.advanceTimersByTimeAsync(5_000);
  expect(saving.hasUnsaved).toBe(false);
});

function page(): { element: HTMLElement; video: HTMLVideoElement } {
  const told = { cues: CUES, revision: 1, limits: LIMITS, words: { fast: "Trop long." } };
  document.body.innerHTML = `
    <div data-visavis-captions data-action="/sous-titres/x" data-file="/sous-titres/x/fichier">
      <div data-visavis-player><video></video></div>
      <form data-part="validate"><input name="revision" data-revision></form>
      <div data-part="editor" hidden><ol data-part="cues"></ol>
        <button type="button" data-part="add"></button><button type="button" data-part="undo" hidden></button>
        <p data-part="status"></p><button type="button" data-part="copy" hidden></button></div>
      <div data-part="plain"></div><div data-part="keys" hidden></div><div data-part="upload" hidden><input type="file"></div>
      <template data-part="cue"><li><button type="button" data-part="seek"></button>
        <textarea data-part="text"></textarea><ul data-part="faults"></ul>
        <div data-part="tools" hidden><input type="number" data-part="start"><button data-part="start-now"></button>
          <input type="number" data-part="end"><button data-part="end-now"></button>
          <button data-part="split"></button><button data-part="merge"></button><button data-part="remove"></button>
        </div></li></template>
    </div>`;
  const element = document.querySelector("[data-visavis-captions]") as HTMLElement;
  element.dataset.told = JSON.stringify(told);
  const video = element.querySelector("video") as HTMLVideoElement;
  Object.defineProperty(video, "readyState", { value: 4 });
  bind(element);
  return { element, video };
}

function part<Part extends HTMLElement>(element: Element, name: string): Part {
  return element.querySelector(`[data-part="${name}"]`) as Part;
}

test("a caption is corrected, saved, and its revision goes with the validation", async () => {
  const fetched = answers([{ revision: 2 }, 200]);
  const { element } = page();
  const words = part<HTMLTextAreaElement>(element, "text");
  expect(part(element, "plain").hidden).toBe(true);
  words.value = "Bonsoir";
  words.dispatchEvent(new Event("input", { bubbles: true }));
  await vi.advanceTimersByTimeAsync(900);
  expect(sent(fetched, 0).cues[0]).toEqual({ start_s: 0, end_s: 2, text: "Bonsoir" });
  expect(element.querySelector<HTMLInputElement>("[data-revision]")?.value).toBe("2");
  expect(part(element, "status").textContent).toBe("Enregistré");
});

test("a press on an instant goes there, and what stands there is marked", () => {
  answers();
  const { element, video } = page();
  const rows = element.querySelectorAll("li");
  part<HTMLButtonElement>(rows[1] as Element, "seek").click();
  expect(video.currentTime).toBe(2);
  video.dispatchEvent(new Event("timeupdate"));
  expect(part(rows[1] as Element, "seek").getAttribute("aria-current")).toBe("true");
  expect(rows[0]?.classList.contains("cue--current")).toBe(false);
});

test("a time moves by a tenth with the arrows, and to now with its button", () => {
  answers();
  const { element, video } = page();
  const start = part<HTMLInputElement>(element, "start");
  start.dispatchEvent(new KeyboardEvent("keydown", { key: "ArrowUp" }));
  expect(start.value).toBe("0.1");
  video.currentTime = 1.5;
  part<HTMLButtonElement>(element, "end-now").click();
  expect(part<HTMLInputElement>(element, "end").value).toBe("1.5");
});

test("what is deleted comes back by undoing", () => {
  answers();
  const { element } = page();
  part<HTMLButtonElement>(element, "remove").click();
  expect(element.querySelectorAll("li")).toHaveLength(1);
  part<HTMLButtonElement>(element, "undo").click();
  expect(element.querySelectorAll("li")).toHaveLength(2);
  expect(part(element, "undo").hidden).toBe(true);
});

test("undoing takes back the last thing that was done, be it words", () => {
  answers();
  const { element } = page();
  part<HTMLButtonElement>(element, "remove").click();
  const words = part<HTMLTextAreaElement>(element, "text");
  const before = words.value;
  for (const typed of ["Je cherche", "Je cherche un emploi"]) {
    words.value = typed;
    words.dispatchEvent(new Event("input", { bubbles: true }));
  }
  part<HTMLButtonElement>(element, "undo").click();
  expect(element.querySelectorAll("li")).toHaveLength(1);
  expect(part<HTMLTextAreaElement>(element, "text").value).toBe(before);
  part<HTMLButtonElement>(element, "undo").click();
  expect(element.querySelectorAll("li")).toHaveLength(2);
});

test("a caption that starts before another takes its place before it", () => {
  answers();
  const { element } = page();
  const second = part<HTMLInputElement>(element.querySelectorAll("li")[0] as Element, "start");
  second.value = "3";
  second.dispatchEvent(new Event("change"));
  const texts = [...element.querySelectorAll("textarea")].map((words) => words.value);
  expect(texts).toEqual(["Je cherche un stage", "Bonjour Aïcha"]);
});
