/** Registers the card and the dashboard strategy, with name and description, where the frontend lists them. */

import type { CardConfig } from "./config";
import type { Hass } from "./hass";

interface Registration {
  type: string;
  name: string;
  description: string;
  [more: string]: unknown;
}

declare global {
  interface Window {
    customCards?: Registration[];
    customStrategies?: Registration[];
  }
}

type Words = readonly [name: string, card: string, dashboard: string];

/** By language: the name of both, what the card is, and what the dashboard is. */
const WORDS: Record<string, Words> = {
  da: [
    "Glukose",
    "Værdi, tendens og kurve for personer med Libre-sensor",
    "En side for hver person: kurve, tid i målområdet, dagbog, sensor",
  ],
  de: [
    "Glukose",
    "Wert, Trend und Kurve von Menschen mit Libre-Sensor",
    "Eine Seite für jede Person: Kurve, Zeit im Zielbereich, Tagebuch, Sensor",
  ],
  en: [
    "Glucose",
    "Value, trend and curve of people with a Libre sensor",
    "A page for each person: curve, time in range, diary, sensor",
  ],
  es: [
    "Glucosa",
    "Valor, tendencia y curva de personas con un sensor Libre",
    "Una página por persona: curva, tiempo en rango, diario, sensor",
  ],
  fr: [
    "Glucose",
    "Valeur, tendance et courbe de personnes portant un capteur Libre",
    "Une page par personne : courbe, temps dans la cible, journal, capteur",
  ],
  it: [
    "Glucosio",
    "Valore, andamento e curva di persone con un sensore Libre",
    "Una pagina per ogni persona: curva, tempo nel target, diario, sensore",
  ],
  nl: [
    "Glucose",
    "Waarde, trend en curve van mensen met een Libre-sensor",
    "Een pagina per persoon: curve, tijd in streefbereik, dagboek, sensor",
  ],
  pl: [
    "Glukoza",
    "Wartość, trend i krzywa osób z sensorem Libre",
    "Strona dla każdej osoby: krzywa, czas w zakresie, dziennik, sensor",
  ],
  pt: [
    "Glicose",
    "Valor, tendência e curva de pessoas com um sensor Libre",
    "Uma página por pessoa: curva, tempo no alvo, diário, sensor",
  ],
  sv: [
    "Glukos",
    "Värde, trend och kurva för personer med Libre-sensor",
    "En sida för varje person: kurva, tid i målområdet, dagbok, sensor",
  ],
};

const DOCUMENTATION = "https://github.com/ha-libreview/libreview#readme";

/** Return the texts in the language that Home Assistant's frontend has set the page to. */
function words(): Words {
  const language = document.documentElement.lang.toLowerCase().split("-")[0] ?? "";
  return WORDS[language] ?? (WORDS.en as Words);
}

/** Return the card for an entity if that is the glucose of a person. */
export function suggestion(hass: Hass, entityId: string): { config: CardConfig } | null {
  const entity = hass.entities[entityId];
  return entity?.platform === "libreview" && entity.translation_key === "glucose"
    ? { config: { type: "custom:libreview-card", entities: [entityId] } }
    : null;
}

/** Add the card and the strategy to the frontend's lists, unless they are there already. */
export function register(): void {
  // Both lists are taken by reference, so they must not be replaced once they are there.
  window.customCards ??= [];
  window.customStrategies ??= [];
  if (window.customCards.some((card) => card.type === "libreview-card")) return;
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
      return words()[0];
    },
    get description() {
      return words()[2];
    },
    documentationURL: DOCUMENTATION,
  });
}
