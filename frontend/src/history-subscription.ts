/** The subscription to one person's readings and diary in the integration's store. */

import { type Entry, withNews } from "./diary";
import { clock, type Moment } from "./freshness";
import type { Hass, Refusal, Unsubscribe } from "./hass";
import { joined, type Series } from "./series";
import type { Thresholds } from "./zones";

/** Hours of the window. Every span is cut out of it, so that switching and zooming send no request. */
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

/** Why there is no current value, as far as the account tells; no key where nothing is wrong with it. */
export interface Cause {
  key: string | null;
  /** A repair says what to do. */
  repair: boolean;
}

export interface CauseEvent extends Cause {
  kind: "cause";
}

/** Return the past after an event; undefined before the first window has come. */
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

/** Seconds before a refused subscription is tried again, for after a start much is not there yet. */
const PAUSES = [2, 5, 10, 30, 60];

/** Calls its listener after every change, until `stop` is called. */
export class HistorySubscription {
  past: Past | undefined;
  cause: Cause | undefined;
  refusal: Refusal | undefined;
  /** When the window was asked for, until it has come. Later ones come unasked. */
  #asked: Moment | undefined;
  #stopped = false;
  #refusals = 0;
  #retryTimer: ReturnType<typeof setTimeout> | undefined;
  #unsubscribe: Unsubscribe | undefined;
  readonly #connection: Hass["connection"];
  readonly #entityId: string;
  readonly #onUpdate: (isNewPast: boolean) => void;

  /** `onUpdate` gets whether a new window replaced the past, or else readings were added. */
  constructor(hass: Hass, entityId: string, onUpdate: (isNewPast: boolean) => void) {
    this.#connection = hass.connection;
    this.#entityId = entityId;
    this.#onUpdate = onUpdate;
    this.#connection.addEventListener("ready", this.#subscribe);
    void this.#subscribe();
  }

  stop(): void {
    this.#stopped = true;
    this.#connection.removeEventListener("ready", this.#subscribe);
    clearTimeout(this.#retryTimer);
    this.#close();
  }

  /**
   * Subscribe, and again after every lost connection. Left to Home Assistant's frontend, that would fail once and for
   * all when Home Assistant has started anew and this integration has not yet.
   */
  readonly #subscribe = async (): Promise<void> => {
    clearTimeout(this.#retryTimer);
    this.#unsubscribe = undefined; // A lost connection has forgotten it by itself.
    this.cause = undefined;
    this.#asked = clock.now();
    const message = { type: "libreview/subscribe", entity_id: this.#entityId, hours: HOURS };
    try {
      this.#unsubscribe = await this.#connection.subscribeMessage<WindowEvent | NewsEvent | CauseEvent>(
        (event) => this.#handleEvent(event),
        message,
        { resubscribe: false },
      );
      if (this.#stopped) this.#close();
    } catch (refusal) {
      if (this.#stopped) return;
      this.refusal = refusal as Refusal;
      const pause = PAUSES[Math.min(this.#refusals++, PAUSES.length - 1)] as number;
      this.#retryTimer = setTimeout(this.#subscribe, pause * 1000);
      this.#onUpdate(false);
    }
  };

  #close(): void {
    const unsubscribe = this.#unsubscribe;
    this.#unsubscribe = undefined;
    Promise.resolve(unsubscribe?.()).catch(() => undefined);
  }

  #handleEvent(event: WindowEvent | NewsEvent | CauseEvent): void {
    if (this.#stopped) return;
    this.refusal = undefined;
    this.#refusals = 0;
    if (event.kind === "cause") {
      this.cause = event;
      this.#onUpdate(false);
      return;
    }
    if (event.kind === "window") {
      clock.hear(event.end, this.#asked);
      this.#asked = undefined;
    }
    this.past = pastAfter(this.past, event, clock.now().wall);
    this.#onUpdate(event.kind === "window");
  }
}
