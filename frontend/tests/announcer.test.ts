import { expect, test } from "vitest";
import { Announcer } from "../src/card/announcer";
import type { Now } from "../src/reading";

const NOW: Now = {
  freshness: "fresh",
  age: 20,
  value: 110,
  unit: "mg/dL",
  zone: "in_range",
  trend: "stable",
};

test("a screen reader hears small changes now and then, and another zone at once", () => {
  const announcer = new Announcer();
  expect(announcer.say("sam", "Sam: 110", NOW, 0)).toBe("Sam: 110");
  expect(announcer.say("sam", "Sam: 111", NOW, 60)).toBe("Sam: 110");
  expect(announcer.say("sam", "Sam: 66", { ...NOW, zone: "low" }, 120)).toBe("Sam: 66");
  expect(announcer.say("sam", "Sam: 65", { ...NOW, zone: "low" }, 421)).toBe("Sam: 65");
});

test("a screen reader is never told of somebody who is not shown any more", () => {
  const announcer = new Announcer();
  announcer.say("sam", "Sam: 110", NOW, 0);
  expect(announcer.say("robin", "Robin: 140", NOW, 5)).toBe("Robin: 140");
});
