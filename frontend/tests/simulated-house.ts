/**
 * A house with a Home Assistant that follows persons, its frontend's connection, and the true time.
 *
 * Each person's glucose tells whose it is and when it was measured: Sam's begins at 100, Robin's at 300, and each
 * minute adds one, for 89 minutes.
 */

import type { Connection, Hass, RegisteredEntity } from "../src/hass";
import { HOURS } from "../src/history-subscription";
import { locale } from "./house";

export const MINUTE = 60;
export const CYCLE = 89;
const THRESHOLDS = { very_low: 54, low: 70, high: 180, very_high: 250 };
const UNIT = { "mg/dL": (value: number) => value, "mmol/L": (value: number) => Math.round(value / 1.8) / 10 };

export type Unit = keyof typeof UNIT;

export interface Simulated {
  deviceId: string;
  name: string;
  /** The lowest of their values, which are nobody else's. */
  base: number;
  unit: Unit;
  /** Seconds. */
  maxAge: number;
  /** The instants at which they were measured, for as long as a window reaches back. */
  at: number[];
  isSilent: boolean;
}

/** The value in the unit that is shown. */
export function valueAt({ base, unit }: Pick<Simulated, "base" | "unit">, at: number): number {
  return UNIT[unit](base + (Math.round(at / MINUTE) % CYCLE));
}

function series(person: Simulated, at: number[]) {
  return { t: at, v: at.map((each) => valueAt(person, each)), below: at.filter(isBelow), above: [] };
}

/** Some readings are LO. */
function isBelow(at: number): boolean {
  return (at / MINUTE) % 60 === 0;
}

interface Open {
  entityId: string;
  hours: number;
  /** The unit of the last window, and so of the news that follow it. */
  unit: Unit;
  tell: (event: never) => void;
}

type Listener = () => void;

export class SimulatedHouse {
  /** Who is followed, by the entity id of their glucose, as Home Assistant knows it. */
  readonly persons = new Map<string, Simulated>();
  /** The subscriptions that Home Assistant keeps. */
  readonly open = new Set<Open>();
  readonly listeners = { ready: new Set<Listener>(), disconnected: new Set<Listener>() };
  /** Whether the integration is set up; before that the commands are unknown, or nobody is found. */
  isSetUp = true;
  /** How far Home Assistant's clock is ahead of the truth, in seconds. */
  ahead = 0;
  /** When figures were last told of each person, by their device: in true time. */
  readonly figuresAt = new Map<string, number>();
  /** A message of a kind that only a later version knows goes before each window and all news. */
  isNewer = false;
  /** What the frontend holds, which may be older than what Home Assistant knows. */
  hass: Hass;
  onHass: (hass: Hass) => void = () => undefined;
  /** What a tab that is frozen will hear once it thaws. */
  #unheard: Listener[] | undefined;
  #slept = 0;
  readonly #started: number;
  #waiting: Listener[] = [];

  constructor(started: number) {
    this.#started = started - performance.now() / 1000;
    this.hass = {
      states: {},
      entities: {},
      devices: {},
      locale: locale(),
      language: "en",
      config: { time_zone: "Europe/Berlin" },
      connected: true,
      connection: this.#connection(),
      callWS: (message) => this.#answer(message as { type: string; entity_id: string; days: number }),
      localize: (key: string) => key.split(".").at(-1) ?? "",
    } as Hass;
  }

  /** Seconds since 1970, whatever any clock in the house says. */
  get truth(): number {
    return this.#started + performance.now() / 1000 + this.#slept;
  }

  get #now(): number {
    return Math.floor(this.truth + this.ahead);
  }

  add(entityId: string, deviceId: string, name: string, base: number): void {
    this.persons.set(entityId, {
      deviceId,
      name,
      base,
      unit: "mg/dL",
      maxAge: 15 * MINUTE,
      at: [],
      isSilent: false,
    });
    this.tellRegistry();
  }

  /** A minute has gone by: everybody's phone has sent a reading. */
  measure(): void {
    const at = Math.floor(this.truth / MINUTE) * MINUTE;
    for (const [entityId, person] of this.persons) {
      if (person.isSilent || person.at.at(-1) === at) continue;
      person.at.push(at);
      if ((person.at[0] ?? at) < at - (HOURS + 1) * 3600) person.at.shift();
      if (!this.isSetUp) continue;
      for (const each of this.open)
        if (each.entityId === entityId)
          this.#tell(each, { kind: "news", ...series({ ...person, unit: each.unit }, [at]), diary: [] });
    }
    this.tellStates();
  }

  /** The device sleeps: time goes by, and its clock that nobody sets may stand still. */
  sleep(seconds: number): void {
    this.#slept += seconds;
  }

  /** The frontend hears of all states, unless it is not connected. */
  tellStates(): void {
    if (!this.hass.connection.connected) return;
    const states: Hass["states"] = {};
    const add = (entityId: string, state: string, attributes = {}) => {
      states[entityId] = { entity_id: entityId, state, attributes };
    };
    for (const [entityId, person] of this.persons) {
      const last = person.at.at(-1);
      const age = last === undefined ? Number.NaN : this.#now - last;
      const isCurrent = age > -5 * MINUTE && age < person.maxAge;
      const told = (state: string) => (this.isSetUp ? state : "unavailable");
      const value = isCurrent ? String(valueAt(person, last as number)) : "unknown";
      const measured = last === undefined ? null : new Date(last * 1000).toISOString();
      const unit = { unit_of_measurement: person.unit };
      add(entityId, told(value), this.isSetUp ? { ...unit, measurement_timestamp: measured } : unit);
    }
    this.#show({ states });
  }

  /** The frontend hears of entities and devices, unless it is not connected. */
  tellRegistry(): void {
    if (!this.hass.connection.connected) return;
    const entities: Record<string, RegisteredEntity> = {};
    const devices: Hass["devices"] = {};
    for (const [entityId, { deviceId, name }] of this.persons) {
      devices[deviceId] = { id: deviceId, name };
      for (const [id, key] of [
        [entityId, "glucose"],
        [`${entityId}_last_reading`, "last_reading"],
      ] as const)
        entities[id] = { entity_id: id, device_id: deviceId, platform: "libreview", translation_key: key };
    }
    this.#show({ entities, devices });
  }

  lose(): void {
    this.hass.connection.connected = false;
    this.open.clear();
    this.#show({ connected: false });
    for (const each of [...this.listeners.disconnected]) each();
  }

  /** The connection is back; states come a little later than that, and the registry last. */
  find(): void {
    this.hass.connection.connected = true;
    for (const each of this.#waiting.splice(0)) each();
    for (const each of [...this.listeners.ready]) each();
    setTimeout(() => {
      this.#show({ connected: true });
      this.tellStates();
    }, 200);
    setTimeout(() => this.tellRegistry(), 400);
  }

  /** Everybody's window comes anew, as after a change of their past, unit or limit. */
  resend(): void {
    if (!this.isSetUp) return;
    for (const each of this.open) this.#window(each);
  }

  freeze(): void {
    this.#unheard = [];
  }

  thaw(): void {
    const unheard = this.#unheard ?? [];
    this.#unheard = undefined;
    for (const each of unheard) each();
  }

  #hear(told: Listener): void {
    if (this.#unheard) this.#unheard.push(told);
    else told();
  }

  #show(changes: Partial<Hass>): void {
    this.#hear(() => {
      this.hass = { ...this.hass, ...changes };
      this.onHass(this.hass);
    });
  }

  #tell(to: Open, event: Record<string, unknown>): void {
    const now = this.#now;
    const unknown = this.isNewer ? [{ kind: "forecast", curve: [1, 2, 3] }] : [];
    for (const each of [...unknown, event]) this.#hear(() => to.tell({ ...each, now } as never));
  }

  #window(to: Open): void {
    const person = this.persons.get(to.entityId);
    if (!person) return;
    const start = this.#now - to.hours * 3600;
    const shown = UNIT[person.unit];
    to.unit = person.unit;
    this.#tell(to, {
      kind: "window",
      device_id: person.deviceId,
      start,
      end: this.#now,
      unit: person.unit,
      zone: "Europe/Berlin",
      thresholds: Object.fromEntries(Object.entries(THRESHOLDS).map(([key, each]) => [key, shown(each)])),
      gap: 960,
      max_age: person.maxAge,
      diary: [],
      sensor_changes: [],
      ...series(
        person,
        person.at.filter((each) => each >= start),
      ),
    });
  }

  /** Raises what Home Assistant refuses a command with. */
  #find(entityId: string): Simulated {
    if (!this.isSetUp) throw { code: "unknown_command" };
    const person = this.persons.get(entityId);
    if (!person) throw { code: "home_assistant_error", translation_key: "person_unknown" };
    return person;
  }

  async #answer({
    type,
    entity_id,
    days,
  }: {
    type: string;
    entity_id: string;
    days: number;
  }): Promise<never> {
    if (!this.hass.connection.connected) throw { code: "connection_lost" };
    const { deviceId, base, unit } = this.#find(entity_id);
    this.figuresAt.set(deviceId, this.truth);
    // The share below is that of nobody else: a hundredth of their lowest value.
    const below = base / 10_000;
    const shares = { very_low: 0, low: below, in_range: 1 - below, high: 0, very_high: 0 };
    return {
      type,
      device_id: deviceId,
      start: this.#now - days * 86_400,
      end: this.#now,
      unit,
      completeness: 1,
      enough: true,
      mean: UNIT[unit](base),
      sd: null,
      cv: null,
      gmi: null,
      shares,
      episodes: { low: 0, very_low: 0, high: 0, very_high: 0 },
    } as never;
  }

  #connection(): Connection {
    return {
      connected: true,
      addEventListener: (name, listener) => this.listeners[name].add(listener),
      removeEventListener: (name, listener) => this.listeners[name].delete(listener),
      subscribeMessage: async (tell, message) => {
        if (!this.hass.connection.connected)
          await new Promise<void>((resolve) => this.#waiting.push(resolve));
        const { entity_id, hours } = message as unknown as { entity_id: string; hours: number };
        this.#find(entity_id);
        const subscription: Open = { entityId: entity_id, hours, unit: "mg/dL", tell: tell as Open["tell"] };
        this.open.add(subscription);
        this.#window(subscription);
        return async () => {
          if (!this.open.delete(subscription)) throw { code: "not_found" };
        };
      },
    };
  }
}
