import { describe, expect, test } from "vitest";
import type { Past } from "../src/history-subscription";
import { glucoseSensors, isGlucose, personOf, shownOf } from "../src/person";
import { measuredAt, nowOf } from "../src/reading";
import { house } from "./house";

const AT = Date.UTC(2026, 6, 1, 11, 0) / 1000;
const CURRENT = {
  glucose: "123",
  trend: "rising",
  range: "in_range",
  change: "4",
};
const MEASURED = { measurement_timestamp: new Date(AT * 1000).toISOString() };
const PAST = {
  maxAge: 600,
  unit: "mg/dL",
  t: [AT - 60],
  v: [120],
  thresholds: { very_low: 54, low: 70, high: 180, very_high: 250 },
};

function shown(states: Record<string, string>, age: number, attributes = {}, past: unknown = undefined) {
  const hass = house(states, { ...MEASURED, ...attributes });
  const person = personOf(hass, "sensor.odd_name_0");
  if (!person) throw new Error("nobody");
  const at = measuredAt(hass, person, past as Past | undefined);
  const seen = at === undefined ? undefined : { at, wall: at, steady: 0 };
  return nowOf(hass, person, past as Past | undefined, seen, { wall: AT + age, steady: age });
}

describe("a person", () => {
  test("is found by the device, whatever the entities are called, under the name people gave", () => {
    const person = personOf(house(CURRENT), "sensor.odd_name_0");
    expect(person?.name).toBe("Sam");
    expect(person?.entities["sensor.trend"]).toBe("sensor.odd_name_1");
  });

  test("is known by the glucose only", () => {
    const hass = house(CURRENT);
    expect(glucoseSensors(hass)).toEqual(["sensor.odd_name_0"]);
    expect(isGlucose(hass, "sensor.odd_name_2")).toBe(false);
    expect(personOf(hass, "sensor.gone")).toBeUndefined();
  });

  test("who is gone hides nobody else", () => {
    const hass = house(CURRENT);
    const two = ["sensor.gone", "sensor.odd_name_0"];
    expect(shownOf(hass, two, "")).toBe("sensor.odd_name_0");
    expect(shownOf(hass, two, "sensor.gone")).toBe("sensor.odd_name_0");
    expect(shownOf(hass, two, "sensor.odd_name_0")).toBe("sensor.odd_name_0");
    expect(shownOf(hass, ["sensor.gone"], "")).toBe("sensor.gone");
  });
});

describe("what is shown", () => {
  test("is the value with all that belongs to it while it is young", () => {
    expect(shown(CURRENT, 60)).toMatchObject({
      value: 123,
      zone: "in_range",
      trend: "rising",
      change: 4,
      age: 60,
      freshness: "fresh",
    });
  });

  test("has no value any more once it is too old, though the state still holds one", () => {
    const old = shown(CURRENT, 901);
    expect(old).toEqual({ freshness: "stale", age: 901, unit: "mg/dL" });
  });

  test("grows too old by the person's own limit", () => {
    expect(shown(CURRENT, 601, {}, PAST).freshness).toBe("stale");
    expect(shown(CURRENT, 599, {}, PAST).freshness).toBe("fading");
  });

  test.each(["unknown", "unavailable", ""])("has no value when Home Assistant says %j", (glucose) => {
    expect(shown({ ...CURRENT, glucose }, 60).value).toBeUndefined();
  });

  test("has no value when nobody says when it was measured", () => {
    expect(shown(CURRENT, 60, { measurement_timestamp: null }).value).toBeUndefined();
  });

  test("takes the time from the readings where the sensor does not say it", () => {
    const untold = { measurement_timestamp: null };
    expect(shown({ glucose: "123" }, 60, untold, PAST)).toMatchObject({
      value: 123,
      age: 120,
      zone: "in_range",
    });
  });

  test("says LO and HI by the sensor's own range, without a change that means nothing", () => {
    const beyond = shown({ ...CURRENT, glucose: "400" }, 60, { measuring_range: "above" });
    expect(beyond.beyond).toBe("above");
    expect(beyond.change).toBeUndefined();
  });

  test("leaves out a change that is in another unit", () => {
    const hass = house(CURRENT);
    const change = hass.states["sensor.odd_name_3"];
    if (change) change.attributes.unit_of_measurement = "mmol/L";
    const person = personOf(hass, "sensor.odd_name_0");
    if (!person) throw new Error("nobody");
    expect(
      nowOf(hass, person, undefined, { at: AT, wall: AT, steady: 0 }, { wall: AT, steady: 0 }).change,
    ).toBeUndefined();
  });
});
