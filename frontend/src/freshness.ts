/** Whether the number on the screen may be shown as the current one, seen from this browser. */

/** After so many seconds without a reading nothing is current, until Home Assistant names its own limit. */
export const DEFAULT_MAX_AGE = 15 * 60;

/** A reading as this browser has come to know it. Instants are in epoch seconds. */
export interface Seen {
  /** When it was measured, by the clock of the sensor's phone. */
  at: number;
  /** When this browser first saw it: by its wall clock, and by one that nobody sets. */
  wall: number;
  steady: number;
}

/** The instant and the steady seconds of now. */
export function now(): Pick<Seen, "wall" | "steady"> {
  return { wall: Date.now() / 1000, steady: performance.now() / 1000 };
}

/**
 * The age of a reading in seconds, never less than the time for which it has been on this screen.
 *
 * A browser's clock can be wrong or be set back; then what has passed here since the reading arrived counts.
 */
export function ageOf(seen: Seen, moment: Pick<Seen, "wall" | "steady">): number {
  const atFirstSight = Math.max(0, seen.wall - seen.at);
  return Math.max(moment.wall - seen.at, atFirstSight + moment.steady - seen.steady, 0);
}

export type Freshness = "fresh" | "fading" | "stale";

/** How a value is to look: it fades in the second half of its life, and at its end it is gone. */
export function freshnessOf(age: number | undefined, maxAge: number): Freshness {
  if (age === undefined || age > maxAge) return "stale";
  return age > maxAge / 2 ? "fading" : "fresh";
}
