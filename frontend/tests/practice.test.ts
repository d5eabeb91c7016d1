import { afterEach, beforeEach, expect, test, vi } from "vitest";
import type { Hass } from "../src/hass";
import { dashboard, isOutdated } from "../src/strategy";
import { house } from "./house";

const NOW = Date.UTC(2026, 5, 1, 12);
const ago = (hours: number) => new Date(NOW - hours * 3_600_000).toISOString();

beforeEach(() => {
  vi.useFakeTimers({ now: NOW });
  vi.stubGlobal("location", { pathname: "/glucose/practice" });
});
afterEach(() => {
  vi.useRealTimers();
  vi.unstubAllGlobals();
});

/** A house with a practice's patients, each with these states by translation key. */
function practice(patients: Record<string, Record<string, string>>): Hass {
  const hass = house({});
  hass.devices = {};
  for (const [name, states] of Object.entries(patients)) {
    hass.devices[name] = { id: name, name };
    for (const [key, state] of Object.entries({ glucose: "unknown", connection: "connected", ...states })) {
      const id = `sensor.${name}_${key}`;
      hass.entities[id] = { entity_id: id, device_id: name, platform: "libreview", translation_key: key };
      hass.states[id] = { entity_id: id, state, attributes: {} };
    }
  }
  return hass;
}

/** Those who stand on the page, from the top. */
async function order(hass: Hass): Promise<unknown[]> {
  const page = (await dashboard(hass)).views.find(({ path }) => path === "practice");
  return (page?.sections ?? []).map(({ cards }) => cards[0]?.heading);
}

/** The same house with other states of one person. */
function changed(hass: Hass, name: string, states: Record<string, string>): Hass {
  const news = Object.entries(states).map(([key, state]) => {
    const id = `sensor.${name}_${key}`;
    return [id, { entity_id: id, state, attributes: {} }];
  });
  return { ...hass, states: { ...hass.states, ...Object.fromEntries(news) } };
}

test("a practice has a page of its patients, the one first who needs somebody the most", async () => {
  const { views } = await dashboard(
    practice({
      ada: { time_below: "1.0", time_in_range_14d: "60" },
      bo: { time_below: "9.5", time_in_range_14d: "80" },
      cy: { time_below: "1.0", time_in_range_14d: "40" },
      di: { connection: "gone", time_below: "0.0" },
      ed: { connection: "pending", time_below: "unknown" },
      flo: { time_below: "10.5" },
    }),
  );
  expect(views.map(({ title, subview }) => (subview ? `(${title})` : title))).toEqual([
    "Practice",
    "(ada)",
    "(bo)",
    "(cy)",
    "(di)",
    "(ed)",
    "(flo)",
  ]);
  const sections = views[0]?.sections ?? [];
  expect(sections.map(({ cards }) => cards[0]?.heading)).toEqual(["di", "flo", "bo", "cy", "ada", "ed"]);
  expect(sections[2]?.cards.slice(1).map(({ entity }) => entity)).toEqual([
    "sensor.bo_connection",
    "sensor.bo_time_in_range_14d",
    "sensor.bo_time_below",
  ]);
  expect(sections[2]?.cards[0]?.tap_action).toEqual({ action: "navigate", navigation_path: "person-bo" });
});

test("whose data stopped days ago stands before all whose data come, after those who are gone", async () => {
  const hass = practice({
    ada: { time_below: "9.5", last_data: ago(1) },
    bo: { time_below: "unknown", last_data: ago(9 * 24) },
    cy: { time_below: "2.0", last_data: ago(3 * 24) },
    di: { connection: "gone", last_data: ago(1) },
    ed: { connection: "no_uploads", last_data: "unknown" },
    flo: { time_below: "0.0", last_data: ago(47) },
    gil: { time_below: "1.0", last_data: ago(-30) },
  });
  expect(await order(hass)).toEqual(["di", "cy", "bo", "ada", "gil", "flo", "ed"]);
});

test.each([
  ["nothing is known", "unknown"],
  ["nothing is available", "unavailable"],
  ["nothing can be understood", "none"],
  ["all are alike", "3.0"],
])("the order is that of the names where %s", async (_, state) => {
  const states = { connection: state, last_data: state, time_below: state, time_in_range_14d: state };
  expect(await order(practice({ cy: states, ada: states, bo: states }))).toEqual(["ada", "bo", "cy"]);
});

test("numbers in names are in their order", async () => {
  const hass = practice({ "Nora E. (10)": {}, "Nora E. (9)": {}, "Nora E.": {} });
  expect(await order(hass)).toEqual(["Nora E.", "Nora E. (9)", "Nora E. (10)"]);
});

test("who has one figure only stands by that one", async () => {
  const hass = practice({
    ada: { time_in_range_14d: "20" },
    bo: { time_below: "0.0" },
    cy: { time_in_range_14d: "90" },
    di: {},
  });
  expect(await order(hass)).toEqual(["bo", "ada", "cy", "di"]);
});

test("a patient stays one without the sensor of the connection", async () => {
  const hass = practice({ ada: { last_data: ago(1) } });
  delete hass.entities["sensor.ada_connection"];
  expect(await order(hass)).toEqual(["ada"]);
});

test("a name is shown as it is, whatever it is made of", async () => {
  const names = [
    "<img src=x onerror=alert(1)>",
    "{{ states('x') }}",
    "**N.**",
    "\u202eنورا",
    "N".repeat(300),
  ];
  const hass = practice(Object.fromEntries(names.map((name) => [name, {}])));
  expect(new Set(await order(hass))).toEqual(new Set(names));
  const page = (await dashboard(hass)).views[0];
  expect(page?.sections?.map(({ cards }) => cards[0]?.type)).toEqual(names.map(() => "heading"));
});

test("each tile has the whole width, for no name and no state may be cut on a phone", async () => {
  const hass = practice({ ada: { last_data: ago(1), time_below: "1.0", time_in_range_14d: "60" } });
  const [section] = (await dashboard(hass)).views[0]?.sections ?? [];
  const tiles = section?.cards.filter(({ type }) => type === "tile");
  expect(tiles?.map(({ grid_options }) => grid_options)).toEqual(Array(4).fill({ columns: "full" }));
});

test("a patient's own page says first how they stand to the practice", async () => {
  const hass = practice({ ada: { last_data: ago(1), last_reading: ago(2) } });
  const own = (await dashboard(hass)).views.find(({ title }) => title === "ada");
  const tiles = own?.sections?.[1]?.cards.filter(({ type }) => type === "tile");
  expect(tiles?.map(({ entity, grid_options }) => [entity, grid_options])).toEqual([
    ["sensor.ada_connection", { columns: "full" }],
    ["sensor.ada_last_data", { columns: "full" }],
    ["sensor.ada_last_reading", { columns: 6 }],
  ]);
});

test("fifty patients have a section and a page each, and one who is removed has none any more", async () => {
  const names = Array.from({ length: 50 }, (_, number) => `pat${number}`);
  const hass = practice(Object.fromEntries(names.map((name, at) => [name, { time_below: `${at % 7}.0` }])));
  const { views } = await dashboard(hass);
  expect(views[0]?.sections).toHaveLength(50);
  expect(views).toHaveLength(51);
  delete hass.entities["sensor.pat3_glucose"];
  delete hass.entities["sensor.pat3_connection"];
  delete hass.devices.pat3;
  expect(await order(hass)).toHaveLength(49);
});

test("an open page is made anew once somebody else needs somebody the most, and for nothing less", async () => {
  const before = practice({ ada: { time_below: "1.0" }, bo: { time_below: "2.0" }, cy: {} });
  expect(await order(before)).toEqual(["bo", "ada", "cy"]);
  const better = changed(before, "bo", { time_below: "1.5" });
  expect(isOutdated(before, better)).toBe(false);
  const worse = changed(better, "ada", { time_below: "3.0" });
  expect(isOutdated(better, worse)).toBe(true);
  expect(await order(worse)).toEqual(["ada", "bo", "cy"]);
  expect(isOutdated(better, worse)).toBe(false);
  expect(isOutdated(worse, changed(worse, "cy", { connection: "gone" }))).toBe(true);
});

test("a page that stays open notices that somebody's data have stopped", async () => {
  const hass = practice({
    ada: { time_below: "3.0", last_data: ago(1) },
    bo: { time_below: "1.0", last_data: ago(1) },
  });
  expect(await order(hass)).toEqual(["ada", "bo"]);
  const later = changed(hass, "ada", { last_data: ago(-48) });
  vi.setSystemTime(NOW + 48 * 3_600_000);
  expect(isOutdated(hass, later)).toBe(true);
  expect(await order(later)).toEqual(["bo", "ada"]);
});

test("somebody's own page stays as it is while they are looked at", async () => {
  const before = practice({ ada: { time_below: "1.0" }, bo: { time_below: "2.0" } });
  await order(before);
  vi.stubGlobal("location", { pathname: "/glucose/person-bo" });
  const worse = changed(before, "ada", { time_below: "3.0" });
  expect(isOutdated(before, worse)).toBe(false);
  vi.stubGlobal("location", { pathname: "/glucose/practice" });
  expect(isOutdated(worse, worse)).toBe(true);
});

test.each(["entities", "devices"] as const)("all is made anew when the %s have changed", (registry) => {
  const before = practice({ ada: {} });
  expect(isOutdated(before, { ...before, [registry]: { ...before[registry] } })).toBe(true);
  expect(isOutdated(before, { ...before })).toBe(false);
});
