import { describe, expect, test, vi } from "vitest";
import { ageOf, Clock, freshnessOf } from "../src/freshness";

const seen = { at: 1000, wall: 1030, steady: 5 };

describe("the age of a reading", () => {
  test("counts from when it was measured", () => {
    expect(ageOf(seen, { wall: 1100, steady: 75 })).toBe(100);
  });

  test("goes on growing when the browser's clock is set back", () => {
    expect(ageOf(seen, { wall: 500, steady: 5 + 3600 })).toBe(30 + 3600);
  });

  test("counts the sleep of a tablet whose steady clock stood still", () => {
    expect(ageOf(seen, { wall: 1030 + 7200, steady: 6 })).toBe(7230);
  });

  test("is nothing for a reading ahead of a slow clock, and grows from there", () => {
    const ahead = { at: 1600, wall: 1000, steady: 0 };
    expect(ageOf(ahead, { wall: 1000, steady: 0 })).toBe(0);
    expect(ageOf(ahead, { wall: 1000 + 901, steady: 901 })).toBe(901);
  });
});

describe("the clock", () => {
  test("is Home Assistant's where the browser's is wrong", () => {
    const clock = new Clock();
    clock.hear(Date.now() / 1000 - 1200, clock.now());
    expect(Date.now() / 1000 - clock.now().wall).toBeCloseTo(1200, 0);
  });

  test("is not set back by a message that a frozen tab hears late", () => {
    vi.useFakeTimers({ toFake: ["Date", "performance"] });
    const clock = new Clock();
    const asked = clock.now();
    const told = Date.now() / 1000;
    vi.advanceTimersByTime(20 * 60_000);
    clock.hear(told, asked); // Asked for before the tab froze.
    clock.hear(told); // Sent unasked.
    expect(clock.now().wall).toBeCloseTo(Date.now() / 1000, 0);
    vi.useRealTimers();
  });

  test("is set forward by any message, and back by the next answer", () => {
    const clock = new Clock();
    clock.hear(Date.now() / 1000 + 1200);
    expect(clock.offset).toBeCloseTo(1200, 0);
    clock.hear(Date.now() / 1000);
    expect(clock.offset).toBeCloseTo(1200, 0);
    clock.hear(Date.now() / 1000, clock.now());
    expect(clock.offset).toBe(0);
  });

  test("is the browser's where they agree, for a message takes its time", () => {
    const clock = new Clock();
    clock.hear(Date.now() / 1000 - 4);
    expect(clock.offset).toBe(0);
  });
});

test.each([
  [undefined, "stale"],
  [0, "fresh"],
  [450, "fresh"],
  [451, "fading"],
  [900, "fading"],
  [900.5, "stale"],
] as const)("of at most 900 s, a reading %s s old is %s", (age, freshness) => {
  expect(freshnessOf(age, 900)).toBe(freshness);
});
