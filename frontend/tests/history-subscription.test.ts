import { beforeEach, describe, expect, test, vi } from "vitest";
import { clock } from "../src/freshness";
import type { Hass } from "../src/hass";
import {
  HistorySubscription,
  type NewsEvent,
  pastAfter,
  type WindowEvent,
} from "../src/history-subscription";

const NOW = 1_000_000;
const WINDOW: WindowEvent = {
  kind: "window",
  device_id: "d1",
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
  below: [NOW - 120],
  above: [],
  now: NOW,
};
const NEWS = { kind: "news", t: [NOW], v: [102], diary: [], below: [], above: [NOW], now: NOW } as const;
/** As it is told, whose lists nobody has taken into their hands yet. */
const news = (): NewsEvent => structuredClone(NEWS) as unknown as NewsEvent;

describe("the past", () => {
  test("is what a window says, whatever was before", () => {
    const past = pastAfter(undefined, WINDOW, NOW);
    expect(past).toMatchObject({ maxAge: 900, sensorChanges: [NOW - 5000], v: [100, 101] });
    expect(pastAfter(past, { ...WINDOW, v: [90, 91] }, NOW)?.v).toEqual([90, 91]);
  });

  test("grows by news, as a new object, so that what is drawn knows", () => {
    const past = pastAfter(undefined, WINDOW, NOW);
    const grown = pastAfter(past, news(), NOW);
    expect(grown?.v).toEqual([100, 101, 102]);
    expect(past?.v).toEqual([100, 101]);
  });

  test("knows which readings are LO and HI, and forgets those that are too old", () => {
    const past = pastAfter(pastAfter(undefined, WINDOW, NOW), news(), NOW);
    expect(past).toMatchObject({ below: [NOW - 120], above: [NOW] });
    expect(pastAfter(past, news(), NOW + 86_400)?.below).toEqual([]);
  });

  test("does not begin with news", () => {
    expect(pastAfter(undefined, news(), NOW)).toBeUndefined();
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
      connected: true,
      subscribeMessage,
      addEventListener: (_: string, listener: () => void) => listeners.add(listener),
      removeEventListener: (_: string, listener: () => void) => listeners.delete(listener),
    };
    return { hass: { connection } as unknown as Hass, connection, subscribeMessage, listeners };
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
      "d1",
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
    const subscription = new HistorySubscription(hass, "sensor.sam", "d1", vi.fn());
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
    const subscription = new HistorySubscription(hass, "sensor.sam", "d1", vi.fn());
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
    const subscription = new HistorySubscription(hass, "sensor.sam", "d1", changed);
    tell(WINDOW);
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
      "d1",
      vi.fn(),
    );
    await settled();
    subscription.stop();
    await settled();
  });

  test("is one alone, however Home Assistant starts anew, and all others are ended", async () => {
    let open = 0;
    const queued: (() => void)[] = [];
    const { hass, connection, subscribeMessage, listeners } = connected();
    // As the frontend's library does: while there is no connection, a message waits for the next one.
    subscribeMessage.mockImplementation(async () => {
      if (!connection.connected) await new Promise<void>((resolve) => queued.push(resolve));
      open += 1;
      return () => {
        open -= 1;
      };
    });
    const ready = async () => {
      connection.connected = true;
      for (const each of queued.splice(0)) each();
      for (const listener of listeners) listener();
      await settled();
    };
    subscribeMessage.mockRejectedValueOnce({ code: "unknown_command" }); // Not set up yet.
    const subscription = new HistorySubscription(hass, "sensor.sam", "d1", vi.fn());
    await settled();
    connection.connected = false; // Home Assistant starts once more.
    await vi.advanceTimersByTimeAsync(10_000); // The retry falls into that time.
    await ready();
    await vi.advanceTimersByTimeAsync(60_000);
    expect(open).toBe(1);
    subscription.stop();
    await settled();
    expect(open).toBe(0);
  });

  test("hears nothing of another person whose the entity is by now, until it is theirs again", async () => {
    let tell: (event: unknown) => void = () => undefined;
    const { hass, subscribeMessage } = connected();
    subscribeMessage.mockImplementation((...[callback]: unknown[]) => {
      tell = callback as typeof tell;
      return Promise.resolve(vi.fn());
    });
    const subscription = new HistorySubscription(hass, "sensor.sam", "d1", vi.fn());
    tell({ ...WINDOW, device_id: "d2", v: [1, 2] });
    tell(news());
    tell({ kind: "cause", key: "terms", repair: true });
    expect(subscription).toMatchObject({ past: undefined, cause: undefined, isAnothers: true });
    tell(WINDOW);
    expect(subscription).toMatchObject({ past: { v: [100, 101] }, isAnothers: false });
    subscription.stop();
  });

  test("passes over what only a later version knows", async () => {
    let tell: (event: unknown) => void = () => undefined;
    const { hass, subscribeMessage } = connected();
    subscribeMessage.mockImplementation((...[callback]: unknown[]) => {
      tell = callback as typeof tell;
      return Promise.resolve(vi.fn());
    });
    const subscription = new HistorySubscription(hass, "sensor.sam", "d1", vi.fn());
    tell(WINDOW);
    tell({ kind: "forecast", now: NOW });
    expect(subscription.past?.v).toEqual([100, 101]);
    subscription.stop();
  });

  test("that was asked for twice hears the later one alone", async () => {
    const tell: ((event: unknown) => void)[] = [];
    const { hass, subscribeMessage, listeners } = connected();
    subscribeMessage.mockImplementation((...[callback]: unknown[]) => {
      tell.push(callback as (event: unknown) => void);
      return Promise.resolve(vi.fn());
    });
    const subscription = new HistorySubscription(hass, "sensor.sam", "d1", vi.fn());
    for (const ready of listeners) ready();
    await settled();
    tell[1]?.(WINDOW);
    tell[0]?.({ ...WINDOW, v: [1, 2] });
    expect(subscription.past?.v).toEqual([100, 101]);
    subscription.stop();
  });

  test("asks what time it is once the browser's clock was set, until it is told, and not all the time", async () => {
    let tell: (event: unknown) => void = () => undefined;
    const unsubscribe = vi.fn();
    const { hass, subscribeMessage } = connected();
    subscribeMessage.mockImplementation((...[callback]: unknown[]) => {
      tell = callback as typeof tell;
      return Promise.resolve(unsubscribe);
    });
    const now = () => Date.now() / 1000;
    clock.hear(now(), clock.now());
    const told = (ahead = 0) => tell({ ...WINDOW, now: now() + ahead });
    const subscription = new HistorySubscription(hass, "sensor.sam", "d1", vi.fn());
    await settled();
    told(3600); // The browser is an hour behind.
    subscription.checkClock();
    expect(subscribeMessage).toHaveBeenCalledTimes(1);

    await vi.advanceTimersByTimeAsync(120_000);
    vi.setSystemTime(Date.now() + 3_600_000); // Now it is right.
    for (let number = 0; number < 5; number++) subscription.checkClock();
    await settled();
    expect(unsubscribe).toHaveBeenCalledTimes(1);
    expect(subscribeMessage).toHaveBeenCalledTimes(2);
    told();
    expect(clock.now().wall).toBeCloseTo(now(), 0);
    await vi.advanceTimersByTimeAsync(120_000);
    subscription.checkClock();
    expect(subscribeMessage).toHaveBeenCalledTimes(2);
    subscription.stop();
  });
});
