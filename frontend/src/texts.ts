/** The card's own words, in the language of Home Assistant; each language is a file that is loaded on demand. */

import en from "./languages/en.json";

export type Texts = typeof en;
export type TextKey = keyof Texts;

const OTHERS = import.meta.glob<Texts>(["./languages/*.json", "!./languages/en.json"], { import: "default" });

/** English is part of the card, for all whose language there is not. */
export const ENGLISH: Texts = en;

/** The words for a language such as `de` or `pt-BR`, and the language that they turned out to be in. */
export async function textsIn(language: string): Promise<{ texts: Texts; language: string }> {
  const load = OTHERS[`./languages/${language.toLowerCase().split(/[-_]/)[0]}.json`];
  try {
    if (load) return { texts: { ...en, ...(await load()) }, language };
  } catch {
    // The file may be gone after an update, until the page is loaded anew.
  }
  return { texts: en, language: language.startsWith("en") ? language : "en" };
}

/** A sentence with what belongs into its braces. */
export function filled(sentence: string, values: Record<string, string>): string {
  return sentence.replace(/\{(\w+)\}/g, (whole, name: string) => values[name] ?? whole);
}
