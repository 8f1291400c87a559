import { expect, test } from "vitest";
import { waveOf } from "./trim";

test("a loud moment is a long stroke around the middle, and silence is a dot", () => {
  expect(waveOf({ step_s: 0.1, peaks: [40, 0] })).toBe("M250 0V100M750 50V51");
  expect(waveOf({ step_s: 0.1, peaks: [] })).toBe("");
});
