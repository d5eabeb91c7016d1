/** Why there is no current value, in one sentence: what the account tells first, then what the sensor does. */

import { html, nothing, type TemplateResult } from "lit";
import type { Hass } from "../hass";
import type { Cause } from "../history-subscription";
import type { Formats } from "../locale";
import { known, type Person } from "../person";
import { filled, type TextKey, type Texts } from "../texts";

/** By the key of the account's problem. */
const CAUSES: Record<string, TextKey> = {
  invalid_auth: "why_password",
  password_expired: "why_new_password",
  terms: "why_terms",
  privacy_policy: "why_terms",
  verify_email: "why_step",
  unknown_step: "why_step",
  second_factor: "why_code",
  locked: "why_locked",
  no_answer: "why_internet",
  server_trouble: "why_cloud",
  ticket_rejected: "why_cloud",
  blocked: "why_wait",
  refused: "why_wait",
  waiting: "why_wait",
  sign_in_waits: "why_wait",
  protocol_ended: "why_update",
  client_refused: "why_update",
  not_a_member: "why_not_a_member",
  not_shared: "why_not_shared",
  clock: "why_clock",
  polling_disabled: "why_paused",
};

/** By the status of the sensor. While it is active, or ends soon, it is no reason for anything. */
const SENSOR: Record<string, TextKey> = {
  expired: "why_sensor_ended",
  warming_up: "why_warming_up",
  signal_lost: "why_no_signal",
};

export interface Reason {
  text: string;
  /** A repair says what to do. */
  repair: boolean;
}

/** The reason, undefined where nobody knows one. `refused` is why there is no subscription that would tell. */
export function reasonOf(
  hass: Hass,
  person: Person,
  cause: Cause | undefined,
  refused: string | undefined,
  formats: Formats,
  texts: Texts,
): Reason | undefined {
  if (cause?.key) return { text: texts[CAUSES[cause.key] ?? "why_answer"], repair: cause.repair };
  const glucose = person.entities["sensor.glucose"];
  const state = glucose ? hass.states[glucose]?.state : undefined;
  if (refused === "person_not_loaded" || state === undefined || state === "unavailable")
    return { text: texts.why_loading, repair: false };
  const text = sensorReason(hass, person, formats, texts);
  return text ? { text, repair: false } : undefined;
}

function sensorReason(hass: Hass, person: Person, formats: Formats, texts: Texts): string {
  const status = known(hass, person, "sensor_status")?.state ?? "";
  if (status === "no_sensor")
    return hass.localize(`component.libreview.entity.sensor.sensor_status.state.${status}`);
  const key = SENSOR[status];
  if (!key) return "";
  const expires = Date.parse(known(hass, person, "sensor_expires")?.state ?? "") / 1000;
  const when = Number.isFinite(expires) ? `${formats.day(expires)} ${formats.time(expires)}` : "";
  // Without its colon where the end is not known.
  return filled(texts[key], { when }).replace(/\s*:\s*$/, "");
}

/** The reason as it is shown: with a way to the repair for those who may go there. */
export function reasonLine(
  hass: Hass,
  reason: Reason | undefined,
  texts: Texts,
): TemplateResult | typeof nothing {
  if (!reason) return nothing;
  return html`<p class="course reason">
    <span>${reason.text}</span>
    ${
      !reason.repair
        ? nothing
        : hass.user?.is_admin
          ? html`<a href="/config/repairs">${texts.open_repairs}</a>`
          : html`<span>${texts.ask_admin}</span>`
    }
  </p>`;
}
