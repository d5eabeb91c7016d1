/** The large number with all that belongs to it, and the small ones of several persons. */

import { html, nothing, type TemplateResult } from "lit";
import { SHOWN, SPOKEN } from "../beyond";
import type { Hass } from "../hass";
import { ARROW, icon } from "../icons";
import type { Formats } from "../locale";
import type { Now, Trend } from "../reading";
import { filled, type Texts } from "../texts";

/** What is said of a person, in words and in their numbers. */
export interface Words {
  name: string;
  /** The number, or LO and HI as the Libre app shows them. */
  value: string;
  age: string;
  zone: string;
  trend: string;
  change: string;
  /** All of it as one sentence, without the age. */
  spoken: string;
  none: string;
}

type Line = TemplateResult | typeof nothing;

/** How far the arrow is turned. */
const ANGLES: Record<Trend, number> = {
  falling_fast: 90,
  falling: 45,
  stable: 0,
  rising: -45,
  rising_fast: -90,
};

export function words(name: string, shown: Now, hass: Hass, formats: Formats, texts: Texts): Words {
  const state = (key: string, value: string | undefined, otherwise = "") =>
    value ? hass.localize(`component.libreview.entity.sensor.${key}.state.${value}`) || otherwise : "";
  const age = shown.age === undefined ? texts.no_reading : formats.relative(-shown.age);
  if (shown.value === undefined) {
    const last = shown.age === undefined ? age : filled(texts.last_reading, { age });
    const none = texts.no_current_value;
    return { name, value: "", age: last, zone: "", trend: "", change: "", none, spoken: `${name}: ${none}` };
  }
  const value = shown.beyond ? SHOWN[shown.beyond] : formats.glucose(shown.value, shown.unit);
  const zone = state("range", shown.zone, shown.zone && texts[shown.zone]);
  const trend = state("trend", shown.trend);
  const change =
    shown.change === undefined
      ? ""
      : filled(texts.change_in, { change: formats.change(shown.change, shown.unit) });
  const measured = shown.beyond ? texts[SPOKEN[shown.beyond]] : `${value} ${shown.unit}`;
  const spoken = `${name}: ${[measured, zone, trend].filter(Boolean).join(", ")}`;
  return { name, value, age, zone, trend, change, none: "", spoken };
}

/**
 * Who, and how it is right now. The name is not seen where it stands above already; the reason is the line that says
 * why there is no current value.
 */
export function headline(said: Words, shown: Now, named: boolean, reason: Line): TemplateResult {
  return html`
    <div class="who">
      <h2 class=${named ? "" : "unseen"}>${said.name}</h2>
      <p class="age">${said.age}</p>
    </div>
    ${
      shown.value === undefined
        ? html`<p class="none">${said.none}</p>
            ${reason}`
        : html`
            <div class="value">
              <span class="number">${said.value}</span>
              <div>
                ${shown.trend ? arrow(shown.trend, said.trend) : nothing}
                <span class="unit">${shown.unit}</span>
              </div>
            </div>
            <p class="course">
              ${said.zone ? html`<span class="zone">${said.zone}</span>` : nothing}
              <span>${said.trend}</span>
              ${said.change ? html`<span class="change">${said.change}</span>` : nothing}
            </p>
          `
    }
  `;
}

function arrow(trend: Trend, name: string): TemplateResult {
  return html`<span class="arrow" role="img" aria-label=${name} style="--angle:${ANGLES[trend]}deg">${icon(ARROW)}</span>`;
}

interface Choice {
  entityId: string;
  shown: Now;
  said: Words;
}

/** All persons side by side, each with their number; the chosen one is shown at large. */
export function chooser(
  label: string,
  selected: string,
  persons: readonly Choice[],
  choose: (entityId: string) => void,
): TemplateResult {
  return html`
    <div class="persons" role="radiogroup" aria-label=${label}>
      ${persons.map(
        ({ entityId, shown, said }) => html`
          <input
            type="radio"
            name="person"
            id="person-${entityId}"
            aria-label="${said.spoken}, ${said.age}"
            .checked=${entityId === selected}
            @change=${() => choose(entityId)}
          />
          <label for="person-${entityId}" class="${shown.zone ?? ""} ${shown.freshness}">
            <span class="name">${said.name}</span>
            <span class="small">
              ${shown.value === undefined ? "–" : said.value}
              ${shown.trend ? arrow(shown.trend, said.trend) : nothing}
            </span>
          </label>
        `,
      )}
    </div>
  `;
}
