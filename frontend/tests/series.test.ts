import { describe, expect, test } from "vitest";
import { joined, nearest, summaryOf, withHoles } from "../src/series";

const series = { t: [100, 160, 220, 1300, 1360], v: [5, 6, 7, 8, 9] };

describe("a hole", () => {
  test("stays open where nothing was measured for longer than the gap", () => {
    expect(withHoles(series, 900)).toEqual([
      [100, 160, 220, 760, 1300, 1360],
      [5, 6, 7, null, 8, 9],
    ]);
  });

  test("is none where the readings are exactly the gap apart", () => {
    expect(withHoles(series, 1080)[1]).not.toContain(null);
  });
});

describe("later readings", () => {
  test("are added", () => {
    expect(joined(series, { t: [1420], v: [10] }, 100).t.at(-1)).toBe(1420);
  });

  test("replace what they overlap", () => {
    expect(joined(series, { t: [1360, 1420], v: [4, 10] }, 100)).toEqual({
      t: [100, 160, 220, 1300, 1360, 1420],
      v: [5, 6, 7, 8, 4, 10],
    });
  });

  test("push out those that are no longer shown", () => {
    expect(joined(series, { t: [3000], v: [10] }, 2200).t).toEqual([1300, 1360, 3000]);
  });

  test("change nothing when there are none", () => {
    expect(joined(series, { t: [], v: [] }, 0)).toEqual(series);
  });
});

describe("the nearest reading", () => {
  test.each([
    [0, 0],
    [129, 0],
    [131, 1],
    [160, 1],
    [700, 2],
    [9999, 4],
  ])("to %d is number %d", (at, index) => {
    expect(nearest(series, at)).toBe(index);
  });

  test("is none of none", () => {
    expect(nearest({ t: [], v: [] }, 5)).toBeUndefined();
  });
});

describe("a summary", () => {
  test("weighs by time, and leaves holes out", () => {
    const summary = summaryOf({ t: [0, 600, 660, 5000], v: [5, 7, 9, 20] }, 0, 9000, 900);
    expect(summary).toMatchObject({ lowest: 5, highest: 20, covered: 660 });
    expect(summary?.average).toBeCloseTo((6 * 600 + 8 * 60) / 660);
  });

  test("looks at the period only", () => {
    expect(summaryOf(series, 1000, 2000, 900)).toMatchObject({ lowest: 8, highest: 9 });
  });

  test("of one reading is that reading, of none nothing", () => {
    expect(summaryOf(series, 90, 110, 900)).toMatchObject({ average: 5, covered: 0 });
    expect(summaryOf(series, 300, 400, 900)).toBeUndefined();
  });
});
