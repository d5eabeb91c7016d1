/** Hears of one person's readings and diary from the integration's store. */

import { type Entry, withNews } from "./diary";
import { clock } from "./freshness";
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

/** How long to wait before a refused subscription is tried again, in seconds: after a start, much is not there yet. */
const PAUSES = [2, 5, 10, 30, 60];

/** Tells its listener of every change; stopped for good by `stop`. */
export class Feed {
  past: Past | undefined;
  refusal: Refusal | undefined;
  #stopped = false;
  #refusals = 0;
  #again: ReturnType<typeof setTimeout> | undefined;
  #unsubscribe: Unsubscribe | undefined;
  readonly #connection: Hass["connection"];
  readonly #entityId: string;
  readonly #changed: (past: boolean) => void;

  /** `changed` is told whether the past is another one now, which is more than that it went on. */
  constructor(hass: Hass, entityId: string, changed: (past: boolean) => void) {
    this.#connection = hass.connection;
    this.#entityId = entityId;
    this.#changed = changed;
    this.#connection.addEventListener("ready", this.#subscribe);
    void this.#subscribe();
  }

  stop(): void {
    this.#stopped = true;
    this.#connection.removeEventListener("ready", this.#subscribe);
    clearTimeout(this.#again);
    this.#end();
  }

  /**
   * Subscribe, and again after every lost connection. Left to Home Assistant's frontend, that would fail once and for
   * all when Home Assistant has started anew and this integration has not yet.
   */
  readonly #subscribe = async (): Promise<void> => {
    clearTimeout(this.#again);
    this.#unsubscribe = undefined; // A lost connection has forgotten it by itself.
    const message = { type: "libreview/subscribe", entity_id: this.#entityId, hours: HOURS };
    try {
      this.#unsubscribe = await this.#connection.subscribeMessage<WindowEvent | NewsEvent>(
        (event) => this.#heard(event),
        message,
        { resubscribe: false },
      );
      if (this.#stopped) this.#end();
    } catch (refusal) {
      if (this.#stopped) return;
      this.refusal = refusal as Refusal;
      const pause = PAUSES[Math.min(this.#refusals++, PAUSES.length - 1)] as number;
      this.#again = setTimeout(this.#subscribe, pause * 1000);
      this.#changed(false);
    }
  };

  #end(): void {
    const unsubscribe = this.#unsubscribe;
    this.#unsubscribe = undefined;
    Promise.resolve(unsubscribe?.()).catch(() => undefined);
  }

  #heard(event: WindowEvent | NewsEvent): void {
    if (this.#stopped) return;
    this.refusal = undefined;
    this.#refusals = 0;
    if (event.kind === "window") clock.hear(event.end);
    this.past = pastAfter(this.past, event, clock.now().wall);
    this.#changed(event.kind === "window");
  }
}
