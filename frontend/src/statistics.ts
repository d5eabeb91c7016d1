/** What the integration computes over days: shares of time, averages, the daily profile. */

import { ageOf, clock, type Seen } from "./freshness";
import type { Hass } from "./hass";
import type { Thresholds, Zone } from "./zones";

/** What figures tell of themselves. */
interface Figures {
  /** The device of the person whose they are. */
  device_id: string;
  /** Epoch seconds. */
  end: number;
}

export interface Metrics extends Figures {
  /** Epoch seconds. */
  start: number;
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

export interface Profile extends Figures {
  /** Epoch seconds. */
  start: number;
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
/** After a refusal it is asked for again sooner: much is not there yet while Home Assistant starts. */
const PAUSE = 20_000;
/** Figures that end longer ago, in seconds, are not those of the last hours. */
const MAX_AGE = 30 * 60;

/** Figures with the person that they are of, and with their end as this browser has come to know it. */
interface Answer<T> {
  person: string;
  figures: T;
  seen: Seen;
}

/** Asks for something at most every few minutes, and gives what was answered last meanwhile. */
export class Asked<T extends Figures> {
  #answer: Answer<T> | undefined;
  /** For whom it was asked last. */
  #person = "";
  /** By the clock that nobody sets. */
  #askAt = -Infinity;
  readonly #command: string;
  readonly #days: number;

  constructor(command: "metrics" | "agp", days: number) {
    this.#command = `libreview/${command}`;
    this.#days = days;
  }

  /** The figures of a person, as long as they are young. */
  valueFor(person: string): T | undefined {
    const answer = this.#answer;
    if (answer?.person !== person || ageOf(answer.seen, clock.now()) > MAX_AGE) return undefined;
    return answer.figures;
  }

  /** Ask anew at the next turn, for the past is no longer what it was. */
  expire(): void {
    this.#askAt = -Infinity;
  }

  /**
   * Ask for the figures of a person, by their device, if it is time to; `changed` is called when an answer has come.
   *
   * The answer says whose it is: Home Assistant may know the entity as another's before the frontend does.
   */
  refresh(hass: Hass, entityId: string, person: string, changed: () => void): void {
    const now = performance.now();
    if (person === this.#person && now < this.#askAt) return;
    this.#person = person;
    this.#askAt = now + LIFETIME;
    hass
      .callWS<T>({ type: this.#command, entity_id: entityId, days: this.#days })
      .then((figures) => {
        if (person !== this.#person) return;
        if (figures.device_id !== person) throw new Error("The figures of somebody else");
        this.#answer = { person, figures, seen: { at: figures.end, ...clock.now() } };
        changed();
      })
      // Nothing to show is shown as nothing.
      .catch(() => {
        if (person === this.#person) this.#askAt = Math.min(this.#askAt, performance.now() + PAUSE);
      });
  }
}
