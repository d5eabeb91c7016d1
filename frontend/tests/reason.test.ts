import { readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { reasonLine, reasonOf } from "../src/card/reason";
import type { Cause } from "../src/history-subscription";
import { Formats } from "../src/locale";
import { personOf } from "../src/person";
import { ENGLISH } from "../src/texts";
import { house } from "./house";

/** What is told of Sam, whose entities have these states. */
function told(states: Record<string, string>, cause?: Cause, refused?: string) {
  const hass = house({ glucose: "unknown", ...states });
  hass.locale.time_zone = "server";
  const glucose = Object.keys(hass.entities)[0] as string;
  const person = personOf(hass, glucose);
  if (!person) throw new Error("nobody");
  return reasonOf(hass, person, cause, refused, new Formats(hass, "en"), ENGLISH);
}

const ENDED = { sensor_status: "expired", sensor_expires: "2026-11-27T22:21:00+00:00" };

describe("the reason", () => {
  test("is when the sensor has ended", () => {
    expect(told(ENDED)?.text).toMatch(/^The sensor has expired: .*27.* 11:21/);
    expect(told({ sensor_status: "expired" })?.text).toBe("The sensor has expired");
  });

  test.each([
    ["warming_up", ENGLISH.why_warming_up],
    ["signal_lost", ENGLISH.why_no_signal],
    ["no_sensor", "no_sensor"],
    ["active", undefined],
    ["expiring", undefined],
  ])("of a sensor that is %s is %s", (sensor_status, text) => {
    expect(told({ sensor_status })?.text).toBe(text);
  });

  test("is the account's before the sensor's", () => {
    expect(told(ENDED, { key: "terms", repair: true })).toEqual({ text: ENGLISH.why_terms, repair: true });
    expect(told({}, { key: "polling_disabled", repair: false })?.text).toBe(ENGLISH.why_paused);
    expect(told(ENDED, { key: null, repair: false })?.text).toContain("expired");
  });

  test("of a problem that this card does not know is that the answer is not understood", () => {
    expect(told({}, { key: "something_new", repair: false })?.text).toBe(ENGLISH.why_answer);
  });

  test("is that nothing is loaded while Home Assistant starts", () => {
    expect(told({ glucose: "unavailable" })?.text).toBe(ENGLISH.why_loading);
    expect(told({}, undefined, "person_not_loaded")?.text).toBe(ENGLISH.why_loading);
    expect(told({}, undefined, "history_unwritable")).toBeUndefined();
  });
});

test("every problem of the integration that stops an account has a sentence", () => {
  const source = readFileSync(
    new URL("../../custom_components/libreview/failures/problems.py", import.meta.url),
    "utf8",
  );
  const keys = [
    ...(source.split("# What only a dialog finds.")[0] as string).matchAll(/^ {4}[A-Z_]+ = "(\w+)"/gm),
  ];
  const unnamed = keys
    .map((match) => match[1] as string)
    .filter((key) => told({}, { key, repair: false })?.text === ENGLISH.why_answer);
  expect(keys.length).toBeGreaterThan(15);
  expect(unnamed.sort()).toEqual([
    "code_rejected",
    "invalid_answer",
    "person_not_loadable",
    "redirect_refused",
    "report_failed",
  ]);
});

/** What a template holds, as text. */
function textOf(part: unknown): string {
  if (typeof part === "string") return part;
  if (typeof part !== "object" || !part || !("strings" in part)) return "";
  const { strings, values } = part as { strings: string[]; values: unknown[] };
  return strings.map((text, index) => text + textOf(values[index])).join("");
}

describe("the line", () => {
  const shown = (is_admin: boolean, repair: boolean) =>
    textOf(reasonLine({ ...house({}), user: { is_admin } }, { text: "Why.", repair }, ENGLISH));

  test("leads administrators to the repair, and sends others to them", () => {
    expect(shown(true, true)).toContain(`<a href="/config/repairs">${ENGLISH.open_repairs}</a>`);
    expect(shown(false, true)).not.toContain("<a");
    expect(shown(false, true)).toContain(ENGLISH.ask_admin);
  });

  test("leads nowhere where there is no repair", () => {
    for (const is_admin of [true, false]) {
      expect(shown(is_admin, false)).toContain("Why.");
      expect(shown(is_admin, false)).not.toMatch(/href|Ask/);
    }
  });
});
