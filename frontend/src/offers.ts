/** How the card and the dashboard present themselves where people look for them. */

import { suggestion } from "./shells";

interface Offer {
  type: string;
  name: string;
  description: string;
  [more: string]: unknown;
}

declare global {
  interface Window {
    customCards?: Offer[];
    customStrategies?: Offer[];
  }
}

/** By language: the card's name and what it is, the dashboard's name and what it is. */
const WORDS: Record<string, [string, string, string, string]> = {
  en: [
    "Glucose",
    "Value, trend and curve of people with a Libre sensor",
    "Glucose",
    "A page for each person: curve, time in range, diary, sensor",
  ],
};

const DOCUMENTATION = "https://github.com/ha-libreview/libreview#readme";

/** The language that Home Assistant's frontend has set the page to. */
function words(): [string, string, string, string] {
  const language = document.documentElement.lang.toLowerCase().split("-")[0] ?? "";
  return WORDS[language] ?? (WORDS.en as [string, string, string, string]);
}

export function offer(): void {
  // Both lists are taken by reference, so they must not be replaced once they are there.
  window.customCards ??= [];
  window.customStrategies ??= [];
  if (window.customCards.some((each) => each.type === "libreview-card")) return;
  window.customCards.push({
    type: "libreview-card",
    // Asked for when the picker opens: the page may have no language yet while this file is loaded.
    get name() {
      return words()[0];
    },
    get description() {
      return words()[1];
    },
    preview: true,
    documentationURL: DOCUMENTATION,
    getEntitySuggestion: suggestion,
  });
  window.customStrategies.push({
    type: "libreview",
    strategyType: "dashboard",
    get name() {
      return words()[2];
    },
    get description() {
      return words()[3];
    },
    documentationURL: DOCUMENTATION,
  });
}
