/** The subscriptions of a card: one for each person, since each has a limit of their own to what is current. */

import type { Hass } from "./hass";
import { HistorySubscription } from "./history-subscription";
import { type Person, personOf } from "./person";

export class Subscriptions {
  /** By the device of the person, which is theirs alone; names and entity ids may become another person's. */
  readonly #byDevice = new Map<string, HistorySubscription>();
  readonly #onUpdate: (isNewPast: boolean) => void;

  /** `onUpdate` gets whether a new window replaced a person's past, or else readings were added. */
  constructor(onUpdate: (isNewPast: boolean) => void) {
    this.#onUpdate = onUpdate;
  }

  of(person: Person): HistorySubscription | undefined {
    return this.#byDevice.get(person.deviceId);
  }

  /** Subscribe to everybody who is there, and end what belongs to nobody any more. */
  follow(hass: Hass, entityIds: readonly string[]): void {
    const wanted = new Map<string, string>();
    for (const entityId of entityIds) {
      const deviceId = personOf(hass, entityId)?.deviceId;
      if (deviceId) wanted.set(deviceId, entityId);
    }
    for (const [deviceId, subscription] of this.#byDevice) {
      subscription.checkClock();
      if (wanted.get(deviceId) === subscription.entityId) continue;
      subscription.stop();
      this.#byDevice.delete(deviceId);
    }
    for (const [deviceId, entityId] of wanted) {
      if (!this.#byDevice.has(deviceId))
        this.#byDevice.set(deviceId, new HistorySubscription(hass, entityId, deviceId, this.#onUpdate));
    }
  }

  stop(): void {
    for (const subscription of this.#byDevice.values()) subscription.stop();
    this.#byDevice.clear();
  }
}
