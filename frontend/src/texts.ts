/** The card's own words, in the language of Home Assistant; each language is a file that is loaded on demand. */

import en from "./languages/en.json";

export type Texts = typeof en;
export type TextKey = keyof Texts;

const OTHERS = import.meta.glob<Texts>(["./languages/*.json", "!./languages/en.json"], { import: "default" });

/** English is part of the card, for all whose language there is not. */
export const ENGLISH: Texts = en;

/** The words of a language, such as `de` or `pt-BR`. */
export async function textsIn(language: string): Promise<Texts> {
  const load = OTHERS[`./languages/${language.toLowerCase().split(/[-_]/)[0]}.json`];
  try {
    return load ? { ...en, ...(await load()) } : en;
  } catch {
    return en; // The file may be gone after an update, until the page is loaded anew.
  }
}

/** A sentence with what belongs into its braces. */
export function filled(sentence: string, values: Record<string, string>): string {
  return sentence.replace(/\{(\w+)\}/g, (whole, name: string) => values[name] ?? whole);
}
