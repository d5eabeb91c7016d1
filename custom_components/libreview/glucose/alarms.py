"""What a glucose alarm in LibreLinkUp's logbook warned of."""

from ..models import AlarmKind

STATED = {0: AlarmKind.URGENT_LOW, 1: AlarmKind.LOW, 2: AlarmKind.HIGH}
"""`alarmType` of entries that carry a reading: 1 and 2 as in the recording of libreview-unofficial, 0 as
users say."""

HIGHEST_LOW_ALARM = 100
LOWEST_HIGH_ALARM = 120
"""The Libre apps let people set low alarms up to 100 mg/dL and high alarms from 120 mg/dL."""
FIXED_LOW_ALARM = 55
"""The urgent low alarm that nobody can set."""

PLAUSIBLE = {
    # Some phones have it at 60 (`fixedLowAlarmValues` in the recordings).
    AlarmKind.URGENT_LOW: range(61),
    AlarmKind.LOW: range(LOWEST_HIGH_ALARM),
    AlarmKind.HIGH: range(HIGHEST_LOW_ALARM + 1, 1000),
}
"""The values in mg/dL at which an alarm may be what the cloud says it is."""


def alarm_kind(alarm_type: int | None, mg_dl: int | None, *, has_reading: bool) -> AlarmKind | None:
    """Name the alarm of a logbook entry, None when that would be a guess.

    `has_reading` says that the entry is an alarm with its reading (`type` 3). Of the others (`type` 2) public
    sources contradict each other about `alarmType`, so there only a value speaks. So it does where the two
    disagree.
    """
    if mg_dl is None:
        return None
    kind = STATED.get(alarm_type) if has_reading and alarm_type is not None else None
    return kind if kind is not None and mg_dl in PLAUSIBLE[kind] else _from_value(mg_dl)


def _from_value(mg_dl: int) -> AlarmKind | None:
    if mg_dl < FIXED_LOW_ALARM:
        return AlarmKind.URGENT_LOW
    if mg_dl <= HIGHEST_LOW_ALARM:
        return AlarmKind.LOW
    return AlarmKind.HIGH if mg_dl >= LOWEST_HIGH_ALARM else None
