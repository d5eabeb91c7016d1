import { expect, test } from "vitest";
import { suggestion } from "../src/register";
import { dashboard } from "../src/strategy";
import { house } from "./house";

test("a person has a page with the card, tiles and statistics, and no diary without a diary", async () => {
  const { views } = await dashboard(house({ glucose: "123", trend: "rising", sensor_status: "active" }));
  expect(views).toHaveLength(1);
  const [view] = views;
  expect(view?.title).toBe("Sam");
  const types = view?.sections?.map((section) => section.cards.map((card) => card.type));
  expect(types).toEqual([
    ["custom:libreview-card"],
    ["heading", "tile", "tile"],
    ["heading", "statistics-graph"],
  ]);
});

/** The same house with Robin, and who else is followed. */
function together(...others: string[]) {
  const hass = house({ glucose: "123", last_rapid_acting_at: "unknown", rapid_acting_today: "unknown" });
  for (const name of others) {
    const id = `sensor.${name}`;
    hass.devices[name] = { id: name, name };
    hass.entities[id] = { entity_id: id, device_id: name, platform: "libreview", translation_key: "glucose" };
  }
  return hass;
}

test("the address of a person's page is theirs alone, whoever comes or is renamed", async () => {
  const address = async (title: string, ...others: string[]) =>
    (await dashboard(together(...others))).views.find((view) => view.title === title)?.path;
  const before = await address("Sam", "Robin");
  expect(await address("Sam", "Robin", "Alex")).toBe(before);
  expect(await address("Robin", "Robin")).not.toBe(before);
  const renamed = together("Robin");
  renamed.devices.d1 = { id: "d1", name: "Zoe" };
  const { views } = await dashboard(renamed);
  expect(views.find((view) => view.title === "Zoe")?.path).toBe(before);
});

test("an address that is nobody's opens the page of all, who are named there", async () => {
  const { views } = await dashboard(together("Robin"));
  expect(views.map((view) => view.title)).toEqual(["People", "Robin", "Sam"]);
  expect(views[0]?.sections?.[0]?.cards[0]?.entities).toEqual(["sensor.Robin", "sensor.odd_name_0"]);
});

test("tiles of the diary say when a dose was, and stay when something is unknown", async () => {
  const [view] = (await dashboard(together())).views;
  const tiles = view?.sections?.flatMap(({ cards }) => cards).filter(({ type }) => type === "tile");
  expect(tiles?.map(({ entity }) => entity)).toEqual(["sensor.odd_name_2", "sensor.odd_name_1"]);
  expect(tiles?.[1]?.state_content).toEqual(["state", "dose"]);
  expect(tiles?.some((tile) => tile.visibility)).toBe(false);
});

test("a tile of a sum that is not known says what is known of it", async () => {
  const hass = house({ glucose: "123", rapid_acting_today: "unknown" });
  const [view] = (await dashboard(hass)).views;
  const tile = view?.sections?.flatMap(({ cards }) => cards).find(({ type }) => type === "tile");
  expect(tile?.state_content).toEqual(["state", "at_least"]);
});

test("without a person the dashboard says what to do", async () => {
  const { views } = await dashboard(house({}));
  expect(views).toHaveLength(1);
  expect(JSON.stringify(views)).toContain("/config/integrations/integration/libreview");
});

test("the card is suggested for glucose and nothing else", () => {
  const hass = house({ glucose: "123", trend: "rising" });
  expect(suggestion(hass, "sensor.odd_name_0")?.config.entities).toEqual(["sensor.odd_name_0"]);
  expect(suggestion(hass, "sensor.odd_name_1")).toBeNull();
});

test("who is followed live has a page before the practice's, and is not among its patients", async () => {
  const hass = house({});
  hass.devices = { ada: { id: "ada", name: "ada" } };
  for (const key of ["glucose", "connection"]) {
    const id = `sensor.ada_${key}`;
    hass.entities[id] = { entity_id: id, device_id: "ada", platform: "libreview", translation_key: key };
  }
  Object.assign(hass.devices, together("robin").devices);
  Object.assign(hass.entities, together("robin").entities);
  const { views } = await dashboard(hass);
  expect(views.map(({ title }) => title)).toEqual(["People", "robin", "Sam", "Practice", "ada"]);
});
