/** The card's visual editor, as a form that Home Assistant draws. */

import type { CardConfig, Span } from "./config";
import { type TextKey, type Texts, textsIn } from "./texts";

/** The label of each field. */
const LABELS: Record<string, TextKey> = {
  entities: "edit_entities",
  hours: "edit_hours",
  parts: "edit_parts",
  hide_curve: "edit_curve",
  hide_diary: "edit_diary",
  hide_ranges: "edit_ranges",
  hide_sensor: "edit_sensor",
};

const HOURS: readonly Span[] = [1, 3, 8, 24];
const PARTS = ["hide_curve", "hide_diary", "hide_ranges", "hide_sensor"];

export async function form(): Promise<unknown> {
  const { texts } = await textsIn(document.documentElement.lang);
  const hours = (value: number) =>
    new Intl.NumberFormat(document.documentElement.lang || "en", {
      style: "unit",
      unit: "hour",
      unitDisplay: "long",
    }).format(value);
  return {
    schema: [
      {
        name: "entities",
        required: true,
        selector: {
          entity: {
            multiple: true,
            filter: {
              integration: "libreview",
              domain: "sensor",
              device_class: "blood_glucose_concentration",
            },
          },
        },
      },
      {
        name: "hours",
        selector: {
          select: {
            mode: "dropdown",
            options: HOURS.map((span) => ({ value: String(span), label: hours(span) })),
          },
        },
      },
      {
        name: "parts",
        type: "expandable",
        flatten: true,
        schema: PARTS.map((name) => ({ name, selector: { boolean: {} } })),
      },
    ],
    computeLabel: (field: { name: string }) => label(texts, field.name),
    assertConfig: (config: CardConfig) => {
      if (config.entity) throw new Error(texts.edit_yaml);
    },
  };
}

function label(texts: Texts, name: string): string {
  const key = LABELS[name];
  return key ? texts[key] : name;
}
