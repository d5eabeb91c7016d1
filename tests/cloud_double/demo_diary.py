"""A realistic diary: meals and the insulin for them, a long-acting dose at night, a note now and then.

What is eaten is what lifts the person's curve. After a restart the past is still the same.
"""

from datetime import date, datetime, time, timedelta

from .curve import chance, meals
from .diary import EntryKind
from .person import Person

_PAST, _FUTURE = 90, 30
"""Days, also of the future: an entry is not seen before it is uploaded, and the demo may run for long."""
_NOTES = (
    "Walk of half an hour",
    "Sensor itches a little",
    "Cycling, 45 minutes",
    "Felt low, two glucose tablets",
    "Restaurant: the carbohydrates are a guess",
    "Bad night",
)
_TICKED = 0.08
"""How often somebody only ticks a dose."""


def keep_diary(person: Person, seed: str, now: datetime) -> None:
    """Fill the diary of somebody with the realistic curve of that seed."""
    today = person.wall(now).date()
    for number in range(-_PAST, _FUTURE + 1):
        _write(person, seed, today + timedelta(days=number))


def _write(person: Person, seed: str, day: date) -> None:
    number = (day - date(1970, 1, 1)).days

    def add(kind: EntryKind, hour: float, amount: float | None = None, text: str = "") -> None:
        wall = datetime.combine(day, time()) + timedelta(minutes=round(60 * hour))
        person.add_entry(kind, wall=wall, amount=amount, text=text)

    def luck(*what: object) -> float:
        return chance(seed, number, "diary", *what)

    for meal in meals(seed, number):
        carbohydrates = 5 * round(meal.height * 0.1) or 5
        dose = round(carbohydrates / 10 * 2) / 2
        add(
            EntryKind.CARBOHYDRATES, meal.hour, None if luck(meal.name, "ticked") < _TICKED else carbohydrates
        )
        if meal.name != "snack":
            unknown = luck(meal.name, "dose ticked") < _TICKED
            add(EntryKind.RAPID_ACTING_INSULIN, meal.hour - 0.15, None if unknown else dose)
    add(EntryKind.LONG_ACTING_INSULIN, 21.8 + 0.8 * luck("long"), 18)
    if luck("note") < 0.35:
        text = _NOTES[int(luck("which") * len(_NOTES))]
        add(EntryKind.NOTE, 9 + 12 * luck("note at"), text=text)
