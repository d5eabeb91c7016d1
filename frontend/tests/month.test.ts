/** A card that is left open for thirty days, on a tablet on a wall, while all that happens to a house happens to this. */

import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { clock } from "../src/freshness";
import { HOURS } from "../src/history-subscription";
import { type Drawn, DrawnCard, pastOf, textOf } from "./drawn";
import { MINUTE, SimulatedHouse, type Unit, valueAt } from "./simulated-house";

const START = Date.UTC(2026, 5, 1) / 1000;
const HOUR = 3600;
const DAYS = 30;
const SAM = "sensor.sam_glucose";
const ROBIN = "sensor.robin_glucose";
const ELSEWHERE = "sensor.elsewhere_glucose";
/** Seconds for which a value may stay: until the next tick, and as far as a clock is not put right. */
const SLACK = 40;
/** Figures end half an hour ago at most. */
const FIGURES = 30 * MINUTE;

customElements.define("drawn-card", DrawnCard);

let house: SimulatedHouse;
let card: DrawnCard;
let last: Drawn;
let wrong: Set<string>;
let draws = 0;
let wasBehind = { by: 0, until: 0 };
/** How often each was looked at, and how many readings were kept at most. */
let looked: Record<"values" | "ages" | "curves" | "figures" | "longest", number>;
/** The lowest value of everybody who is called so, or was. */
const bases: Record<string, number> = { Sam: 100, Robin: 300, Robby: 300 };

const person = (base: number) => {
  for (const [entityId, each] of house.persons) if (each.base === base) return { entityId, ...each };
  return undefined;
};
const setClock = (seconds: number) => vi.setSystemTime(Date.now() + seconds * 1000);

/** So far may Home Assistant's clock be behind the truth, as it was when the page heard of it last: minutes ago at most. */
function behind(): number {
  if (house.ahead < 0) wasBehind = { by: -house.ahead, until: house.truth + 5 * MINUTE };
  return house.truth < wasBehind.until ? wasBehind.by : 0;
}

/** The age of a value of somebody, in seconds; undefined if they had none like it for so long. */
function ageOfValue(base: number, shown: string, within: number): number | undefined {
  const value = Number(shown.replace(",", "."));
  const unit: Unit = value < 40 ? "mmol/L" : "mg/dL";
  const newest = Math.floor(house.truth / MINUTE) * MINUTE;
  for (let at = newest; at >= house.truth - within; at -= MINUTE)
    if (valueAt({ base, unit }, at) === value) return house.truth - at;
  return undefined;
}

/** Note what is not as it has to be, whenever something is drawn. */
function look(drawn: Drawn): void {
  last = drawn;
  const note = (what: string) => wrong.add(`day ${((house.truth - START) / 86_400).toFixed(2)}: ${what}`);
  const check = (name: string, value: string) => {
    const base = bases[name];
    if (base === undefined) {
      note(`nobody is called ${name}`);
      return;
    }
    const limit = (person(base)?.maxAge ?? 15 * MINUTE) + behind() + SLACK;
    if (value !== "–" && ageOfValue(base, value, limit) === undefined)
      note(`${name} has ${value}, which is old or another's`);
  };
  for (const [, name = "", value = ""] of drawn.markup.matchAll(
    /<span class="name">(\w+)<\/span>\s*<span class="small">\s*(\S+?)\s*</g,
  ))
    check(name, value);

  const name = textOf(drawn, "unseen") ?? "";
  const base = bases[name];
  if (base === undefined) return;
  const number = textOf(drawn, "number");
  if (number) {
    check(name, number);
    looked.values++;
    const age = ageOfValue(base, number, HOUR) ?? 0;
    const said = textOf(drawn, "age") ?? "";
    if (said !== "now") looked.ages++;
    const minutes = said === "now" ? 0 : Number.parseInt(said, 10);
    if (!(minutes * MINUTE + MINUTE + behind() + SLACK > age)) note(`${said} for ${age} seconds`);
  }
  const past = pastOf(drawn);
  draws++;
  if (past && (!document.hidden || draws % 10 === 0)) {
    looked.curves++;
    const isTheirs = past.t.every(
      (at, index) => past.v[index] === valueAt({ base, unit: past.unit as Unit }, at),
    );
    if (!isTheirs) note(`the curve of ${name} is another's or in another unit`);
    looked.longest = Math.max(looked.longest, past.t.length);
    if (past.t.length > HOURS * 60 + 16) note(`${past.t.length} readings are kept`);
    if (past.below.length > HOURS + 1) note(`${past.below.length} times LO are kept`);
    const now = drawn.properties.get("now") as number;
    if (now < house.truth - behind() - 30 - SLACK) note(`the curve ends ${house.truth - now} seconds ago`);
  }
  const below = /<li class=low>\s*<b>(\d+)/.exec(drawn.markup)?.[1];
  if (below) {
    looked.figures++;
    if (Number(below) !== base / 100) note(`the figures of ${name} are another's`);
    const told = house.figuresAt.get(String(base)) ?? 0;
    if (house.truth - told > FIGURES + behind() + SLACK) note(`the figures of ${name} are old`);
  }
}

/** Let what was promised be done. */
async function settled(): Promise<void> {
  for (let turn = 0; turn < 20; turn++) await undefined;
}

/** Let minutes go by. */
async function pass(minutes: number): Promise<void> {
  for (let minute = 0; minute < minutes; minute++) {
    for (let second = 0; second < MINUTE; second += 5) {
      vi.advanceTimersByTime(5000);
      await settled();
    }
    house.measure();
    await settled();
    if (house.open.size > 2) wrong.add(`${house.open.size} subscriptions`);
  }
}

/** Let minutes go by while the screen is dark, so that nothing is drawn but what is new, every few minutes. */
async function passInTheDark(minutes: number, step: number): Promise<void> {
  vi.stubGlobal("document", { ...document, hidden: true });
  for (let minute = 0; minute < minutes; minute += step) {
    vi.advanceTimersByTime(step * MINUTE * 1000);
    house.measure();
    await settled();
  }
  vi.stubGlobal("document", { ...document, hidden: false });
}

async function restart(): Promise<void> {
  house.lose();
  await pass(1);
  house.isSetUp = false;
  house.find();
  await pass(1);
  house.isSetUp = true;
  house.tellStates();
}

async function reload(): Promise<void> {
  house.isSetUp = false;
  house.tellStates();
  await pass(1);
  house.isSetUp = true;
  house.tellStates();
  house.resend();
}

/** The account's settings change what is told of a person: after a second there is a new window. */
async function change(
  entityId: string,
  to: { unit?: Unit; maxAge?: number; isSilent?: boolean },
): Promise<void> {
  Object.assign(house.persons.get(entityId) ?? {}, to);
  house.tellStates();
  await vi.advanceTimersByTimeAsync(1000);
  house.resend();
}

function move(from: string, to: string): void {
  const moved = house.persons.get(from);
  house.persons.delete(from);
  if (moved) house.persons.set(to, moved);
}

/** Sam's and Robin's entities change their ids. */
function swap(): void {
  move(SAM, ELSEWHERE);
  move(ROBIN, SAM);
  move(ELSEWHERE, ROBIN);
}

function tellAll(): void {
  house.tellRegistry();
  house.tellStates();
  house.resend();
}

const TROUBLES: Record<string, () => Promise<void>> = {
  "nothing happens for thirty hours": () => passInTheDark(30 * 60, 1),
  "the network is away": async () => {
    house.lose();
    await pass(80);
    house.find();
  },
  "Home Assistant starts anew": restart,
  "Home Assistant starts anew twice": async () => {
    await restart();
    await vi.advanceTimersByTimeAsync(1500);
    await restart();
  },
  "the account is loaded anew": reload,
  "the integration is updated": async () => {
    house.isNewer = true;
    await restart();
  },
  "the tablet's clock is an hour ahead": async () => {
    setClock(HOUR);
    await pass(60);
    setClock(-HOUR);
  },
  "the tablet's clock is an hour behind": async () => {
    setClock(-HOUR);
    await pass(60);
    house.lose();
    await pass(30);
    setClock(HOUR);
    await pass(30);
    house.find();
  },
  "the tablet's clock is a day behind without a network": async () => {
    house.lose();
    setClock(-24 * HOUR);
    await pass(30);
    setClock(24 * HOUR);
    await pass(1);
    house.find();
  },
  "Home Assistant's clock is ten minutes ahead": async () => {
    house.ahead = 10 * MINUTE;
    await restart();
    await pass(60);
    house.ahead = 0;
  },
  "Home Assistant's clock is four minutes behind": async () => {
    house.ahead = -4 * MINUTE;
    await pass(60);
    house.ahead = 0;
  },
  "Home Assistant's clock is two hours behind": async () => {
    house.ahead = -2 * HOUR;
    await restart();
    await pass(30);
    house.ahead = 0;
    await restart();
  },
  "the unit is switched": async () => {
    await change(SAM, { unit: "mmol/L" });
    await pass(60);
    house.lose();
    await pass(2);
    await change(SAM, { unit: "mg/dL" });
    house.find();
  },
  "a person's limit is five minutes, and their phone falls silent": async () => {
    await change(ROBIN, { maxAge: 5 * MINUTE });
    await pass(3);
    await change(ROBIN, { isSilent: true });
    await pass(60);
    await change(ROBIN, { isSilent: false, maxAge: 15 * MINUTE });
  },
  "a person is removed, and comes back": async () => {
    const robin = house.persons.get(ROBIN);
    house.persons.delete(ROBIN);
    tellAll();
    await pass(60);
    if (robin) house.persons.set(ROBIN, robin);
    tellAll();
  },
  "a person is removed while the network is away": async () => {
    const sam = house.persons.get(SAM);
    house.lose();
    await pass(5);
    house.persons.delete(SAM);
    house.find();
    await pass(30);
    if (sam) house.persons.set(SAM, sam);
    tellAll();
  },
  "a person gets another name": async () => {
    const robin = house.persons.get(ROBIN);
    if (robin) robin.name = robin.name === "Robin" ? "Robby" : "Robin";
    tellAll();
  },
  "two entities change their ids": async () => {
    swap();
    tellAll();
    await pass(10);
    swap();
    tellAll();
  },
  "two entities change their ids while the network is away": async () => {
    house.lose();
    await pass(5);
    swap();
    house.find();
    await pass(40);
    house.lose();
    await pass(1);
    swap();
    house.find();
  },
  "the tablet sleeps": async () => {
    house.sleep(3 * HOUR);
    setClock(3 * HOUR);
    await pass(1);
    house.lose();
    await pass(1);
    house.find();
  },
  "the page is frozen, and hears late": async () => {
    house.freeze();
    await passInTheDark(10, 1);
    house.sleep(20 * MINUTE);
    setClock(20 * MINUTE);
    house.thaw();
  },
};

beforeEach(async () => {
  vi.useFakeTimers();
  vi.setSystemTime(START * 1000);
  vi.stubGlobal("document", { hidden: false, addEventListener: vi.fn(), removeEventListener: vi.fn() });
  clock.hear(START, clock.now());
  wrong = new Set();
  wasBehind = { by: 0, until: 0 };
  looked = { values: 0, ages: 0, curves: 0, figures: 0, longest: 0 };
  house = new SimulatedHouse(START);
  house.add(SAM, "100", "Sam", 100);
  house.add(ROBIN, "300", "Robin", 300);
  house.measure();
  card = new DrawnCard();
  card.onDrawn = look;
  house.onHass = (hass) => {
    card.hass = hass;
  };
  card.hass = house.hass;
  card.choices = {
    entities: [SAM, ROBIN],
    hours: 3,
    spans: [3],
    curve: true,
    diary: true,
    ranges: true,
    sensor: true,
  };
  card.connectedCallback();
  await pass(5);
});

afterEach(() => {
  vi.unstubAllGlobals();
  vi.useRealTimers();
});

test("shows everybody's own value, for as long as it counts, whatever happens in thirty days", async () => {
  const troubles = Object.entries(TROUBLES);
  const missing: string[] = [];
  let number = 0;
  for (; house.truth < START + DAYS * 86_400; number++) {
    const [trouble, happens] = troubles[number % troubles.length] as (typeof troubles)[number];
    card._selected = number % 3 ? SAM : ROBIN;
    await happens();
    await pass(10);
    const [sam, robin] = [...last.markup.matchAll(/<span class="small">\s*([\d.]+)/g)].map((each) => each[1]);
    if (ageOfValue(100, sam ?? "", 2 * MINUTE) === undefined) missing.push(`${trouble}: ${sam}`);
    if (ageOfValue(300, robin ?? "", 2 * MINUTE) === undefined) missing.push(`${trouble}: ${robin}`);
    if (!last.markup.includes("<li class=low>")) missing.push(`${trouble}: figures`);
    await passInTheDark(6 * 60, 5);
    expect(house.open.size, trouble).toBe(2);
    expect(vi.getTimerCount(), trouble).toBeLessThan(8);
    expect(house.listeners.ready.size + house.listeners.disconnected.size, trouble).toBe(4);
  }
  expect([...wrong].slice(0, 40)).toEqual([]);
  expect(missing).toEqual([]);
  expect(Math.min(...Object.values(looked))).toBeGreaterThan(1000);
  expect(number).toBeGreaterThan(2 * troubles.length);

  card.disconnectedCallback();
  await vi.advanceTimersByTimeAsync(HOUR * 1000);
  expect(house.open.size).toBe(0);
  expect(house.listeners.ready.size).toBe(0);
  expect(vi.getTimerCount()).toBe(0);
}, 300_000);
