"""A dashboard out of Home Assistant's own cards: one section per person, made for a glance at night.

The gauge is shown only while there is a current reading: an old one is not, and the gauge of a
value that is not known would be an error message.
"""

from collections.abc import Iterable, Mapping
from typing import Any

from .client import Client
from .persons import ShownPerson

type Card = dict[str, Any]
type Targets = tuple[int, int]

URL_PATH = "glucose"
ICON = "mdi:water"

# Where the gauge begins and ends, and the smallest step of its number.
GAUGE = {"mg/dL": (40, 400, 1), "mmol/L": (2, 22, 0.1)}
VERY_LOW, LOW, HIGH, VERY_HIGH = 54, 70, 180, 250
MG_DL_PER_MMOL_L = 18
COLOURS = tuple(f"var(--{name}-color)" for name in ("red", "orange", "green", "amber", "deep-orange"))

ALERTS = {
    "very_low": "red",
    "low": "orange",
    "high": "amber",
    "stale": "grey",
    "sensor_expired": "purple",
}
AXIS = {"mg/dL": (50, 250), "mmol/L": (2, 14)}

# What is known only together with a current glucose, and what is told at any time.
OF_THE_READING = ("trend", "range", "change")
OF_THE_PERSON = ("last_reading", "sensor_status", "sensor_expires")
OF_THE_DIARY = (
    "rapid_acting_today",
    "carbohydrates_today",
    "last_rapid_acting",
    "last_carbohydrates",
    "last_long_acting",
    "last_note",
)
TILES: dict[str, Card] = {
    "sensor_expires": {"time_format": "date"},  # "in 2 weeks" may mean nine days
    **{key: {"grid_options": {"columns": "full"}} for key in OF_THE_DIARY},  # long names, long notes
}


def dashboard(persons: Iterable[ShownPerson], targets: Mapping[str, Targets]) -> dict[str, Any]:
    """The dashboard's configuration, as Home Assistant's own editor would save it.

    `targets` are the target ranges of persons in mg/dL, by name; others have the usual one.
    """
    persons = list(persons)
    return {
        "views": [
            {
                "title": "Glucose",
                "path": "now",
                "type": "sections",
                "max_columns": 3,
                "badges": [badge for person in persons for badge in _badges(person)],
                "sections": [_section(person, targets.get(person.name, (LOW, HIGH))) for person in persons],
            }
        ]
    }


async def furnish(
    client: Client, persons: Iterable[ShownPerson], targets: Mapping[str, Targets] | None = None
) -> None:
    """Save the dashboard, put it into the sidebar and make it the page that opens first."""
    existing = {board["url_path"] for board in await client.ask("lovelace/dashboards/list")}
    if URL_PATH not in existing:
        await client.ask(
            "lovelace/dashboards/create",
            url_path=URL_PATH,
            allow_single_word=True,
            title="Glucose",
            icon=ICON,
        )
    await client.ask("lovelace/config/save", url_path=URL_PATH, config=dashboard(persons, targets or {}))
    await client.ask("frontend/set_system_data", key="core", value={"default_panel": URL_PATH})


def _section(person: ShownPerson, targets: Targets) -> Card:
    entities = person.entities
    current = {"condition": "numeric_state", "entity": entities["glucose"], "above": 0}
    cards = [
        {"type": "heading", "heading": person.name, "icon": "mdi:account"},
        {**_gauge(person, targets), "visibility": [current]},
        {**_no_value(person), "visibility": [{"condition": "not", "conditions": [current]}]},
        *({**_tile(person, key), "visibility": [current]} for key in OF_THE_READING if key in entities),
        *(_tile(person, key) for key in OF_THE_PERSON if key in entities),
        _curve(person),
        *(_tile(person, key) for key in OF_THE_DIARY if key in entities),
    ]
    return {"type": "grid", "cards": cards}


def _gauge(person: ShownPerson, targets: Targets) -> Card:
    lowest, highest, _ = GAUGE[person.unit]
    starts = (lowest, *_starts(person.unit, *targets))
    return {
        "type": "gauge",
        "entity": person.entities["glucose"],
        "name": "Glucose",
        "needle": True,
        "min": lowest,
        "max": highest,
        "segments": [{"from": start, "color": colour} for start, colour in zip(starts, COLOURS, strict=True)],
        "grid_options": {"columns": "full"},
    }


def _starts(unit: str, low: int, high: int) -> tuple[float, ...]:
    """Where the ranges from low to very high begin, in the unit that is shown."""
    *_, step = GAUGE[unit]

    def shown(mg_dl: int) -> float:
        return mg_dl if unit == "mg/dL" else round(mg_dl / MG_DL_PER_MMOL_L, 1)

    return (shown(VERY_LOW), shown(low), round(shown(high) + step, 1), round(shown(VERY_HIGH) + step, 1))


def _no_value(person: ShownPerson) -> Card:
    return {
        "type": "tile",
        "entity": person.entities["glucose"],
        "name": "No current glucose",
        "icon": "mdi:help-circle-outline",
        "vertical": True,
        "hide_state": True,
        "grid_options": {"columns": "full", "rows": 2},
    }


def _tile(person: ShownPerson, key: str) -> Card:
    return {
        "type": "tile",
        "entity": person.entities[key],
        "name": {"type": "entity"},
        "grid_options": {"columns": 6},
        **TILES.get(key, {}),
    }


def _curve(person: ShownPerson) -> Card:
    lowest, highest = AXIS[person.unit]
    return {
        "type": "history-graph",
        "title": "Last hour",
        "hours_to_show": 1,
        "min_y_axis": lowest,
        "max_y_axis": highest,
        "fit_y_data": True,
        "visibility": [
            {
                "condition": "state",
                "entity": person.entities[key],
                "state_not": ["expired", "no_sensor", "unavailable"],
            }
            for key in ("sensor_status",)
            if key in person.entities
        ],
        "entities": [{"entity": person.entities["glucose"], "name": "Glucose"}],
        "grid_options": {"columns": "full"},
    }


def _badges(person: ShownPerson) -> list[Card]:
    return [
        {
            "type": "entity",
            "entity": person.entities[key],
            "name": [{"type": "device"}, {"type": "entity"}],
            "show_name": True,
            "show_state": False,
            "color": colour,
            "visibility": [_is_on(person, key), *([_is_off(person, "very_low")] if key == "low" else [])],
        }
        for key, colour in ALERTS.items()
        if key in person.entities
    ]


def _is_on(person: ShownPerson, key: str) -> Card:
    return {"condition": "state", "entity": person.entities[key], "state": "on"}


def _is_off(person: ShownPerson, key: str) -> Card:
    return {"condition": "state", "entity": person.entities[key], "state_not": "on"}
