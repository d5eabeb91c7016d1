/** Hears of one person's readings and diary from the integration's store. */

import { type Entry, withNews } from "./diary";
import type { Hass, Refusal, Unsubscribe } from "./hass";
import { joined, type Series } from "./series";
import type { Thresholds } from "./zones";

/** Every span is cut out of this, so that switching and zooming ask nothing. */
export const HOURS = 24;

/** A person's last hours. Instants and lengths are in seconds. */
export interface Past extends Series {
  start: number;
  unit: string;
  /** The person's own time zone. */
  zone: string;
  thresholds: Thresholds;
  /** Between readings further apart than this, the curve is broken. */
  gap: number;
  diary: Entry[];
  sensorChanges: number[];
  maxAge: number;
}

export interface WindowEvent extends Series {
  kind: "window";
  start: number;
  end: number;
  unit: string;
  zone: string;
  thresholds: Thresholds;
  gap: number;
  diary: Entry[];
  sensor_changes: number[];
  max_age: number;
}

export interface NewsEvent extends Series {
  kind: "news";
  diary: Entry[];
}

/** The past after an event; undefined before the first window has come. */
export function pastAfter(
  past: Past | undefined,
  event: WindowEvent | NewsEvent,
  now: number,
): Past | undefined {
  if (event.kind === "window") {
    const { t, v, start, unit, zone, thresholds, gap, diary } = event;
    return {
      t,
      v,
      start,
      unit,
      zone,
      thresholds,
      gap,
      sensorChanges: event.sensor_changes,
      maxAge: event.max_age,
      diary,
    };
  }
  if (!past) return undefined;
  const start = now - HOURS * 3600;
  const diary = withNews(past.diary, event.diary).filter((entry) => entry.at >= start - 3600);
  return { ...past, ...joined(past, event, start), start, diary };
}

/** Tells its listener of every change; stopped for good by `stop`. */
export class Feed {
  past: Past | undefined;
  refusal: Refusal | undefined;
  #stopped = false;
  #unsubscribe: Unsubscribe | undefined;
  readonly #changed: () => void;

  constructor(hass: Hass, entityId: string, changed: () => void) {
    this.#changed = changed;
    // After a lost connection, Home Assistant's own frontend subscribes again, and the window comes anew.
    hass.connection
      .subscribeMessage<WindowEvent | NewsEvent>((event) => this.#heard(event), {
        type: "libreview/subscribe",
        entity_id: entityId,
        hours: HOURS,
      })
      .then(
        (unsubscribe) => {
          this.#unsubscribe = unsubscribe;
          if (this.#stopped) this.#end();
        },
        (refusal: Refusal) => {
          this.refusal = refusal;
          if (!this.#stopped) this.#changed();
        },
      );
  }

  stop(): void {
    this.#stopped = true;
    this.#end();
  }

  #end(): void {
    const unsubscribe = this.#unsubscribe;
    this.#unsubscribe = undefined;
    // A connection that is gone has forgotten the subscription by itself.
    Promise.resolve(unsubscribe?.()).catch(() => undefined);
  }

  #heard(event: WindowEvent | NewsEvent): void {
    if (this.#stopped) return;
    this.refusal = undefined;
    this.past = pastAfter(this.past, event, Date.now() / 1000);
    this.#changed();
  }
}
