/** A piece of Home Assistant for tests: one person with the entities that a test names. */

import type { Hass } from "../src/hass";

export function locale(changes: Partial<Hass["locale"]> = {}): Hass["locale"] {
  return {
    language: "en",
    number_format: "language",
    time_format: "language",
    time_zone: "local",
    ...changes,
  };
}

/** Sam, whose entities are named by people as they like; `states` are by translation key. */
export function house(states: Record<string, string>, attributes: Record<string, unknown> = {}): Hass {
  const hass = {
    states: {} as Hass["states"],
    entities: {} as Hass["entities"],
    devices: { d1: { id: "d1", name: "Sam Specimen", name_by_user: "Sam" } },
    locale: locale(),
    language: "en",
    config: { time_zone: "Europe/Berlin" },
    localize: (key: string) => key.split(".").at(-1) ?? "",
  } as unknown as Hass;
  Object.entries(states).forEach(([key, state], index) => {
    const id = `sensor.odd_name_${index}`;
    hass.entities[id] = { entity_id: id, device_id: "d1", platform: "libreview", translation_key: key };
    hass.states[id] = { entity_id: id, state, attributes: { unit_of_measurement: "mg/dL", ...attributes } };
  });
  return hass;
}
