/** The subscription to one person's readings and diary in the integration's store. */

import type { Instants } from "./beyond";
import { type Entry, withNews } from "./diary";
import { clock, type Moment } from "./freshness";
import type { Hass, Refusal, Unsubscribe } from "./hass";
import { joined, type Series } from "./series";
import type { Thresholds } from "./zones";

/** Hours of the window. Every span is cut out of it, so that switching and zooming send no request. */
export const HOURS = 24;

/** A person's last hours. Instants and lengths are in seconds. */
export interface Past extends Series, Instants {
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

/** What every event tells. */
interface Told {
  /** What time it is in Home Assistant, in epoch seconds. */
  now: number;
}

export interface WindowEvent extends Series, Instants, Told {
  kind: "window";
  /** The device of the person whose window it is, and all that follows until the next. */
  device_id: string;
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

export interface NewsEvent extends Series, Instants, Told {
  kind: "news";
  diary: Entry[];
}

/** Why there is no current value, as far as the account tells; no key where nothing is wrong with it. */
export interface Cause {
  key: string | null;
  /** A repair says what to do. */
  repair: boolean;
}

export interface CauseEvent extends Cause, Told {
  kind: "cause";
}

type ToldEvent = WindowEvent | NewsEvent | CauseEvent;

/** Return the past after an event; undefined before the first window has come. */
export function pastAfter(
  past: Past | undefined,
  event: WindowEvent | NewsEvent,
  now: number,
): Past | undefined {
  if (event.kind === "window") {
    const { t, v, below, above, start, unit, zone, thresholds, gap, diary } = event;
    return {
      t,
      v,
      below,
      above,
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
  const since = (instants: number[]) => instants.filter((at) => at >= start);
  return {
    ...past,
    ...joined(past, event, start),
    below: since([...past.below, ...event.below]),
    above: since([...past.above, ...event.above]),
    start,
    diary,
  };
}

/** Seconds before a refused subscription is tried again, for after a start much is not there yet. */
const PAUSES = [2, 5, 10, 30, 60];
/** Seconds until a window is asked for again because of a doubtful clock. */
const PATIENCE = 60;

/** Calls its listener after every change, until `stop` is called. */
export class HistorySubscription {
  readonly entityId: string;
  /** The device of the person. Home Assistant may know the entity as another's before the frontend does. */
  readonly #deviceId: string;
  /** Whether the entity belongs to this person, as far as Home Assistant has told since it was asked. */
  #isTheirs: boolean | undefined;
  past: Past | undefined;
  cause: Cause | undefined;
  refusal: Refusal | undefined;
  /** When the window was asked for, until it has come. Later ones come unasked. */
  #asked: Moment | undefined;
  /** When it was asked for last, by the clock that nobody sets. */
  #askedAt = -Infinity;
  /** Counts the subscriptions: what belongs to an earlier one does not count any more. */
  #number = 0;
  #refusals = 0;
  #retryTimer: ReturnType<typeof setTimeout> | undefined;
  #unsubscribe: Unsubscribe | undefined;
  readonly #connection: Hass["connection"];
  readonly #onUpdate: (isNewPast: boolean) => void;

  /** `onUpdate` gets whether a new window replaced the past, or else readings were added. */
  constructor(hass: Hass, entityId: string, deviceId: string, onUpdate: (isNewPast: boolean) => void) {
    this.#connection = hass.connection;
    this.entityId = entityId;
    this.#deviceId = deviceId;
    this.#onUpdate = onUpdate;
    this.#connection.addEventListener("ready", this.#subscribe);
    void this.#subscribe();
  }

  /** Whether Home Assistant says that the entity is another person's by now, of which the frontend is to hear yet. */
  get isAnothers(): boolean {
    return this.#isTheirs === false;
  }

  stop(): void {
    this.#number++;
    this.#connection.removeEventListener("ready", this.#subscribe);
    clearTimeout(this.#retryTimer);
    this.#end();
  }

  /** Ask what time it is, by asking for the window again, once the browser's clock may have been set. */
  checkClock(): void {
    if (!clock.isDoubtful || clock.now().steady - this.#askedAt < PATIENCE) return;
    this.#end();
    void this.#subscribe();
  }

  /**
   * Subscribe, and again after every lost connection. Left to Home Assistant's frontend, that would fail once and for
   * all when Home Assistant has started anew and this integration has not yet.
   */
  readonly #subscribe = async (): Promise<void> => {
    clearTimeout(this.#retryTimer);
    this.#unsubscribe = undefined; // A lost connection has forgotten it by itself.
    if (!this.#connection.connected) return; // Once it is back it says so.
    const number = ++this.#number;
    const isCurrent = () => number === this.#number;
    this.cause = undefined;
    this.#isTheirs = undefined;
    this.#asked = clock.now();
    this.#askedAt = this.#asked.steady;
    const message = { type: "libreview/subscribe", entity_id: this.entityId, hours: HOURS };
    try {
      const unsubscribe = await this.#connection.subscribeMessage<ToldEvent>(
        (event) => {
          if (isCurrent()) this.#handleEvent(event);
        },
        message,
        { resubscribe: false },
      );
      if (isCurrent()) this.#unsubscribe = unsubscribe;
      else close(unsubscribe);
    } catch (refusal) {
      if (!isCurrent()) return;
      this.refusal = refusal as Refusal;
      const pause = PAUSES[Math.min(this.#refusals++, PAUSES.length - 1)] as number;
      this.#retryTimer = setTimeout(this.#subscribe, pause * 1000);
      this.#onUpdate(false);
    }
  };

  #end(): void {
    if (this.#unsubscribe) close(this.#unsubscribe);
    this.#unsubscribe = undefined;
  }

  #handleEvent(event: ToldEvent): void {
    this.refusal = undefined;
    this.#refusals = 0;
    const isWindow = event.kind === "window";
    clock.hear(event.now, isWindow ? this.#asked : undefined);
    if (isWindow) {
      this.#asked = undefined;
      this.#isTheirs = event.device_id === this.#deviceId;
    }
    if (this.#isTheirs) {
      if (event.kind === "cause") this.cause = event;
      // A page that is older than the integration hears of what it does not know.
      else if (isWindow || event.kind === "news") this.past = pastAfter(this.past, event, clock.now().wall);
      else return;
    }
    this.#onUpdate(isWindow);
  }
}

/** End a subscription; the connection may have forgotten it. */
function close(unsubscribe: Unsubscribe): void {
  Promise.resolve(unsubscribe()).catch(() => undefined);
}
