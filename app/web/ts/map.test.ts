import { describe, expect, it } from "vitest";
import { cellsOf, read, written } from "./map/cells";

describe("cells of the map", () => {
  it("are those that a view touches", () => {
    const view = { west: 5.36, south: 43.29, east: 5.41, north: 43.31 };
    expect(cellsOf(view)).toEqual(["432/53", "432/54", "433/53", "433/54"]);
  });

  it("are counted downwards south of the equator and west of Greenwich", () => {
    expect(cellsOf({ west: -0.05, south: -20.95, east: -0.01, north: -20.91 })).toEqual([
      "-210/-1",
    ]);
  });
});

describe("coordinates", () => {
  it("are written as the form takes them and read back", () => {
    expect(written(43.3125, 5.3671)).toBe("43.31250, 5.36710");
    expect(read(written(43.3125, 5.3671))).toEqual([43.3125, 5.3671]);
  });

  it("are read with commas too, and refused when too vague", () => {
    expect(read("43,3125 5,3671")).toEqual([43.3125, 5.3671]);
    expect(read("43, 5")).toBeNull();
    expect(read("chez moi")).toBeNull();
  });
});
