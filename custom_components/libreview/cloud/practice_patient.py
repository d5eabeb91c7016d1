"""Reading a patient as a practice is told of them: every form that such an answer may have.

No answer is recorded. The keys are those that public clients ask for by name; values are taken in any form.
"""

from datetime import UTC, date, datetime, timedelta
import re
from typing import Final

from ..models import PatientStatus, PracticePatient
from . import fields

_MOST_SECONDS: Final = 100_000_000_000
"""Greater numbers are milliseconds: as seconds they would lie in the year 5138."""
_MONTHS: Final = (
    "january february march april may june july august september october november december".split()
)
_ISO_DAY: Final = re.compile(r"(\d{4})-(\d\d)-(\d\d)", re.ASCII)
_US_DAY: Final = re.compile(r"(\d\d?)/(\d\d?)/(\d{4})", re.ASCII)
_DAY_IN_WORDS: Final = re.compile(r"([A-Za-z]{3,9})\.? (\d\d?),? (\d{4})", re.ASCII)
_NUMBER: Final = re.compile(r"-?\d{1,13}", re.ASCII)
_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)
_END_OF_DAY_ANYWHERE: Final = timedelta(days=1, hours=12)
"""From the midnight in UTC that begins a day until it has ended everywhere."""
_YEARS: Final = range(1900, 2200)


def parse_patient(value: object) -> PracticePatient | None:
    """Return a patient, None when it is not said which one."""
    patient = fields.mapping(value)
    patient_id = fields.text(patient.get("id")) or fields.text(patient.get("patientId"))
    if patient_id is None:
        return None
    last_data, is_whole_day = _parse_last_data(patient.get("lastAvailableData"))
    born = _parse_time(patient.get("dateOfBirth", patient.get("dob")))
    return PracticePatient(
        patient_id=patient_id,
        first_name=fields.text(patient.get("firstName")) or "",
        last_name=fields.text(patient.get("lastName")) or "",
        email=fields.text(patient.get("email")) or "",
        born=born.date() if born else None,
        status=_parse_status(patient.get("libreViewStatus", patient.get("status"))),
        last_data=None if is_whole_day else last_data,
        no_data_since=last_data and (last_data + _END_OF_DAY_ANYWHERE if is_whole_day else last_data),
        has_data=_parse_has_data(patient, last_data),
        practice_ids=_parse_practices(patient.get("practices")),
    )


def parse_patients(value: object) -> tuple[PracticePatient, ...]:
    """Return the patients in a list or a map, each once."""
    values = list(value.values()) if isinstance(value, dict) else fields.items(value)
    patients = filter(None, map(parse_patient, values))
    by_key: dict[str, PracticePatient] = {}
    for patient in patients:
        by_key.setdefault(patient.key, patient)
    return tuple(by_key.values())


def _parse_status(value: object) -> PatientStatus | None:
    """Return the status by its recorded words, in any case, None for any other."""
    if isinstance(value, dict):
        return next(filter(None, map(_parse_status, value.values())), None)
    word = (fields.text(value) or "").lower()
    return PatientStatus(word) if word in list(PatientStatus) else None


def _parse_has_data(patient: fields.JsonMapping, last_data: datetime | None) -> bool | None:
    """Return whether there are data, None where the answer does not say so, or not in a way we know."""
    if last_data is not None:
        return True
    if "lastAvailableData" not in patient:
        return None
    value = patient["lastAvailableData"]
    is_none = not value or (isinstance(value, str) and "no " in f"{value.lower()} ")
    return False if is_none else None


def _parse_last_data(value: object) -> tuple[datetime | None, bool]:
    """Return an instant, and whether only its day is known: then it is the beginning of that day in UTC."""
    at = _parse_time(value)
    return at, at is not None and at.time() == at.min.time()


def _parse_time(value: object) -> datetime | None:
    """Return an instant (UTC) in any form: seconds or milliseconds, ISO 8601, US order, words. 0 is none."""
    if isinstance(value, str):
        value = value.strip()
        if not _NUMBER.fullmatch(value):
            return _parse_day(value) or fields.utc_time(value)
    number = fields.number(value)
    if not number or isinstance(value, bool):
        return None
    seconds = number / 1000 if abs(number) >= _MOST_SECONDS else number
    try:
        at = _EPOCH + timedelta(seconds=seconds)  # Many people were born before 1970.
    except OverflowError:
        return None
    return at if at.year in _YEARS else None


def _parse_day(value: str) -> datetime | None:
    """Return the beginning of a day in UTC, None where the text is not one day."""
    if match := _ISO_DAY.fullmatch(value):
        year, month, day = map(int, match.groups())
    elif match := _US_DAY.fullmatch(value):
        month, day, year = map(int, match.groups())
    elif match := _DAY_IN_WORDS.fullmatch(value):
        word = match[1].lower()
        month = next((number for number, name in enumerate(_MONTHS, 1) if name.startswith(word)), 0)
        day, year = int(match[2]), int(match[3])
    else:
        return None
    try:
        at = datetime.combine(date(year, month, day), datetime.min.time(), UTC)
    except ValueError:
        return None
    return at if at.year in _YEARS else None


def _parse_practices(value: object) -> frozenset[str] | None:
    """Return all ids of a patient's practices in lower case, None where none is told.

    They are the keys of a map, or texts, or stand in objects beside the name, which is left out.
    """
    ids: set[str] = set()
    if isinstance(value, dict):
        ids.update(value)
        value = list(value.values())
    for each in fields.items(value):
        texts = [text for key, text in each.items() if key != "name"] if isinstance(each, dict) else [each]
        ids.update(filter(None, map(fields.text, texts)))
    return frozenset(text.strip().lower() for text in ids) or None
