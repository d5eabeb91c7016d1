"""What the cloud has of a person at an instant: when was measured, when was it uploaded, what was it."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta

from .curve import Curve, chance, realistic
from .person import Alarm, LogEntry, Person, Reading

LOWEST, HIGHEST = 40, 400
"""What a sensor can measure, in mg/dL; beyond it the app shows LO or HI."""

GRAPH_SPAN = timedelta(hours=12)
GRAPH_LAG = timedelta(minutes=17)
"""The graph ends 17 to 22 minutes before the newest reading, as in both recordings."""

LOGBOOK_SPAN = timedelta(days=14)

_EPOCH = datetime.fromtimestamp(0, UTC)
_LIBRE_2 = 3
_FIXED_LOW = 55
_SLOPE_SPAN = timedelta(minutes=5)
"""What trends look back on, about as the app does."""


def latest(person: Person, now: datetime) -> Reading | None:
    """The newest reading that has reached the cloud by `now`, or None."""
    if not person.has_reading:
        return None
    measured = measure(person, tick(person, newest_uploaded(person, now)))
    return max((measured, *person.extra_readings), key=lambda reading: reading.at)


def historic(person: Person, since: datetime, until: datetime, now: datetime) -> Iterator[Reading]:
    """What the sensor keeps, every 5 or 15 minutes: after `since` and up to `until`, as known by `now`."""
    if not person.has_reading:
        return
    since = max(filter(None, (since, person.began)))
    step = timedelta(minutes=15 if person.sensor is not None and person.sensor.product == _LIBRE_2 else 5)
    for number in range((since - _EPOCH) // step, (until - _EPOCH) // step + 1):
        at = _EPOCH + number * step + _phase(person) + _graph_jitter(person, number)
        uploaded = uploaded_at(person, at, number)
        if since < at <= until and uploaded is not None and uploaded <= now:
            yield value(person, at)


def graph(person: Person, now: datetime) -> list[Reading]:
    """The last 12 hours, oldest first, without trends, to some 20 minutes before the newest reading."""
    if not person.has_reading:
        return []
    last = min(now, tick(person, newest_uploaded(person, now))) - GRAPH_LAG
    return list(historic(person, now - GRAPH_SPAN, last, now))


def logbook(person: Person, now: datetime) -> list[LogEntry]:
    """The alarms of the last 14 days, newest first: whenever the curve passes one of the limits."""
    entries = [entry for entry in person.extra_log if now - LOGBOOK_SPAN < entry.at <= now]
    if person.has_reading:
        entries += _alarms(person, now)
    return sorted(entries, key=lambda entry: entry.at, reverse=True)


def value(person: Person, at: datetime) -> Reading:
    """The value of the person's curve at an instant, as the sensor shows it, without a trend."""
    true = _curve(person)(at)
    return Reading(at=at, mg_dl=_shown(true), is_high=true > HIGHEST, is_low=true < LOWEST)


def measure(person: Person, at: datetime) -> Reading:
    """The same with its trend."""
    curve = _curve(person)
    slope = (curve(at) - curve(at - _SLOPE_SPAN)) / (_SLOPE_SPAN / timedelta(minutes=1))
    trend = 3 + sum((slope > 1, slope > 2)) - sum((slope < -1, slope < -2))
    return replace(value(person, at), trend=trend)


def tick(person: Person, number: int) -> datetime:
    """The instant of measurement `number`, counted from the epoch; now and then a second late."""
    late = timedelta(seconds=int(2 * chance(person.patient_id, "tick", number)))
    return _EPOCH + _phase(person) + number * person.cadence + late


def newest_tick(person: Person, at: datetime) -> int:
    """The number of the newest measurement made by then."""
    number = (at - _EPOCH - _phase(person)) // person.cadence
    return number if tick(person, number) <= at else number - 1


def uploaded_at(person: Person, at: datetime, number: int) -> datetime | None:
    """When a measurement reaches the cloud; None if it is not made, or not before the phone is back."""
    if person.sensor is not None and not person.sensor.measures_at(at):
        return None
    upload = at + person.upload_delay + person.upload_jitter * chance(person.patient_id, "upload", number)
    for since, until in sorted(person.pauses, key=lambda pause: pause[0]):
        if since <= upload and (until is None or upload < until):
            if until is None:
                return None
            upload = until
    return upload


def newest_uploaded(person: Person, now: datetime) -> int:
    """The number of the newest measurement that has reached the cloud by `now`."""
    number = newest_tick(person, now)
    while True:
        at = tick(person, number)
        uploaded = uploaded_at(person, at, number)
        if uploaded is not None and uploaded <= now:
            return number
        number = min(number - 1, *_ends_of_data(person, at, now))


def _ends_of_data(person: Person, at: datetime, now: datetime) -> list[int]:
    """Where to go on looking for an uploaded measurement before `at`, to leap over long silences."""
    ends = [since for since, until in person.pauses if since < at and (until is None or until > now)]
    if person.sensor is not None and person.sensor.ended is not None and person.sensor.ended < at:
        ends.append(person.sensor.ended)
    return [newest_tick(person, end) for end in (*ends, at)]


def _alarms(person: Person, now: datetime) -> list[LogEntry]:
    """The measurements that passed a limit; coming back from below the fixed low to the low is no alarm."""
    entries: list[LogEntry] = []
    oldest = newest_tick(person, max(filter(None, (now - LOGBOOK_SPAN, person.began)))) + 1
    before = _zone(person, oldest - 1)
    for number in range(oldest, newest_uploaded(person, now) + 1):
        zone = _zone(person, number)
        if zone not in (None, before) and (before, zone) != (Alarm.FIXED_LOW, Alarm.LOW):
            reading = measure(person, tick(person, number))
            if person.sensor is None or person.sensor.measures_at(reading.at):
                entries.append(LogEntry(at=reading.at, alarm=zone, reading=reading))
        before = zone
    return entries


def _zone(person: Person, number: int) -> Alarm | None:
    value = _shown(_curve(person)(tick(person, number)))
    if value < min(_FIXED_LOW, person.alarm_low):
        return Alarm.FIXED_LOW
    if value < person.alarm_low:
        return Alarm.LOW
    return Alarm.HIGH if value > person.alarm_high else None


def _curve(person: Person) -> Curve:
    return person.curve or realistic(person.patient_id)


def _shown(true: float) -> int:
    return round(min(max(true, LOWEST), HIGHEST))


def _phase(person: Person) -> timedelta:
    if person.phase is not None:
        return person.phase
    return timedelta(seconds=int(person.cadence.total_seconds() * chance(person.patient_id, "phase")))


def _graph_jitter(person: Person, number: int) -> timedelta:
    """The graph's grid is off by a second or two; now and then by 12, for steps of 288 s are recorded."""
    early = -12 if number % 50 == 0 else 0
    return timedelta(seconds=early + int(3 * chance(person.patient_id, "graph", number)))
