import { describe, expect, test } from "vitest";
import { Formats } from "../src/locale";
import { locale } from "./house";

const berlin = { time_zone: "Europe/Berlin" };
const made = (changes: Parameters<typeof locale>[0], words = "en") =>
  new Formats({ locale: locale(changes), config: berlin }, words);
/** 13:05 in Berlin, summer time. */
const AFTERNOON = Date.UTC(2026, 6, 1, 11, 5) / 1000;
const plain = (text: string) => text.replace(/\s/g, " ");

describe("glucose", () => {
  test("is whole in mg/dL and has one decimal in mmol/L", () => {
    expect(made({}).glucose(123, "mg/dL")).toBe("123");
    expect(made({}).glucose(7, "mmol/L")).toBe("7.0");
  });

  test.each([
    ["language", "de", "10,5"],
    ["comma_decimal", "de", "10.5"],
    ["decimal_comma", "en", "10,5"],
    ["quote_decimal", "en", "10.5"],
    ["none", "de", "10,5"],
    ["a setting of the future", "en", "10.5"],
  ])("is written the way the profile says: %s in %s", (number_format, language, written) => {
    expect(made({ number_format, language }).glucose(10.5, "mmol/L")).toBe(written);
  });

  test("changes with a sign, and with none when nothing changed", () => {
    expect(made({}).change(4, "mg/dL")).toBe("+4");
    expect(made({}).change(-0.3, "mmol/L")).toBe("−0.3");
    expect(made({}).change(0, "mg/dL")).toBe("0");
  });
});

describe("shares", () => {
  test.each([
    [0, "0%"],
    [0.0001, "<1%"],
    [0.5, "50%"],
    [0.9999, ">99%"],
    [1, "100%"],
  ])("%f is %s, for a little is not nothing", (share, written) => {
    expect(made({}).share(share)).toBe(written);
  });
});

describe("times", () => {
  test("are those of the server where the profile says so", () => {
    expect(made({ time_zone: "server", time_format: "24" }).time(AFTERNOON)).toBe("13:05");
  });

  test.each([
    ["12", "de", /1:05 PM/],
    ["24", "en", /13:05/],
    ["language", "en", /1:05 PM/],
    ["language", "de", /13:05/],
  ])("have the hours that the profile says: %s in %s", (time_format, language, written) => {
    expect(plain(made({ time_format, language, time_zone: "server" }).time(AFTERNOON))).toMatch(written);
  });

  test("of a day are the same in every time zone", () => {
    expect(made({ time_format: "24", time_zone: "server" }).minuteOfDay(6 * 60)).toBe("06:00");
    expect(plain(made({ time_format: "12" }).minuteOfDay(18 * 60))).toBe("6 PM");
  });
});

describe("ages", () => {
  test.each([
    [-20, "now"],
    [-59, "now"],
    [-61, "1 min. ago"],
    [-179, "2 min. ago"],
    [-7300, "2 hr. ago"],
    [-3 * 86_400, "3 days ago"],
    [9.6 * 86_400, "in 9 days"],
  ])("%d s is %s, never more than has passed", (seconds, written) => {
    expect(plain(made({}).relative(seconds))).toBe(written);
  });

  test("are in the language of the words around them", () => {
    expect(made({ language: "ar" }, "en").relative(-120)).toBe("2 min. ago");
  });
});

test("a length of time has hours and minutes", () => {
  expect(made({}).duration(59 * 60)).toBe("59m");
  expect(made({}).duration(17 * 3600 + 52 * 60)).toBe("17h 52m");
  expect(made({}).duration(19 * 3600)).toBe("19h");
});

test("a language that no browser knows does not keep the card from being drawn", () => {
  expect(made({ language: "not a language" }, "neither").glucose(100, "mg/dL")).toBe("100");
});

test("an amount has as many digits as somebody gave it", () => {
  const formats = made({ language: "de" });
  expect([0.04, 0.05, 1.25, 6, 5.5, 0.125].map((each) => formats.amount(each))).toEqual([
    "0,04",
    "0,05",
    "1,25",
    "6",
    "5,5",
    "0,125",
  ]);
});

test("a time zone is named where its clock is another one than that which is shown", () => {
  const shown = made({ time_zone: "server" });
  expect(shown.otherZone("Europe/Paris", AFTERNOON)).toBe("");
  expect(shown.otherZone("Asia/Tokyo", AFTERNOON)).toBe("Japan Standard Time");
  expect(shown.otherZone("Nowhere/At all", AFTERNOON)).toBe("Nowhere/At all");
});
