import { readdirSync, readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { filled, textsIn } from "../src/texts";

const FOLDER = new URL("../src/languages/", import.meta.url);
const OURS = new URL("../../custom_components/libreview/translations/", import.meta.url);
const read = (folder: URL, name: string) => JSON.parse(readFileSync(new URL(name, folder), "utf8"));
const names = readdirSync(FOLDER).sort();
const english: Record<string, string> = read(FOLDER, "en.json");
const braces = (text: string) => [...text.matchAll(/\{\w+\}/g)].map(String).sort();

test("there is a file for every language of the integration", () => {
  expect(names).toEqual(readdirSync(OURS).sort());
});

describe.each(names)("%s", (name) => {
  const texts: Record<string, string> = read(FOLDER, name);

  test("says all that English says, in the same order, with the same gaps to fill", () => {
    expect(Object.keys(texts)).toEqual(Object.keys(english));
    for (const [key, text] of Object.entries(texts)) {
      expect(text.trim()).not.toBe("");
      expect(braces(text)).toEqual(braces(english[key] ?? ""));
    }
  });

  test("names the ranges and the diary as the entities do", () => {
    const { sensor, event } = read(OURS, name).entity;
    const kinds = event.diary.state_attributes.event_type.state;
    for (const [key, text] of Object.entries({ ...sensor.range.state, ...kinds })) {
      expect(texts[key]?.toLowerCase()).toBe(String(text).toLowerCase());
    }
  });
});

test("every word is used", () => {
  const source = readdirSync(new URL("../src/", import.meta.url), { recursive: true })
    .filter((each) => String(each).endsWith(".ts"))
    .map((each) => readFileSync(new URL(`../src/${each}`, import.meta.url), "utf8"))
    .join("\n");
  const unused = Object.keys(english).filter((key) => !new RegExp(`\\b${key}\\b`).test(source));
  expect(unused).toEqual([]);
});

test.each([
  ["de", "de", "Im Zielbereich"],
  ["de-CH", "de-CH", "Im Zielbereich"],
  ["pt-BR", "pt-BR", "No alvo"],
  ["en-GB", "en-GB", "In range"],
  ["ar", "en", "In range"],
])("the words for %s are in %s", async (asked, language, inRange) => {
  const spoken = await textsIn(asked);
  expect(spoken.language).toBe(language);
  expect(spoken.texts.in_range).toBe(inRange);
});

test("a value with braces of its own stays as it is", () => {
  expect(filled("{a} and {b}", { a: "{b}", b: "2" })).toBe("{b} and 2");
});
