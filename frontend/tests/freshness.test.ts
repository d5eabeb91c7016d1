import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
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
  const HOUR = 3600;
  /** What time it really is. */
  const truth = () => START + performance.now() / 1000;
  const START = 1_800_000_000;
  /** How far the clock is ahead of the truth. */
  const ahead = (clock: Clock) => clock.now().wall - truth();
  const set = (seconds: number) => vi.setSystemTime(Date.now() + seconds * 1000);

  beforeEach(() => {
    vi.useFakeTimers({ toFake: ["Date", "performance"] });
    vi.setSystemTime(START * 1000 + performance.now());
  });
  afterEach(() => {
    vi.useRealTimers();
  });

  test("is Home Assistant's where the browser's is wrong", () => {
    const clock = new Clock();
    clock.hear(Date.now() / 1000 - 1200, clock.now());
    expect(Date.now() / 1000 - clock.now().wall).toBeCloseTo(1200, 0);
  });

  test("is not set back by a message that a frozen tab hears late, but asks", () => {
    const clock = new Clock();
    const asked = clock.now();
    const told = truth();
    vi.advanceTimersByTime(20 * 60_000);
    clock.hear(told, asked); // Asked for before the tab froze.
    clock.hear(told); // Sent unasked.
    expect(ahead(clock)).toBeCloseTo(0, 0);
    expect(clock.isDoubtful).toBe(true);
    clock.hear(truth(), clock.now());
    expect(clock.isDoubtful).toBe(false);
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
    expect(clock.isDoubtful).toBe(false);
  });

  test.each([
    ["was an hour ahead", HOUR],
    ["was an hour behind", -HOUR],
  ])(
    "is never behind the truth once a browser's clock that %s is put right, and right once it is told",
    (_, wrong) => {
      set(wrong);
      const clock = new Clock();
      clock.hear(truth(), clock.now());
      expect(ahead(clock)).toBeCloseTo(0, 0);
      set(-wrong);
      expect(ahead(clock)).toBeGreaterThan(-1);
      expect(clock.isDoubtful).toBe(true);
      clock.hear(truth(), clock.now());
      expect(ahead(clock)).toBeCloseTo(0, 0);
      expect(clock.isDoubtful).toBe(false);
    },
  );

  test("does not run late when a tablet slept while its clock was put right", () => {
    set(HOUR); // Ahead.
    const clock = new Clock();
    clock.hear(truth(), clock.now());
    set(-HOUR + 55 * 60); // 55 minutes pass in which nothing runs, and NTP sets the clock.
    expect(clock.now().wall - (truth() + 55 * 60)).toBeGreaterThan(-1);
  });

  test("counts the sleep of a tablet whose clock is behind, and stays", () => {
    set(-HOUR);
    const clock = new Clock();
    clock.hear(truth(), clock.now());
    set(8 * HOUR); // A night in which nothing runs.
    expect(clock.now().wall - (truth() + 8 * HOUR)).toBeCloseTo(0, 0);
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
