import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { Chunks } from "./chunks";
import { handOver } from "./hand-over";
import { holdUntil } from "./held";
import { Pace } from "./pace";
import { refusalOf } from "./refusals";
import { standingOf } from "./standing";

const URL_OF_UPLOAD = "https://visavis.example/files/7f000001?jeton=x";
const MIB = 1024 * 1024;

beforeEach(() => {
  vi.useFakeTimers();
});

afterEach(() => {
  vi.useRealTimers();
  vi.unstubAllGlobals();
});

test("no time is promised before two seconds of sending", () => {
  const pace = new Pace();
  pace.arrived(0, 0);
  pace.arrived(1_000_000, 1000);
  expect(pace.remaining_s(10_000_000, 1_000_000, 1000)).toBeNull();
});

test("the remaining time follows the last seconds, and goes by", () => {
  const pace = new Pace();
  pace.arrived(0, 0);
  pace.arrived(1_000_000, 4000);
  expect(pace.remaining_s(2_000_000, 1_000_000, 4000)).toBeCloseTo(4);
  expect(pace.remaining_s(2_000_000, 1_500_000, 5000)).toBeCloseTo(3);
});

test("an old slow beginning is forgotten", () => {
  const pace = new Pace();
  pace.arrived(0, 0);
  pace.arrived(1_000_000, 100_000);
  pace.arrived(5_000_000, 104_000);
  expect(pace.remaining_s(6_000_000, 5_000_000, 104_000)).toBeCloseTo(1);
});

test("what only left the page makes the rest look no shorter", () => {
  const pace = new Pace();
  pace.arrived(0, 0);
  pace.arrived(100_000, 4000);
  expect(pace.remaining_s(700_000, 700_000, 4000)).toBeCloseTo(24);
});

test("when bytes are late, what follows them still takes its time", () => {
  const pace = new Pace();
  pace.arrived(0, 0);
  pace.arrived(100_000, 4000);
  expect(pace.remaining_s(700_000, 300_000, 60_000)).toBeCloseTo(16);
});

test("chunks grow on a quick line up to what the server likes best", () => {
  const chunks = new Chunks();
  const sizes = [...Array(9)].map(() => {
    chunks.took(100);
    return chunks.bytes / MIB;
  });
  expect(sizes).toEqual([0.25, 0.5, 1, 2, 4, 8, 16, 16, 16]);
});

test("chunks shrink on a line that became slow, and begin small after a cut", () => {
  const chunks = new Chunks();
  chunks.took(100);
  chunks.took(100);
  chunks.took(5000);
  expect(chunks.bytes).toBe(MIB / 2);
  chunks.took(20_000);
  expect(chunks.bytes).toBe(MIB / 4);
  chunks.reset();
  expect(chunks.bytes).toBe(MIB / 8);
});

function answering(...answers: (Response | null)[]): ReturnType<typeof vi.fn> {
  const fetched = vi.fn(async () => {
    const answer = answers.shift();
    if (!answer) {
      throw new TypeError("no network");
    }
    return answer;
  });
  vi.stubGlobal("fetch", fetched);
  return fetched;
}

async function asked(): Promise<Awaited<ReturnType<typeof handOver>>> {
  const outcome = handOver("/moi/video/envois", { urls: [URL_OF_UPLOAD] });
  await vi.runAllTimersAsync();
  return outcome;
}

test("a video is asked for again when the line was cut or the service was away", async () => {
  const fetched = answering(null, new Response("", { status: 503 }), new Response("{}"));
  expect(await asked()).toBeNull();
  expect(fetched).toHaveBeenCalledTimes(3);
});

test("how long it was filmed for is told with it", async () => {
  const fetched = answering(new Response("{}"));
  await handOver("/moi/video/envois", { urls: [URL_OF_UPLOAD], filmed_s: [12.5], kind: "voice" });
  expect(JSON.parse(fetched.mock.calls[0]?.[1].body)).toMatchObject({
    filmed_s: [12.5],
    kind: "voice",
  });
});

test("a video that cannot be asked for waits for the person", async () => {
  const fetched = answering();
  expect(await asked()).toMatchObject({ signedOut: false });
  expect(fetched).toHaveBeenCalledTimes(4);
});

test.each([
  [401, "connexion-requise"],
  [403, "jeton-de-page"],
])("a session that ended (%d %s) is said with what is kept", async (status, slug) => {
  answering(new Response(JSON.stringify({ type: `/problemes/${slug}` }), { status }));
  const notMade = await asked();
  expect(notMade?.signedOut).toBe(true);
  expect(notMade?.sentence).toContain("gardé");
});

test("what became a video before is not asked for again and again", async () => {
  const body = JSON.stringify({ type: "/problemes/envoi-deja-recu" });
  answering(new Response(body, { status: 403 }));
  expect(await asked()).toBeNull();
});

test("the server's own reason is told", async () => {
  answering(new Response(JSON.stringify({ detail: "Va sur « Mon accord »." }), { status: 409 }));
  expect((await asked())?.sentence).toBe("Va sur « Mon accord ».");
});

test.each([
  [200, { "Upload-Offset": "9", "Upload-Length": "9" }, "whole"],
  [200, { "Upload-Offset": "4", "Upload-Length": "9" }, "begun"],
  [200, { "Upload-Offset": "4", "Upload-Defer-Length": "1" }, "begun"],
  [404, {}, "gone"],
  [410, {}, "gone"],
  [503, {}, "begun"],
])("an upload that answers %d %o is %s", async (status, headers, standing) => {
  answering(new Response(null, { status, headers }));
  expect(await standingOf(URL_OF_UPLOAD)).toBe(standing);
});

test("an upload that cannot be asked about is taken as begun", async () => {
  answering();
  expect(await standingOf(URL_OF_UPLOAD)).toBe("begun");
});

test("two reasons of one status are told apart", () => {
  const day = refusalOf(429, true, MIB, "trop-d-octets");
  expect(day.sentence).not.toBe(refusalOf(429, true, MIB, "trop-d-envois").sentence);
});

function press(form: HTMLFormElement): Event {
  const event = new Event("submit", { cancelable: true });
  form.dispatchEvent(event);
  return event;
}

test("a form that is sent before its script waits for it, and is sent once", async () => {
  let come = () => {};
  const script = new Promise<void>((resolve) => {
    come = resolve;
  });
  const form = document.createElement("form");
  const listener = vi.fn();
  holdUntil(
    form,
    script.then(() => form.addEventListener("submit", listener)),
  );
  expect(press(form).defaultPrevented).toBe(true);
  expect(press(form).defaultPrevented).toBe(true);
  come();
  await vi.runAllTimersAsync();
  expect(listener).toHaveBeenCalledTimes(1);
  expect(press(form).defaultPrevented).toBe(false);
});

test("a form whose script never comes is sent plainly", async () => {
  const form = document.createElement("form");
  form.submit = vi.fn();
  const script = Promise.reject(new Error("no network"));
  holdUntil(form, script);
  press(form);
  await vi.runAllTimersAsync();
  expect(form.submit).toHaveBeenCalledTimes(1);
});
