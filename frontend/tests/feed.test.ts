import { describe, expect, test, vi } from "vitest";
import { Feed, pastAfter, type WindowEvent } from "../src/feed";
import type { Hass } from "../src/hass";

const NOW = 1_000_000;
const WINDOW: WindowEvent = {
  kind: "window",
  start: NOW - 86_400,
  end: NOW,
  unit: "mg/dL",
  zone: "Europe/Berlin",
  thresholds: { very_low: 54, low: 70, high: 180, very_high: 250 },
  gap: 900,
  t: [NOW - 120, NOW - 60],
  v: [100, 101],
  diary: [],
  sensor_changes: [NOW - 5000],
  max_age: 900,
};

describe("the past", () => {
  test("is what a window says, whatever was before", () => {
    const past = pastAfter(undefined, WINDOW, NOW);
    expect(past).toMatchObject({ maxAge: 900, sensorChanges: [NOW - 5000], v: [100, 101] });
    expect(pastAfter(past, { ...WINDOW, v: [90, 91] }, NOW)?.v).toEqual([90, 91]);
  });

  test("grows by news, as a new object, so that what is drawn knows", () => {
    const past = pastAfter(undefined, WINDOW, NOW);
    const grown = pastAfter(past, { kind: "news", t: [NOW], v: [102], diary: [] }, NOW);
    expect(grown?.v).toEqual([100, 101, 102]);
    expect(past?.v).toEqual([100, 101]);
  });

  test("does not begin with news", () => {
    expect(pastAfter(undefined, { kind: "news", t: [NOW], v: [102], diary: [] }, NOW)).toBeUndefined();
  });
});

describe("a feed", () => {
  const listen = (subscribeMessage: unknown) => ({ connection: { subscribeMessage } }) as unknown as Hass;
  const settled = () => new Promise((resolve) => setTimeout(resolve));

  test("that was stopped before it was answered ends its subscription all the same", async () => {
    const unsubscribe = vi.fn();
    const changed = vi.fn();
    const feed = new Feed(
      listen(async () => unsubscribe),
      "sensor.sam",
      changed,
    );
    feed.stop();
    await settled();
    expect(unsubscribe).toHaveBeenCalledOnce();
    expect(changed).not.toHaveBeenCalled();
  });

  test("keeps why it was refused", async () => {
    const refusal = { code: "not_found" };
    const changed = vi.fn();
    const feed = new Feed(
      listen(() => Promise.reject(refusal)),
      "sensor.sam",
      changed,
    );
    await settled();
    expect(feed.refusal).toBe(refusal);
    expect(changed).toHaveBeenCalledOnce();
  });

  test("survives a connection that has forgotten the subscription", async () => {
    const feed = new Feed(
      listen(async () => () => Promise.reject(new Error("gone"))),
      "sensor.sam",
      vi.fn(),
    );
    await settled();
    feed.stop();
    await settled();
  });
});
