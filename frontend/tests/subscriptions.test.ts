import { expect, test, vi } from "vitest";
import type { Hass } from "../src/hass";
import { personOf } from "../src/person";
import { Subscriptions } from "../src/subscriptions";
import { house } from "./house";

const SAM = "sensor.odd_name_0";
const ROBIN = "sensor.robin";

/** A house of two, and how often each entity is subscribed to. */
function two() {
  const hass = house({ glucose: "123" });
  hass.devices.d2 = { id: "d2", name: "Robin" };
  hass.entities[ROBIN] = {
    entity_id: ROBIN,
    device_id: "d2",
    platform: "libreview",
    translation_key: "glucose",
  };
  const open = new Map<string, number>();
  const count = (id: string, by: number) => open.set(id, (open.get(id) ?? 0) + by);
  hass.connection = {
    connected: true,
    subscribeMessage: async (_: unknown, { entity_id }: { entity_id: string }) => {
      count(entity_id, 1);
      return () => count(entity_id, -1);
    },
    addEventListener: vi.fn(),
    removeEventListener: vi.fn(),
  } as unknown as Hass["connection"];
  return { hass, open };
}

/** What is told of who an entity is. */
const pastOf = (subscriptions: Subscriptions, hass: Hass, entityId: string) => {
  const person = personOf(hass, entityId);
  return person && subscriptions.of(person);
};
const settled = () => new Promise((resolve) => setTimeout(resolve));

test("everybody of a card has a subscription, and it ends with them", async () => {
  const { hass, open } = two();
  const subscriptions = new Subscriptions(vi.fn());
  for (let time = 0; time < 3; time++) subscriptions.follow(hass, [SAM, ROBIN]);
  await settled();
  expect(Object.fromEntries(open)).toEqual({ [SAM]: 1, [ROBIN]: 1 });
  delete hass.entities[ROBIN];
  subscriptions.follow(hass, [SAM, ROBIN]);
  await settled();
  expect(Object.fromEntries(open)).toEqual({ [SAM]: 1, [ROBIN]: 0 });
  subscriptions.stop();
  await settled();
  expect(Object.fromEntries(open)).toEqual({ [SAM]: 0, [ROBIN]: 0 });
});

test("when two entities change their ids, neither shows what was told of the other", async () => {
  const { hass } = two();
  const subscriptions = new Subscriptions(vi.fn());
  subscriptions.follow(hass, [SAM, ROBIN]);
  const before = [pastOf(subscriptions, hass, SAM), pastOf(subscriptions, hass, ROBIN)];
  const [sam, robin] = [hass.entities[SAM], hass.entities[ROBIN]];
  if (!sam || !robin) throw new Error("nobody");
  hass.entities[SAM] = { ...robin, entity_id: SAM };
  hass.entities[ROBIN] = { ...sam, entity_id: ROBIN };
  subscriptions.follow(hass, [SAM, ROBIN]);
  for (const entityId of [SAM, ROBIN]) {
    expect(pastOf(subscriptions, hass, entityId)?.entityId).toBe(entityId);
    expect(before).not.toContain(pastOf(subscriptions, hass, entityId));
  }
  subscriptions.stop();
});
