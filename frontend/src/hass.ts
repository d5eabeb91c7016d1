/** The parts of Home Assistant's frontend that the card relies on, and no more. */

export interface EntityState {
  entity_id: string;
  state: string;
  attributes: Record<string, unknown>;
}

export interface RegisteredEntity {
  entity_id: string;
  device_id?: string | null;
  platform?: string;
  translation_key?: string;
  hidden?: boolean;
}

export interface RegisteredDevice {
  id: string;
  name?: string | null;
  name_by_user?: string | null;
}

export interface Locale {
  language: string;
  number_format: string;
  time_format: string;
  time_zone?: string;
}

export type Unsubscribe = () => Promise<void> | void;

export interface Connection {
  connected: boolean;
  subscribeMessage<T>(
    callback: (event: T) => void,
    message: Record<string, unknown>,
    options?: { resubscribe?: boolean },
  ): Promise<Unsubscribe>;
  addEventListener(name: "ready" | "disconnected", listener: () => void): void;
  removeEventListener(name: "ready" | "disconnected", listener: () => void): void;
}

export interface Hass {
  states: Record<string, EntityState | undefined>;
  entities: Record<string, RegisteredEntity | undefined>;
  devices: Record<string, RegisteredDevice | undefined>;
  locale: Locale;
  language: string;
  config: { time_zone: string };
  themes?: { darkMode?: boolean };
  user?: { is_admin?: boolean };
  connected?: boolean;
  connection: Connection;
  callWS<T>(message: Record<string, unknown>): Promise<T>;
  localize(key: string, values?: Record<string, unknown>): string;
}

/** Why Home Assistant refused a command. */
export interface Refusal {
  code: string;
  message?: string;
  translation_key?: string;
}
