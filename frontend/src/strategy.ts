/** The dashboard: a page per person, made anew whenever it is opened, and when it no longer tells who is there. */

import type { Hass } from "./hass";
import { glucoseSensors, type Person, personOf } from "./person";
import { isPatient, LINK, PATIENT, worstFirst } from "./practice";
import { type Texts, textsIn } from "./texts";

type Card = Record<string, unknown>;

export interface View {
  title: string;
  path: string;
  type: string;
  max_columns?: number;
  icon?: string;
  /** Without a tab: one opens it from another page. */
  subview?: boolean;
  sections?: { type: string; cards: Card[]; column_span?: number }[];
  cards?: Card[];
}

export interface DashboardConfig {
  title?: string;
  views: View[];
}

const ICON = "mdi:water";
const PRACTICE_PATH = "practice";
const NOW = [
  "sensor.range",
  "sensor.trend",
  "sensor.change",
  "sensor.last_reading",
  "sensor.sensor_status",
  "sensor.sensor_expires",
  "button.refresh",
];
/** Tiles of the diary, with the attribute beside the state: what it was beside when, what is known of a sum that is not. */
const DIARY: Record<string, string> = {
  "sensor.carbohydrates_today": "at_least",
  "sensor.rapid_acting_today": "at_least",
  "sensor.last_carbohydrates_at": "dose",
  "sensor.last_rapid_acting_at": "dose",
  "sensor.last_long_acting_at": "dose",
  "sensor.last_note_at": "text",
};

/** The patients in the order in which the page of the practice shows them. */
let shown: readonly Person[] = [];

/**
 * Whether the dashboard has to be made anew: for other persons or names, and on the page of a practice for another order.
 *
 * Other pages stay as they are, since making them anew would end what somebody is looking at there.
 */
export function isOutdated(before: Hass, now: Hass): boolean {
  if (before.entities !== now.entities || before.devices !== now.devices) return true;
  if (!location.pathname.endsWith(`/${PRACTICE_PATH}`)) return false;
  return worstFirst(now, shown).some((person, place) => person !== shown[place]);
}

export async function suggestions(hass: Hass): Promise<{ title: string; icon: string }> {
  const name = hass.localize("component.libreview.entity.sensor.glucose.name");
  return { title: name || "Glucose", icon: ICON };
}

export async function dashboard(hass: Hass): Promise<DashboardConfig> {
  const { texts } = await textsIn(hass.language);
  const followed = glucoseSensors(hass).flatMap((glucose) => {
    const person = personOf(hass, glucose);
    return person ? [{ person, glucose }] : [];
  });
  if (!followed.length) return { views: [nobody(texts)] };
  const patients = followed.filter(({ person }) => isPatient(person));
  const others = followed.filter(({ person }) => !isPatient(person));
  const together = others.map(({ glucose }) => glucose);
  shown = worstFirst(
    hass,
    patients.map(({ person }) => person),
  );
  return {
    views: [
      ...(others.length > 1 ? [everybody(together, texts)] : []),
      ...others.map(({ person, glucose }) => view(person, glucose, texts)),
      ...(shown.length ? [practice(shown, texts)] : []),
      // There may be fifty of them, too many for tabs.
      ...patients.map(({ person, glucose }) => ({ ...view(person, glucose, texts), subview: true })),
    ],
  };
}

/** The page of a practice's patients, each with a way to their own page. */
function practice(patients: readonly Person[], texts: Texts): View {
  return {
    title: texts.board_practice,
    path: PRACTICE_PATH,
    type: "sections",
    max_columns: 4,
    sections: patients.map((person) => ({
      type: "grid",
      cards: [
        {
          ...heading(person.name, "mdi:account"),
          tap_action: { action: "navigate", navigation_path: `person-${person.deviceId}` },
        },
        ...PATIENT.flatMap((key) => (person.entities[key] ? [wideTile(person.entities[key])] : [])),
      ],
    })),
  };
}

/** The page of several persons. It is the first, which Home Assistant opens for an address that it does not know. */
function everybody(sensors: string[], texts: Texts): View {
  return {
    title: texts.persons,
    path: "everybody",
    type: "sections",
    max_columns: 2,
    sections: [{ type: "grid", column_span: 2, cards: [card(sensors)] }],
  };
}

function card(entities: string[]): Card {
  return { type: "custom:libreview-card", entities, grid_options: { columns: "full" } };
}

function view(person: Person, glucose: string, texts: Texts): View {
  const tiles = (keys: string[], make: (entity: string, key: string) => Card) =>
    keys.flatMap((key) => (person.entities[key] ? [make(person.entities[key], key)] : []));
  const diary = person.entities["calendar.diary"];
  const doses = tiles(Object.keys(DIARY), (entity, key) => diaryTile(entity, DIARY[key] as string));
  return {
    title: person.name,
    // Neither a new name nor another person changes it: what points to a page must not come to another one.
    path: `person-${person.deviceId}`,
    type: "sections",
    max_columns: 3,
    sections: [
      {
        type: "grid",
        column_span: 2,
        cards: [card([glucose])],
      },
      {
        type: "grid",
        cards: [heading(texts.board_now, "mdi:water"), ...tiles(LINK, wideTile), ...tiles(NOW, tile)],
      },
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

/** A tile. It stays while its state is unknown, for that says something too: that a dose may have no amount. */
function tile(entity: string): Card {
  return {
    type: "tile",
    entity,
    name: { type: "entity" },
    grid_options: { columns: 6 },
    // The state of a button is when it was last pressed.
    ...(entity.startsWith("button.") ? { hide_state: true } : {}),
  };
}

/** A tile over the whole width, for names and states that half a phone would cut. */
function wideTile(entity: string): Card {
  return { ...tile(entity), grid_options: { columns: "full" } };
}

/** A tile of the diary, with an attribute beside its state. */
function diaryTile(entity: string, attribute: string): Card {
  return { ...wideTile(entity), state_content: ["state", attribute] };
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
