import { describe, expect, test } from "vitest";
import { type Entry, marksOf, withNews } from "../src/diary";

const entry = (at: number, kind: Entry["kind"] = "note"): Entry => ({
  kind,
  at,
  amount: null,
  unit: null,
  text: "",
  precision: "minute",
});

describe("marks", () => {
  test("that a finger could not tell apart are one", () => {
    const marks = marksOf([entry(0), entry(30), entry(60)], (each) => each.at, 44);
    expect(marks.map((mark) => [mark.x, mark.entries.length])).toEqual([
      [0, 2],
      [60, 1],
    ]);
  });

  test("are never closer than asked for, however many there are", () => {
    const many = Array.from({ length: 200 }, (_, index) => entry(index * 3));
    const marks = marksOf(many, (each) => each.at, 44);
    for (let index = 1; index < marks.length; index++) {
      expect((marks[index]?.x ?? 0) - (marks[index - 1]?.x ?? 0)).toBeGreaterThanOrEqual(44);
    }
    expect(marks.flatMap((mark) => mark.entries)).toHaveLength(200);
  });
});

describe("news", () => {
  test("that are told twice are there once", () => {
    expect(withNews([entry(1)], [entry(1), entry(2)])).toHaveLength(2);
  });

  test("that come late stand where they belong", () => {
    expect(withNews([entry(1), entry(3)], [entry(2)]).map((each) => each.at)).toEqual([1, 2, 3]);
  });

  test("of another kind at the same time are their own", () => {
    expect(withNews([entry(1)], [entry(1, "carbohydrates")])).toHaveLength(2);
  });
});
