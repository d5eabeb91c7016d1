import { expect, test } from "vitest";
import { beyondAt, reached } from "../src/beyond";

const INSTANTS = { below: [100], above: [300] };

test("a reading beyond what a sensor measures is LO or HI, and one on the border is a number", () => {
  expect(beyondAt(INSTANTS, 100)).toBe("below");
  expect(beyondAt(INSTANTS, 300)).toBe("above");
  expect(beyondAt(INSTANTS, 200)).toBeUndefined();
});

test("a stretch of time reaches LO or HI only where it holds one", () => {
  expect(reached(INSTANTS, "below", 50, 250)).toBe("LO");
  expect(reached(INSTANTS, "above", 50, 250)).toBeUndefined();
  expect(reached(INSTANTS, "above", 300, 400)).toBe("HI");
});
