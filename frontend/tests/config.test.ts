import { describe, expect, test } from "vitest";
import { type CardConfig, choicesOf } from "../src/config";

const of = (config: Partial<CardConfig>) => choicesOf({ type: "custom:libreview-card", ...config });

describe("a card's configuration", () => {
  test("may name one entity or several, each once", () => {
    expect(of({ entity: "sensor.a" }).entities).toEqual(["sensor.a"]);
    expect(of({ entities: ["sensor.a", "sensor.b", "sensor.a"] }).entities).toEqual(["sensor.a", "sensor.b"]);
    expect(of({}).entities).toEqual([]);
  });

  test("shows everything and three hours unless it says otherwise", () => {
    expect(of({})).toMatchObject({ hours: 3, curve: true, diary: true, ranges: true, sensor: true });
    expect(of({ hide_curve: true }).curve).toBe(false);
  });

  test("has its hours as a number or, from the editor, as a text", () => {
    expect(of({ hours: 8 }).hours).toBe(8);
    expect(of({ hours: "24" }).hours).toBe(24);
  });

  test.each([{ hours: 5 }, { entities: "sensor.a" }, { entities: [7] }])(
    "that is wrong is refused: %j",
    (wrong) => {
      expect(() => of(wrong as Partial<CardConfig>)).toThrow();
    },
  );
});
