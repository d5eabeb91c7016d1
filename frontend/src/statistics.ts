/** What the integration computes over days: shares of time, averages, the daily profile. */

import type { Hass } from "./hass";
import type { Thresholds, Zone } from "./zones";

export interface Metrics {
  /** Epoch seconds. */
  start: number;
  end: number;
  /** The share of the time for which there are readings. */
  completeness: number;
  enough: boolean;
  unit: string;
  mean: number | null;
  sd: number | null;
  /** Per cent. */
  cv: number | null;
  gmi: number | null;
  /** Shares of the measured time. */
  shares: Record<Zone, number> | null;
  episodes: Record<"very_low" | "low" | "high" | "very_high", number>;
}

/** How glucose was distributed at one time of the day; a percentile is null where too little was measured. */
export interface Bin {
  /** After the person's midnight. */
  minute: number;
  p5: number | null;
  p25: number | null;
  p50: number | null;
  p75: number | null;
  p95: number | null;
}

export interface Profile {
  unit: string;
  zone: string;
  bins: Bin[];
  /** Of how many days it is made. */
  days: number;
  enough: boolean;
  thresholds: Thresholds;
}

/** Of so many days a profile is made, as of the last ones; their first and last may be one calendar day more. */
export const PROFILE_DAYS = 14;

/** What is older than this is asked for again. */
const LIFETIME = 5 * 60_000;

/** Asks for something at most every few minutes, and gives what was answered last meanwhile. */
export class Asked<T> {
  value: T | undefined;
  #entityId = "";
  #askedAt = -Infinity;
  readonly #command: string;
  readonly #days: number;

  constructor(command: "metrics" | "agp", days: number) {
    this.#command = `libreview/${command}`;
    this.#days = days;
  }

  /** Ask anew at the next turn, for the past is no longer what it was. */
  expire(): void {
    this.#askedAt = -Infinity;
  }

  /** Ask if it is time to; `changed` is called when an answer has come. */
  refresh(hass: Hass, entityId: string, changed: () => void): void {
    const now = performance.now();
    if (entityId === this.#entityId && now - this.#askedAt < LIFETIME) return;
    if (entityId !== this.#entityId) this.value = undefined;
    this.#entityId = entityId;
    this.#askedAt = now;
    hass
      .callWS<T>({ type: this.#command, entity_id: entityId, days: this.#days })
      .then((answer) => {
        if (entityId !== this.#entityId) return;
        this.value = answer;
        changed();
      })
      // Nothing to show is shown as nothing; the next turn asks again.
      .catch(() => undefined);
  }
}
