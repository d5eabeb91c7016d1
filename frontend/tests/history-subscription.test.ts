import { beforeEach, describe, expect, test, vi } from "vitest";
import type { Hass } from "../src/hass";
import { HistorySubscription, pastAfter, type WindowEvent } from "../src/history-subscription";

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

describe("a subscription", () => {
  const settled = () => vi.advanceTimersByTimeAsync(0);

  /** A connection whose subscriptions are answered in turn. */
  function connected(...answers: (() => Promise<unknown>)[]) {
    const listeners = new Set<() => void>();
    const subscribeMessage = vi.fn((..._: unknown[]) =>
      (answers.length > 1 ? answers.shift() : answers[0])?.(),
    );
    const connection = {
      subscribeMessage,
      addEventListener: (_: string, listener: () => void) => listeners.add(listener),
      removeEventListener: (_: string, listener: () => void) => listeners.delete(listener),
    };
    return { hass: { connection } as unknown as Hass, subscribeMessage, listeners };
  }

  beforeEach(() => {
    vi.useFakeTimers();
    return () => vi.useRealTimers();
  });

  test("that was stopped before it was answered ends its subscription all the same", async () => {
    const unsubscribe = vi.fn();
    const changed = vi.fn();
    const subscription = new HistorySubscription(
      connected(async () => unsubscribe).hass,
      "sensor.sam",
      changed,
    );
    subscription.stop();
    await settled();
    expect(unsubscribe).toHaveBeenCalledOnce();
    expect(changed).not.toHaveBeenCalled();
  });

  test("keeps why it was refused, and asks again, less and less often", async () => {
    const refusal = { code: "unknown_command" };
    const { hass, subscribeMessage } = connected(() => Promise.reject(refusal));
    const subscription = new HistorySubscription(hass, "sensor.sam", vi.fn());
    await settled();
    expect(subscription.refusal).toBe(refusal);
    await vi.advanceTimersByTimeAsync(2000);
    expect(subscribeMessage).toHaveBeenCalledTimes(2);
    await vi.advanceTimersByTimeAsync(3_600_000);
    expect(subscribeMessage.mock.calls.length).toBeLessThan(70);
    subscription.stop();
    subscribeMessage.mockClear();
    await vi.advanceTimersByTimeAsync(3_600_000);
    expect(subscribeMessage).not.toHaveBeenCalled();
  });

  test("subscribes anew once a lost connection is back, until it is stopped", async () => {
    const { hass, subscribeMessage, listeners } = connected(async () => vi.fn());
    const subscription = new HistorySubscription(hass, "sensor.sam", vi.fn());
    await settled();
    for (const ready of listeners) ready();
    await settled();
    expect(subscribeMessage).toHaveBeenCalledTimes(2);
    subscription.stop();
    expect(listeners.size).toBe(0);
  });

  test("tells why there is no value, until it is told otherwise or subscribes anew", async () => {
    let tell: (event: unknown) => void = () => undefined;
    const { hass, subscribeMessage, listeners } = connected(async () => vi.fn());
    subscribeMessage.mockImplementation((...[callback]: unknown[]) => {
      tell = callback as typeof tell;
      return Promise.resolve(vi.fn());
    });
    const changed = vi.fn();
    const subscription = new HistorySubscription(hass, "sensor.sam", changed);
    tell({ kind: "cause", key: "terms", repair: true });
    expect(subscription.cause).toMatchObject({ key: "terms", repair: true });
    expect(changed).toHaveBeenCalledWith(false);
    tell({ kind: "cause", key: null, repair: false });
    expect(subscription.cause?.key).toBeNull();
    tell({ kind: "cause", key: "terms", repair: true });
    for (const ready of listeners) ready();
    expect(subscription.cause).toBeUndefined();
    subscription.stop();
  });

  test("survives a connection that has forgotten the subscription", async () => {
    const subscription = new HistorySubscription(
      connected(async () => () => Promise.reject(new Error("gone"))).hass,
      "sensor.sam",
      vi.fn(),
    );
    await settled();
    subscription.stop();
    await settled();
  });
});
