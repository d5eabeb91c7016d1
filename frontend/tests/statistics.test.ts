import { beforeEach, describe, expect, test, vi } from "vitest";
import { clock } from "../src/freshness";
import type { Hass } from "../src/hass";
import { Asked, type Metrics } from "../src/statistics";

const MINUTE = 60_000;
/** Somebody's figures that end now, with their mean to tell them apart. */
const figures = (mean: number, device_id: string) => ({ device_id, end: Date.now() / 1000, mean }) as Metrics;
const settled = () => vi.advanceTimersByTimeAsync(0);

describe("the figures", () => {
  const callWS = vi.fn();
  const hass = { callWS } as unknown as Hass;
  const changed = vi.fn();
  const ask = (asked: Asked<Metrics>, person: string) =>
    asked.refresh(hass, `sensor.${person}`, person, changed);

  beforeEach(() => {
    vi.useFakeTimers();
    clock.hear(Date.now() / 1000, clock.now());
    callWS.mockReset();
    callWS.mockImplementation(async ({ entity_id }: { entity_id: string }) =>
      figures(callWS.mock.calls.length, entity_id.slice("sensor.".length)),
    );
    return () => vi.useRealTimers();
  });

  test("are those of the person they were asked for, and of nobody else", async () => {
    const asked = new Asked<Metrics>("metrics", 1);
    ask(asked, "sam");
    await settled();
    expect(asked.valueFor("sam")?.mean).toBe(1);
    expect(asked.valueFor("robin")).toBeUndefined(); // Also while nothing can be asked.
  });

  test("of who was shown before are not taken for those of who is shown now", async () => {
    const asked = new Asked<Metrics>("metrics", 1);
    let answerSam: (figures: Metrics) => void = () => undefined;
    callWS.mockImplementationOnce(
      () =>
        new Promise((resolve) => {
          answerSam = resolve;
        }),
    );
    ask(asked, "sam");
    ask(asked, "robin");
    await settled();
    answerSam(figures(88, "sam"));
    await settled();
    expect(asked.valueFor("sam")).toBeUndefined();
    expect(asked.valueFor("robin")?.mean).toBe(2);
  });

  test("that an entity gives of another person are not taken for this one's", async () => {
    const asked = new Asked<Metrics>("metrics", 1);
    callWS.mockImplementationOnce(async () => figures(88, "robin"));
    ask(asked, "sam");
    await settled();
    expect(asked.valueFor("sam")).toBeUndefined();
    await vi.advanceTimersByTimeAsync(MINUTE / 2);
    ask(asked, "sam");
    await settled();
    expect(asked.valueFor("sam")?.mean).toBe(2);
  });

  test.each([
    ["the connection is away", () => undefined],
    ["they are refused", (asked: Asked<Metrics>) => ask(asked, "sam")],
  ])("of half an hour ago are not shown while %s", async (_, meanwhile) => {
    const asked = new Asked<Metrics>("metrics", 1);
    ask(asked, "sam");
    await settled();
    callWS.mockImplementation(() => Promise.reject({ code: "home_assistant_error" }));
    for (let minute = 0; minute < 29; minute++) {
      meanwhile(asked);
      await vi.advanceTimersByTimeAsync(MINUTE);
      expect(asked.valueFor("sam")?.mean).toBe(1);
    }
    await vi.advanceTimersByTimeAsync(2 * MINUTE);
    expect(asked.valueFor("sam")).toBeUndefined();
  });

  test("are not kept because the browser's clock was set back", async () => {
    const asked = new Asked<Metrics>("metrics", 1);
    ask(asked, "sam");
    await settled();
    vi.setSystemTime(Date.now() - 7 * 60 * MINUTE);
    await vi.advanceTimersByTimeAsync(31 * MINUTE);
    expect(asked.valueFor("sam")).toBeUndefined();
  });

  test("are asked for every five minutes, and sooner after a refusal", async () => {
    const asked = new Asked<Metrics>("metrics", 1);
    callWS.mockImplementationOnce(() => Promise.reject({ code: "home_assistant_error" }));
    ask(asked, "sam");
    await settled();
    ask(asked, "sam");
    expect(callWS).toHaveBeenCalledTimes(1);
    await vi.advanceTimersByTimeAsync(MINUTE / 2);
    ask(asked, "sam");
    await settled();
    expect(asked.valueFor("sam")?.mean).toBe(2);
    await vi.advanceTimersByTimeAsync(4 * MINUTE);
    ask(asked, "sam");
    expect(callWS).toHaveBeenCalledTimes(2);
    await vi.advanceTimersByTimeAsync(2 * MINUTE);
    ask(asked, "sam");
    expect(callWS).toHaveBeenCalledTimes(3);
  });
});
