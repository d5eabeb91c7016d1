/** Since when each person's newest reading is on this screen, whatever becomes of the browser's clock meanwhile. */

import { clock, type Seen } from "./freshness";

export class Sightings {
  /** By the device of the person. */
  #seen = new Map<string, Seen>();
  #offset = 0;

  of(deviceId: string): Seen | undefined {
    return this.#seen.get(deviceId);
  }

  /** Note when everybody's newest reading was measured; who is not among them is forgotten. */
  note(measured: ReadonlyMap<string, number | undefined>): void {
    if (clock.offset !== this.#offset) {
      this.#offset = clock.offset;
      this.#seen.clear(); // They were noted by a clock that is wrong.
    }
    const seen = new Map<string, Seen>();
    for (const [deviceId, at] of measured) {
      const before = this.#seen.get(deviceId);
      if (at !== undefined) seen.set(deviceId, before?.at === at ? before : { at, ...clock.now() });
    }
    this.#seen = seen;
  }
}
