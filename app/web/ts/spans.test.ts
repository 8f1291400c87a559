import { expect, test } from "vitest";
import { SpanTracker } from "./spans";

function play(tracker: SpanTracker, from_s: number, to_s: number, step_s = 0.25): void {
  for (let at_s = from_s; at_s <= to_s + 1e-9; at_s += step_s) {
    tracker.played(at_s);
  }
}

test("what is played without a break is one span", () => {
  const tracker = new SpanTracker();
  play(tracker, 0, 5);
  expect(tracker.take()).toEqual([[0, 5]]);
});

test("a jump forward is not played time", () => {
  const tracker = new SpanTracker();
  play(tracker, 0, 2);
  play(tracker, 30, 31);
  expect(tracker.take()).toEqual([
    [0, 2],
    [30, 31],
  ]);
});

test("a small jump told by the player is not played time either", () => {
  const tracker = new SpanTracker();
  play(tracker, 0, 2);
  tracker.interrupted();
  play(tracker, 3, 4);
  expect(tracker.take()).toEqual([
    [0, 2],
    [3, 4],
  ]);
});

test("a jump back begins a new span", () => {
  const tracker = new SpanTracker();
  play(tracker, 10, 12);
  play(tracker, 4, 5);
  expect(tracker.take()).toEqual([
    [10, 12],
    [4, 5],
  ]);
});

test("taking twice gives what came between, without a gap", () => {
  const tracker = new SpanTracker();
  play(tracker, 0, 5);
  tracker.take();
  play(tracker, 5.25, 6);
  expect(tracker.take()).toEqual([[5, 6]]);
});

test("spans that could not be delivered come again with what followed", () => {
  const tracker = new SpanTracker();
  play(tracker, 0, 5);
  tracker.putBack(tracker.take());
  play(tracker, 5.25, 6);
  tracker.interrupted();
  play(tracker, 9, 10);
  expect(tracker.take()).toEqual([
    [0, 6],
    [9, 10],
  ]);
});

test("seconds have two decimals and nothing is sent for a still video", () => {
  const tracker = new SpanTracker();
  tracker.played(1.23456);
  tracker.played(1.5);
  expect(tracker.take()).toEqual([[1.23, 1.5]]);
  tracker.played(1.5);
  expect(tracker.take()).toEqual([]);
});
