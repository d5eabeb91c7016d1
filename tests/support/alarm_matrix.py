"""The alarm matrix: every automation that we give people, and what it is for."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum
from pathlib import Path
import re
from typing import Any, Final, override

from homeassistant.util.yaml import parse_yaml

from tests.support.notified_home import from_blueprint

ROOT: Final = Path(__file__).parents[2]
PAGES: Final = ("README.md", "docs/automations.md")
YAML: Final = re.compile(r"^```yaml\n(automation:\n.*?)^```$", re.DOTALL | re.MULTILINE)
PHONE: Final = "notify.mobile_app_phone"


class Case(StrEnum):
    """What an automation is to speak of."""

    FALL = "a fall"
    LOW = "a low"
    RECOVERY = "back in range"
    HIGH = "a high"
    LONG_HIGH = "two hours of high"
    SILENCE = "no data"
    RETURN = "data are back"
    FRESH = "fresh data"
    NONE = "nothing of glucose"


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """An automation of the matrix: its name, its case, and the titles by which its alarm is known."""

    name: str
    case: Case
    inputs: Mapping[str, Any] = field(default_factory=dict)
    titles: str = ""
    hears_saves: bool = True
    beside: int = 0
    """How often it rightly sounds in a story beside its own case: in the low, and when data are back."""


BLUEPRINTS: Final = (
    Row(name="low_alarm", case=Case.LOW, inputs={"repeat_every": 60}, titles=r": (Low|Very low)$"),
    Row(name="falling_fast", case=Case.FALL, inputs={"repeat_every": 120}),
    Row(name="high_for_long", case=Case.HIGH, inputs={"high_for": 10, "repeat_every": 240}),
    Row(name="stale_data", case=Case.SILENCE, titles=r": No current data$"),
    Row(name="sensor_expiring", case=Case.NONE),
    Row(name="daily_summary", case=Case.NONE),
    Row(name="range_light", case=Case.NONE),
    Row(name="try_my_alarm", case=Case.NONE),
    Row(name="watchdog", case=Case.FRESH),
)
"""The blueprints; those that speak of no glucose must be silent, and have tests of their own."""

DOCUMENTED: Final = (
    Row(name="README.md: Low glucose at night", case=Case.LOW),
    Row(name="README.md: No glucose data", case=Case.SILENCE),
    Row(name="README.md: Insulin was logged", case=Case.NONE),
    Row(name="docs/automations.md: Low glucose", case=Case.LOW),
    Row(
        name="docs/automations.md: Out of range, in mmol/L, for whoever it is",
        case=Case.HIGH,
        beside=2,
        hears_saves=False,
    ),
    Row(name="docs/automations.md: Light in the colour of the range", case=Case.NONE),
    Row(name="docs/automations.md: Back in range after a low", case=Case.RECOVERY, hears_saves=False),
    Row(name="docs/automations.md: Falling fast while not high", case=Case.FALL, hears_saves=False),
    Row(name="docs/automations.md: No glucose data", case=Case.SILENCE),
    Row(name="docs/automations.md: Glucose data are back", case=Case.RETURN, hears_saves=False),
    Row(name="docs/automations.md: Insulin was logged", case=Case.NONE),
    Row(name="docs/automations.md: Sensor expires soon", case=Case.NONE),
    Row(
        name="docs/automations.md: High for a long time, while nobody should be woken by old data",
        case=Case.LONG_HIGH,
        hears_saves=False,
    ),
)
"""The automations that pages tell people to copy, by page and alias.

Those that do not hear of a save are examples of a trigger: the page says that saving does not trigger.
"""

ROWS: Final = BLUEPRINTS + DOCUMENTED


def documented() -> dict[str, dict[str, Any]]:
    """Read the automations out of the pages, by page and alias."""
    found: dict[str, dict[str, Any]] = {}
    for page in PAGES:
        for example in YAML.findall((ROOT / page).read_text(encoding="utf-8")):
            parsed: Any = parse_yaml(example)
            found |= {f"{page}: {automation['alias']}": automation for automation in parsed["automation"]}
    return found


def copied(number: int, automation: dict[str, Any]) -> dict[str, Any]:
    """An automation as somebody copies it, with a phone of its own, by which it is known."""
    actions = [
        action | {"action": f"{PHONE}_{number}"} if action.get("action") == PHONE else action
        for action in automation["actions"]
    ]
    return automation | {"id": f"documented {number}", "actions": actions}


def of_blueprint(row: Row, person: str, box: str) -> dict[str, Any]:
    """An automation from a blueprint, with a postbox of its own, by which it is known."""
    fixed: dict[str, Mapping[str, Any]] = {
        "daily_summary": {"sensors": ["sensor.alex_example_glucose"], "notify": [box], "at": "05:00:00"},
        "range_light": {"person": person, "light": ["light.lamp"]},
        "watchdog": {"persons": [person], "actions": [{"event": "beat"}]},
    }
    inputs = fixed.get(row.name, {"person": person, "notify": [box]})
    return from_blueprint(row.name, **inputs, **row.inputs)


FALL_ENDS, LOW_ENDS, RECOVERY_ENDS, HIGH_ENDS, SILENCE_ENDS, RETURN_ENDS = 18, 30, 42, 56, 89, 92
"""The minutes of the story at which each of its cases ends."""
SPANS: Final[Mapping[Case, tuple[int, int]]] = {
    Case.FALL: (0, FALL_ENDS),
    Case.LOW: (FALL_ENDS, LOW_ENDS),
    Case.RECOVERY: (LOW_ENDS, RECOVERY_ENDS),
    Case.HIGH: (RECOVERY_ENDS, HIGH_ENDS),
    Case.SILENCE: (HIGH_ENDS, SILENCE_ENDS),
    Case.RETURN: (SILENCE_ENDS, RETURN_ENDS),
}


def story(begun: datetime) -> Callable[[datetime], float]:
    """A fall, a low, back in range, and a high; the silence is the phone's."""

    def curve(at: datetime) -> float:
        minute = (at - begun) / timedelta(minutes=1)
        if minute < FALL_ENDS:
            return 125 - 2.6 * max(0.0, minute)
        return 60 if minute < LOW_ENDS else 120 if minute < RECOVERY_ENDS else 200

    return curve


@dataclass(slots=True)
class Table:
    """What was seen, world by world."""

    seen: dict[str, dict[str, str]] = field(default_factory=dict)

    def note(self, world: str, row: str, cell: str) -> None:
        """Write a cell down."""
        self.seen.setdefault(world, {})[row] = cell

    @override
    def __str__(self) -> str:
        """Write it out: a line for each automation, a column for each world."""
        lines = [f"| | {' | '.join(self.seen)} |", f"|---|{'---|' * len(self.seen)}"]
        for row in ROWS:
            cells = [cells.get(row.name, "-") for cells in self.seen.values()]
            lines.append(f"| {row.name} | {' | '.join(cells)} |")
        return "\n".join(lines)
