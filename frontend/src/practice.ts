/** The page of a practice: its patients, the one first who needs somebody the most. */

import type { Hass } from "./hass";
import { known, type Person } from "./person";

/** What stands of each patient, as far as it is there. */
export const PATIENT = [
  "sensor.connection",
  "sensor.last_data",
  "sensor.time_in_range_14d",
  "sensor.time_below",
];

/** Whether a person is followed as the patient of a practice. */
export function isPatient(person: Person): boolean {
  return "sensor.connection" in person.entities;
}

/**
 * Persons in the order of who needs somebody: those whose data no longer come, then those who are the longest
 * below their range, then those who are the least in it. Of whom nothing is known stands last.
 */
export function worstFirst(hass: Hass, persons: readonly Person[]): Person[] {
  const number = (person: Person, key: string) => Number.parseFloat(known(hass, person, key)?.state ?? "");
  const rank = (person: Person): number[] => {
    const below = number(person, "time_below");
    const inRange = number(person, "time_in_range_14d");
    return [
      known(hass, person, "connection")?.state === "gone" ? 0 : 1,
      Number.isFinite(below) ? -below : 1,
      Number.isFinite(inRange) ? inRange : 101,
    ];
  };
  const ranked = persons.map((person) => ({ person, rank: rank(person) }));
  ranked.sort((one, other) => {
    const different = one.rank.findIndex((each, index) => each !== other.rank[index]);
    return different < 0 ? 0 : (one.rank[different] ?? 0) - (other.rank[different] ?? 0);
  });
  return ranked.map(({ person }) => person);
}
