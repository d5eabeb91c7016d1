import { describe, expect, test } from "vitest";
import { lastHours, showing, zoomed } from "../src/chart/view";

const NOW = 1_000_000;
const whole = lastHours(24, NOW);
const view = lastHours(3, NOW);

describe("zooming", () => {
  test("keeps in place what is under the fingers", () => {
    const at = NOW - 3600;
    const near = zoomed(view, whole, at, 2, 0);
    const share = (each: typeof view) => (at - each.from) / (each.to - each.from);
    expect(near.to - near.from).toBeCloseTo((view.to - view.from) / 2);
    expect(share(near)).toBeCloseTo(share(view));
  });

  test("ends at twenty minutes and at all that is known", () => {
    const near = zoomed(view, whole, NOW - 60, 1e6, 0);
    expect(near.to - near.from).toBe(1200);
    expect(zoomed(view, whole, NOW - 60, 1e-6, 0)).toEqual(whole);
  });

  test("goes back in time when the curve is pulled to the right, up to where it begins", () => {
    expect(zoomed(view, whole, NOW, 1, 600).from).toBeCloseTo(view.from - 600);
    expect(zoomed(view, whole, NOW, 1, 1e7).from).toBe(whole.from);
    expect(zoomed(view, whole, NOW, 1, -1e7).to).toBe(whole.to);
  });
});

test("the view follows what is looked at, and stays while that is in sight", () => {
  expect(showing(view, whole, NOW - 60)).toBe(view);
  expect(showing(view, whole, NOW - 5 * 3600).from).toBe(NOW - 5 * 3600);
});
