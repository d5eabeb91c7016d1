import { describe, expect, test } from "vitest";
import { bandsOf, labelled, scaleOf, zoneOf } from "../src/zones";

const thresholds = { very_low: 54, low: 70, high: 180, very_high: 250 };

test.each([
  [53, "very_low"],
  [54, "low"],
  [69, "low"],
  [70, "in_range"],
  [180, "in_range"],
  [181, "high"],
  [250, "high"],
  [251, "very_high"],
] as const)("%d mg/dL is %s, for the targets themselves are in range", (value, zone) => {
  expect(zoneOf(value, thresholds)).toBe(zone);
});

describe("bands", () => {
  test("fill the scale without a gap", () => {
    const bands = bandsOf(thresholds, 40, 300);
    expect(bands.map((band) => band.from)).toEqual([40, 54, 70, 180, 250]);
    expect(bands.map((band) => band.to)).toEqual([54, 70, 180, 250, 300]);
  });

  test("outside of the scale are left out", () => {
    expect(bandsOf(thresholds, 60, 200).map((band) => band.zone)).toEqual(["low", "in_range", "high"]);
  });
});

describe("the scale", () => {
  test("is the same on every calm day", () => {
    expect(scaleOf([90, 140], thresholds)).toEqual(scaleOf([101, 133], thresholds));
    expect(scaleOf([], thresholds)).toEqual(scaleOf([101, 133], thresholds));
  });

  test("holds what lies outside", () => {
    const [min, max] = scaleOf([39, 401], thresholds);
    expect(min).toBeLessThan(39);
    expect(max).toBeGreaterThan(401);
  });
});

describe("labels", () => {
  test("name the targets always, the outer borders where there is room", () => {
    expect(labelled(thresholds, 40, 300, 600)).toEqual([54, 70, 180, 250]);
    expect(labelled(thresholds, 40, 300, 100)).toEqual([70, 180, 250]);
    expect(labelled(thresholds, 40, 220, 100)).toEqual([70, 180]);
  });
});
