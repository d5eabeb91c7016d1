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

export type Moment = Pick<Seen, "wall" | "steady">;

/** So far may a browser's clock be off before it is put right: no message takes as long. */
const TOLERANCE = 30;
/** When the browser's two clocks part by more than this at once, one was set, or the device slept. */
const JUMP = 5;

/** What time it is, by Home Assistant's clock: a tablet on a wall may have a wrong one. */
export class Clock {
  /** How far Home Assistant's clock is ahead of this browser's, in seconds. */
  #offset = 0;
  #isDoubtful = false;
  #apart = apart();

  /** Whether the browser's clock may have been set since Home Assistant last said what time it is. */
  get isDoubtful(): boolean {
    this.#watch();
    return this.#isDoubtful;
  }

  get offset(): number {
    this.#watch();
    return this.#offset;
  }

  now(): Moment {
    return { wall: Date.now() / 1000 + this.offset, steady: performance.now() / 1000 };
  }

  /**
   * Hear what time it was in Home Assistant when it sent a message.
   *
   * A frozen tab hears late, which makes Home Assistant's clock look slow and old readings young. So the clock goes back
   * only by the answer to something that was `asked` a moment ago; where another message says that it should, it is
   * doubtful until then.
   */
  hear(told: number, asked?: Moment): void {
    const offset = told - Date.now() / 1000;
    if (!Number.isFinite(offset)) return;
    if (this.#isMomentAgo(asked)) {
      this.#isDoubtful = false;
    } else if (offset < this.offset) {
      if (this.offset - offset > TOLERANCE) this.#isDoubtful = true;
      return;
    }
    this.#offset = Math.abs(offset) < TOLERANCE ? 0 : offset;
  }

  /** Once the browser's clock was set, or the device slept, nobody knows which: the latest time counts until it is told. */
  #watch(): void {
    const now = apart();
    const jump = now - this.#apart;
    this.#apart = now;
    if (Math.abs(jump) < JUMP) return;
    this.#offset = Math.max(this.#offset, this.#offset - jump, 0);
    this.#isDoubtful = true;
  }

  #isMomentAgo(moment: Moment | undefined): boolean {
    if (!moment) return false;
    const { wall, steady } = this.now();
    return Math.max(wall - moment.wall, steady - moment.steady) < TOLERANCE;
  }
}

/** How far the clock that people set is from the one that nobody sets, in seconds. */
function apart(): number {
  return (Date.now() - performance.now()) / 1000;
}

/** The clock of the one house that a page shows. */
export const clock = new Clock();

/**
 * The age of a reading in seconds, never less than the time for which it has been on this screen.
 *
 * A browser's clock can be wrong or be set back; then what has passed here since the reading arrived counts.
 */
export function ageOf(seen: Seen, moment: Moment): number {
  const atFirstSight = Math.max(0, seen.wall - seen.at);
  return Math.max(moment.wall - seen.at, atFirstSight + moment.steady - seen.steady, 0);
}

export type Freshness = "fresh" | "fading" | "stale";

/** How a value is to look: it fades in the second half of its life, and at its end it is gone. */
export function freshnessOf(age: number | undefined, maxAge: number): Freshness {
  if (age === undefined || !(age <= maxAge)) return "stale";
  return age > maxAge / 2 ? "fading" : "fresh";
}
