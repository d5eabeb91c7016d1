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

type Words = readonly [name: string, card: string, dashboard: string, updated: string];

/** By language: the name of both, what the card is, what the dashboard is, and what to do when its files are gone. */
const WORDS: Record<string, Words> = {
  da: [
    "Glukose",
    "Værdi, tendens og kurve for personer med Libre-sensor",
    "En side for hver person: kurve, tid i målområdet, dagbog, sensor",
    "LibreView er blevet opdateret, eller forbindelsen mangler: genindlæs denne side.",
  ],
  de: [
    "Glukose",
    "Wert, Trend und Kurve von Menschen mit Libre-Sensor",
    "Eine Seite für jede Person: Kurve, Zeit im Zielbereich, Tagebuch, Sensor",
    "LibreView wurde aktualisiert, oder die Verbindung fehlt: Lade diese Seite neu.",
  ],
  en: [
    "Glucose",
    "Value, trend and curve of people with a Libre sensor",
    "A page for each person: curve, time in range, diary, sensor",
    "LibreView was updated, or the connection is lost: reload this page.",
  ],
  es: [
    "Glucosa",
    "Valor, tendencia y curva de personas con un sensor Libre",
    "Una página por persona: curva, tiempo en rango, diario, sensor",
    "LibreView se ha actualizado o no hay conexión: vuelve a cargar esta página.",
  ],
  fr: [
    "Glucose",
    "Valeur, tendance et courbe de personnes portant un capteur Libre",
    "Une page par personne : courbe, temps dans la cible, journal, capteur",
    "LibreView a été mis à jour, ou la connexion est perdue : rechargez cette page.",
  ],
  it: [
    "Glucosio",
    "Valore, andamento e curva di persone con un sensore Libre",
    "Una pagina per ogni persona: curva, tempo nel target, diario, sensore",
    "LibreView è stato aggiornato o manca la connessione: ricarica questa pagina.",
  ],
  nl: [
    "Glucose",
    "Waarde, trend en curve van mensen met een Libre-sensor",
    "Een pagina per persoon: curve, tijd in streefbereik, dagboek, sensor",
    "LibreView is bijgewerkt of de verbinding is weg: laad deze pagina opnieuw.",
  ],
  pl: [
    "Glukoza",
    "Wartość, trend i krzywa osób z sensorem Libre",
    "Strona dla każdej osoby: krzywa, czas w zakresie, dziennik, sensor",
    "LibreView zaktualizowano albo nie ma połączenia: wczytaj tę stronę ponownie.",
  ],
  pt: [
    "Glicose",
    "Valor, tendência e curva de pessoas com um sensor Libre",
    "Uma página por pessoa: curva, tempo no alvo, diário, sensor",
    "O LibreView foi atualizado ou não há ligação: recarregue esta página.",
  ],
  sv: [
    "Glukos",
    "Värde, trend och kurva för personer med Libre-sensor",
    "En sida för varje person: kurva, tid i målområdet, dagbok, sensor",
    "LibreView har uppdaterats eller så saknas anslutningen: läs in sidan på nytt.",
  ],
};

const DOCUMENTATION = "https://github.com/ha-libreview/libreview#readme";

/** Return the texts in the language that Home Assistant's frontend has set the page to. */
function words(): Words {
  const language = document.documentElement.lang.toLowerCase().split("-")[0] ?? "";
  return WORDS[language] ?? (WORDS.en as Words);
}

/** Return what to say when the files of the card are gone. */
export function updated(): string {
  return words()[3];
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
