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
