"""Telling the kind of a glucose alarm in LibreLinkUp's logbook."""

from ..models import AlarmKind

KIND_BY_ALARM_TYPE = {0: AlarmKind.URGENT_LOW, 1: AlarmKind.LOW, 2: AlarmKind.HIGH}
"""Kinds by the `alarmType` of entries that carry a reading: 1 and 2 as in the recording of
libreview-unofficial, 0 as users say."""

HIGHEST_LOW_ALARM = 100
"""mg/dL. The Libre apps let people set low alarms up to this."""
LOWEST_HIGH_ALARM = 120
"""mg/dL. The Libre apps let people set high alarms from this."""
FIXED_LOW_ALARM = 55
"""mg/dL. The urgent low alarm, which nobody can set."""

PLAUSIBLE_VALUES = {
    # Some phones have it at 60 (`fixedLowAlarmValues` in the recordings).
    AlarmKind.URGENT_LOW: range(61),
    AlarmKind.LOW: range(LOWEST_HIGH_ALARM),
    AlarmKind.HIGH: range(HIGHEST_LOW_ALARM + 1, 1000),
}
"""The values in mg/dL at which an alarm can be of the kind that the cloud states."""


def alarm_kind(alarm_type: int | None, mg_dl: int | None, *, has_reading: bool) -> AlarmKind | None:
    """Return the kind of the alarm of a logbook entry, None when it would be a guess.

    `has_reading` means that the entry is an alarm with its reading (`type` 3). Of the others (`type` 2)
    public sources contradict each other about `alarmType`, so there the kind is taken from the value alone,
    as it is where the two disagree.
    """
    if mg_dl is None:
        return None
    kind = KIND_BY_ALARM_TYPE.get(alarm_type) if has_reading and alarm_type is not None else None
    return kind if kind is not None and mg_dl in PLAUSIBLE_VALUES[kind] else _from_value(mg_dl)


def _from_value(mg_dl: int) -> AlarmKind | None:
    if mg_dl < FIXED_LOW_ALARM:
        return AlarmKind.URGENT_LOW
    if mg_dl <= HIGHEST_LOW_ALARM:
        return AlarmKind.LOW
    return AlarmKind.HIGH if mg_dl >= LOWEST_HIGH_ALARM else None
