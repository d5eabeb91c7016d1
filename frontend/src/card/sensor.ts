/** The sensor on the arm in one line. */

import { html, nothing, type TemplateResult } from "lit";
import { clock } from "../freshness";
import type { Hass } from "../hass";
import type { Formats } from "../locale";
import { known, type Person } from "../person";
import { filled, type Texts } from "../texts";

/** While it has one of these states, its end is what people want to know. */
const IN_USE = ["active", "expiring", "warming_up"];
export function sensorLine(
  hass: Hass,
  person: Person,
  formats: Formats,
  texts: Texts,
): TemplateResult | typeof nothing {
  const status = known(hass, person, "sensor_status")?.state;
  if (!status) return nothing;
  const name = hass.localize(`component.libreview.entity.sensor.sensor_status.state.${status}`);
  const expires = Date.parse(known(hass, person, "sensor_expires")?.state ?? "") / 1000;
  const ends =
    Number.isFinite(expires) && IN_USE.includes(status)
      ? filled(texts.sensor_ends, { when: formats.relative(expires - clock.now().wall) })
      : "";
  return html`
    <p class="sensor ${status}">
      <span>${texts.sensor}</span>
      <b>${name}</b>
      ${ends ? html`<span title="${formats.day(expires)} ${formats.time(expires)}">${ends}</span>` : nothing}
    </p>
  `;
}
