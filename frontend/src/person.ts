/** Finds what belongs to a person: by device and translation key, for names and entity ids are people's own. */

import type { EntityState, Hass } from "./hass";

const DOMAIN = "libreview";
/** Names in their order, and numbers in them in theirs. */
const { compare } = new Intl.Collator(undefined, { numeric: true });

export interface Person {
  name: string;
  deviceId: string;
  /** Entity ids by translation key, such as `trend`, prefixed by their platform: `sensor.trend`. */
  entities: Record<string, string>;
}

/** Whether an entity is a person's glucose. */
export function isGlucose(hass: Hass, entityId: string): boolean {
  const entity = hass.entities[entityId];
  return (
    entity?.platform === DOMAIN && entity.translation_key === "glucose" && entityId.startsWith("sensor.")
  );
}

/** Every person's glucose sensor, in the order of the persons' names. */
export function glucoseSensors(hass: Hass): string[] {
  return Object.keys(hass.entities)
    .filter((each) => isGlucose(hass, each))
    .sort((one, other) => compare(deviceName(hass, one), deviceName(hass, other)));
}

/** The person whose glucose an entity is, undefined for any other entity. */
export function personOf(hass: Hass, entityId: string): Person | undefined {
  const deviceId = hass.entities[entityId]?.device_id;
  if (!deviceId || !isGlucose(hass, entityId)) {
    return undefined;
  }
  const entities: Record<string, string> = {};
  for (const [id, entity] of Object.entries(hass.entities)) {
    if (entity?.device_id === deviceId && entity.platform === DOMAIN && entity.translation_key) {
      entities[`${id.slice(0, id.indexOf("."))}.${entity.translation_key}`] = id;
    }
  }
  return { name: deviceName(hass, entityId), deviceId, entities };
}

/** Whom a card shows at large: who was chosen, and once that one is gone the first who is there. */
export function shownOf(hass: Hass, entityIds: readonly string[], chosen: string): string {
  const there = entityIds.filter((each) => isGlucose(hass, each));
  return there.includes(chosen) ? chosen : (there[0] ?? entityIds[0] ?? "");
}

/** The state of one of a person's sensors, undefined where there is none or it is not known. */
export function known(hass: Hass, person: Person, key: string): EntityState | undefined {
  const id = person.entities[`sensor.${key}`];
  const state = id ? hass.states[id] : undefined;
  return state && state.state !== "unknown" && state.state !== "unavailable" ? state : undefined;
}

function deviceName(hass: Hass, entityId: string): string {
  const device = hass.devices[hass.entities[entityId]?.device_id ?? ""];
  return device?.name_by_user || device?.name || entityId;
}
