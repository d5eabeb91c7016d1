/** Tells a screen reader what is new: at once what matters, the rest now and then, for glucose changes every minute. */

import type { Now } from "../reading";

const PAUSE = 5 * 60;

export class Announcer {
  #said = "";
  #about = "";
  #at = -Infinity;

  /** What the live region is to hold of a person; `steady` are seconds that only ever grow. */
  say(person: string, spoken: string, shown: Now, steady: number): string {
    const about = `${person} ${shown.freshness === "stale"} ${shown.zone} ${shown.trend}`;
    if (about !== this.#about || steady - this.#at >= PAUSE) {
      this.#said = spoken;
      this.#about = about;
      this.#at = steady;
    }
    return this.#said;
  }
}
