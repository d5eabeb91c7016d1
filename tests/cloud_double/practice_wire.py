"""Patients as a practice is told of them. No answer is recorded: all forms here are likely ones.

What clients ask for by name (`columns` of the dashboard, `fields` of the search) is taken for the keys.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Any, Final

from . import readings, refusals, wire
from .person import Person
from .practice import LinkStatus, Practice, PracticePatient
from .wire import Json

ABSENT: Final = object()
"""In the place of a value: the key is left out."""


def _us_day(day: date) -> str:
    return f"{day.month}/{day.day}/{day.year}"


def _words(day: date) -> str:
    return f"{day:%B} {day.day}, {day.year}"


DAYS: Final[dict[str, Callable[[date], Any]]] = {
    "epoch": wire.epoch_of_day,
    "epoch_text": lambda day: str(wire.epoch_of_day(day)),
    "epoch_ms": lambda day: wire.epoch_of_day(day) * 1000,
    "iso": date.isoformat,
    "iso_time": lambda day: f"{day.isoformat()}T00:00:00Z",
    "us": _us_day,
    "words": _words,
    "absent": lambda _: ABSENT,
}
"""Forms of a date of birth."""

INSTANTS: Final[dict[str, Callable[[datetime], Any]]] = {
    "epoch": lambda at: int(at.timestamp()),
    "epoch_text": lambda at: str(int(at.timestamp())),
    "epoch_ms": lambda at: int(at.timestamp() * 1000),
    "iso_time": lambda at: at.isoformat().replace("+00:00", "Z"),
    "us_time": wire.us_time,
    "iso": lambda at: at.date().isoformat(),
    "words": lambda at: _words(at.date()),
    "absent": lambda _: ABSENT,
}
"""Forms of the time of the last data; some are of a day only."""

NO_UPLOADS: Final[dict[str, Any]] = {
    "words": "No Uploads",
    "null": None,
    "zero": 0,
    "empty": "",
    "absent": ABSENT,
}
"""Forms of there being no data. The first stands in a recorded export."""

STATUSES: Final[dict[str, Callable[[LinkStatus], Any]]] = {
    "title": str,
    "lower": lambda status: status.lower(),
    "upper": lambda status: status.upper(),
    "object": lambda status: {"status": status},
    "number": lambda status: list(LinkStatus).index(status) + 1,
    "absent": lambda _: ABSENT,
}
"""Forms of a patient's status."""


def _practice(practice: Practice) -> Json:
    return {"id": practice.id, "practiceId": practice.practice_id, "name": practice.name}


PRACTICES: Final[dict[str, Callable[[list[Practice]], Any]]] = {
    "map": lambda all_of_them: {each.id: _practice(each) for each in all_of_them},
    "objects": lambda all_of_them: [_practice(each) for each in all_of_them],
    "texts": lambda all_of_them: [each.practice_id for each in all_of_them],
    "map_of_texts": lambda all_of_them: {each.id: each.practice_id for each in all_of_them},
    "empty": lambda _: {},
    "absent": lambda _: ABSENT,
}
"""Forms in which it is told whose patient somebody is."""

MISSING: Final[dict[str, Callable[[], Json]]] = {
    "could_not_load": lambda: _raise(refusals.could_not_load_patient()),
    "http_403": lambda: _raise(refusals.Refusal({"message": "Forbidden"}, 403)),
    "http_404": lambda: _raise(refusals.not_found()),
    "empty": dict,
}
"""What is said of a patient who is nobody's here, or no longer."""

NOT_A_MEMBER: Final[dict[str, Callable[[], refusals.Refusal]]] = {
    "http_403": lambda: refusals.Refusal({"message": "Forbidden"}, 403),
    "status_2": lambda: refusals.Refusal({"status": 2, "error": {"message": "notAuthorized"}}),
}
"""What somebody is told who asks for patients and is no professional."""


def _raise(refusal: refusals.Refusal) -> Json:
    raise refusal


@dataclass(slots=True, kw_only=True)
class PracticeForms:
    """The forms chosen of a practice's answers: keys of the tables above.

    `needs_professional_id` refuses reports that do not name who asks for them (no client shows that it does).
    """

    born: str = "epoch"
    last_data: str = "epoch"
    no_uploads: str = "words"
    status: str = "title"
    practices: str = "map"
    missing: str = "could_not_load"
    not_a_member: str = "http_403"
    needs_professional_id: bool = False


def found(forms: PracticeForms, patient: PracticePatient, practices: list[Practice]) -> Json:
    """A patient among the results of a search, or asked for by id."""
    account = patient.account
    return _present(
        {
            "id": account.user_id,
            "firstName": account.first_name,
            "lastName": account.last_name,
            "email": account.email,
            "dateOfBirth": DAYS[forms.born](account.born),
            "practices": PRACTICES[forms.practices](practices),
        }
    )


def row(forms: PracticeForms, patient: PracticePatient, columns: Iterable[str], now: datetime) -> Json:
    """A patient's row of the dashboard, with the columns asked for; unknown ones are ignored."""
    account = patient.account
    values = {
        "firstName": account.first_name,
        "lastName": account.last_name,
        "email": account.email,
        "dob": DAYS[forms.born](account.born),
        "lastAvailableData": _last_data(forms, patient, now),
        "avgGlucose": None,
        "sensorDailyScans": None,
        "percentGlucoseInTarget": None,
        "libreViewStatus": STATUSES[forms.status](patient.status),
    }
    asked = set(columns)
    return _present({"id": account.user_id, **{key: values[key] for key in values if key in asked}})


def newest_data(person: Person, now: datetime) -> datetime | None:
    """The instant of the newest that the cloud has of a person."""
    instants = [entry.uploaded for entry in person.diary if entry.uploaded <= now]
    if (latest := readings.latest(person, now)) is not None:
        instants.append(latest.at)
    return max(instants, default=None)


def _last_data(forms: PracticeForms, patient: PracticePatient, now: datetime) -> Any:
    newest = newest_data(patient.person, now) if patient.status is LinkStatus.CONNECTED else None
    if newest is None:
        return NO_UPLOADS[forms.no_uploads]
    return INSTANTS[forms.last_data](newest.astimezone(UTC))


def _present(values: Json) -> Json:
    return {key: value for key, value in values.items() if value is not ABSENT}
