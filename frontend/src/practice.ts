/** The page of a practice: its patients, the one first who needs somebody the most. */

import type { Hass } from "./hass";
import { known, type Person } from "./person";

/** How a patient stands to the practice. */
export const LINK = ["sensor.connection", "sensor.last_data"];
/** What stands of each patient, as far as it is there. */
export const PATIENT = [...LINK, "sensor.time_in_range_14d", "sensor.time_below"];

/** Milliseconds. Whose newest data are older, theirs no longer come: practices are often told the day alone. */
const SILENT_AFTER = 48 * 3_600_000;

/** Whether a person is followed as the patient of a practice. Either of these sensors may have been disabled. */
export function isPatient(person: Person): boolean {
  return LINK.some((key) => key in person.entities);
}

/**
 * Persons in the order of who needs somebody: those who are gone, those whose data have stopped, then those who are the
 * longest below their range, then those who are the least in it. Of whom nothing is known stands last.
 */
export function worstFirst(hass: Hass, persons: readonly Person[]): Person[] {
  const now = Date.now();
  const state = (person: Person, key: string) => known(hass, person, key)?.state ?? "";
  const rank = (person: Person): number[] => {
    const below = Number.parseFloat(state(person, "time_below"));
    const inRange = Number.parseFloat(state(person, "time_in_range_14d"));
    const isSilent = now - Date.parse(state(person, "last_data")) > SILENT_AFTER;
    return [
      state(person, "connection") === "gone" ? 0 : isSilent ? 1 : 2,
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
