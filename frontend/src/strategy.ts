/** The dashboard: a page per person, made anew whenever it is opened. */

import type { Hass } from "./hass";
import { glucoseSensors, type Person, personOf } from "./person";
import { type Texts, textsIn } from "./texts";

type Card = Record<string, unknown>;

export interface View {
  title: string;
  path: string;
  type: string;
  max_columns?: number;
  icon?: string;
  sections?: { type: string; cards: Card[]; column_span?: number }[];
  cards?: Card[];
}

export interface DashboardConfig {
  title?: string;
  views: View[];
}

const ICON = "mdi:water";
const NOW = [
  "sensor.range",
  "sensor.trend",
  "sensor.change",
  "sensor.last_reading",
  "sensor.sensor_status",
  "sensor.sensor_expires",
  "button.refresh",
];
const DIARY = [
  "sensor.carbohydrates_today",
  "sensor.rapid_acting_today",
  "sensor.last_carbohydrates",
  "sensor.last_rapid_acting",
  "sensor.last_long_acting",
  "sensor.last_note",
];

export async function suggestions(hass: Hass): Promise<{ title: string; icon: string }> {
  const name = hass.localize("component.libreview.entity.sensor.glucose.name");
  return { title: name || "Glucose", icon: ICON };
}

export async function dashboard(hass: Hass): Promise<DashboardConfig> {
  const { texts } = await textsIn(hass.language);
  const views = glucoseSensors(hass).flatMap((glucose, index) => {
    const person = personOf(hass, glucose);
    return person ? [view(person, glucose, index, texts)] : [];
  });
  return { views: views.length ? views : [nobody(texts)] };
}

function view(person: Person, glucose: string, index: number, texts: Texts): View {
  const tiles = (keys: string[], columns: number | string) =>
    keys.flatMap((key) => (person.entities[key] ? [tile(person.entities[key], columns)] : []));
  const diary = person.entities["calendar.diary"];
  const doses = tiles(DIARY, "full"); // Their names are long, and so are notes.
  return {
    title: person.name,
    path: `person-${index + 1}`,
    type: "sections",
    max_columns: 3,
    sections: [
      {
        type: "grid",
        column_span: 2,
        cards: [{ type: "custom:libreview-card", entities: [glucose], grid_options: { columns: "full" } }],
      },
      { type: "grid", cards: [heading(texts.board_now, "mdi:water"), ...tiles(NOW, 6)] },
      ...(doses.length || diary
        ? [
            {
              type: "grid",
              cards: [
                heading(texts.board_diary, "mdi:notebook-outline"),
                ...doses,
                ...(diary
                  ? [
                      {
                        type: "calendar",
                        entities: [diary],
                        initial_view: "listWeek",
                        grid_options: { columns: "full" },
                      },
                    ]
                  : []),
              ],
            },
          ]
        : []),
      {
        type: "grid",
        column_span: 2,
        cards: [
          heading(texts.board_course, "mdi:chart-line"),
          {
            type: "statistics-graph",
            entities: [glucose],
            title: texts.board_statistics,
            days_to_show: 30,
            period: "day",
            stat_types: ["min", "mean", "max"],
            hide_legend: true,
            grid_options: { columns: "full" },
          },
        ],
      },
    ],
  };
}

function heading(text: string, icon: string): Card {
  return { type: "heading", heading: text, icon };
}

/** A tile that is not there while there is nothing to tell. */
function tile(entity: string, columns: number | string): Card {
  return {
    type: "tile",
    entity,
    name: { type: "entity" },
    grid_options: { columns },
    // The state of a button is when it was last pressed.
    ...(entity.startsWith("button.")
      ? { hide_state: true }
      : { visibility: [{ condition: "state", entity, state_not: "unknown" }] }),
  };
}

/** A page that says what to do. */
function nobody(texts: Texts): View {
  return {
    title: texts.board_empty,
    path: "nobody",
    type: "sections",
    max_columns: 1,
    sections: [
      {
        type: "grid",
        cards: [
          heading(texts.board_empty, ICON),
          { type: "markdown", content: texts.board_empty_long, grid_options: { columns: "full" } },
        ],
      },
    ],
  };
}
