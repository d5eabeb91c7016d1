/** What the card says of a person right now: the one place that decides whether a number is shown. */

import type { Beyond } from "./beyond";
import { ageOf, DEFAULT_MAX_AGE, type Freshness, freshnessOf, type Moment, type Seen } from "./freshness";
import type { Hass } from "./hass";
import type { Past } from "./history-subscription";
import { known, type Person } from "./person";
import { ZONES, type Zone, zoneOf } from "./zones";

export const TRENDS = ["falling_fast", "falling", "stable", "rising", "rising_fast"] as const;
export type Trend = (typeof TRENDS)[number];

export interface Now {
  freshness: Freshness;
  /** Seconds since the newest reading, however old; undefined where there never was one. */
  age: number | undefined;
  /** Only while it is current, and so is all that follows. */
  value?: number;
  unit: string;
  zone?: Zone;
  trend?: Trend;
  change?: number;
  /** The sensor shows LO or HI instead of a number. */
  beyond?: Beyond;
}

/** When the newest reading of a person was measured, in epoch seconds, whether it still counts or not. */
export function measuredAt(hass: Hass, person: Person, past: Past | undefined): number | undefined {
  const glucose = hass.states[person.entities["sensor.glucose"] ?? ""];
  const told = Date.parse(String(glucose?.attributes.measurement_timestamp)) / 1000;
  return Number.isFinite(told) ? told : past?.t.at(-1);
}

/** What is shown while nobody knows whose the entity is. */
export const NOTHING: Now = { freshness: "stale", age: undefined, unit: "" };

/**
 * Decide what is shown. Home Assistant's glucose is unknown once it is old; but a browser that lost its connection
 * goes on holding the last state, so the age counts here as well.
 */
export function nowOf(
  hass: Hass,
  person: Person,
  past: Past | undefined,
  seen: Seen | undefined,
  moment: Moment,
): Now {
  const glucose = known(hass, person, "glucose");
  const unit = String(glucose?.attributes.unit_of_measurement ?? past?.unit ?? "");
  const age = seen && ageOf(seen, moment);
  const value = Number.parseFloat(glucose?.state ?? "");
  const freshness = Number.isFinite(value) ? freshnessOf(age, past?.maxAge ?? DEFAULT_MAX_AGE) : "stale";
  if (freshness === "stale") return { freshness, age, unit };
  const shown: Now = { freshness, age, value, unit };
  const range = known(hass, person, "range")?.state;
  const zone = ZONES.find((each) => each === range);
  if (zone) shown.zone = zone;
  else if (past && past.unit === unit) shown.zone = zoneOf(value, past.thresholds);
  const trend = TRENDS.find((each) => each === known(hass, person, "trend")?.state);
  if (trend) shown.trend = trend;
  const beyond = glucose?.attributes.measuring_range;
  if (beyond === "below" || beyond === "above") shown.beyond = beyond;
  const change = known(hass, person, "change");
  if (!shown.beyond && change?.attributes.unit_of_measurement === unit)
    shown.change = Number.parseFloat(change.state);
  return shown;
}
