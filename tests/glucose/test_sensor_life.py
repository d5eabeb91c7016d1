"""How a sensor stands."""

from datetime import UTC, datetime, timedelta

from hypothesis import given, strategies as st
import pytest

from custom_components.libreview.glucose.sensor_life import (
    SensorStatus,
    change_times,
    expires_at,
    find_sensor_life,
    status,
)
from custom_components.libreview.models import WornSensor

START = datetime(2026, 3, 1, 12, tzinfo=UTC)
DAY = timedelta(days=1)
MINUTE = timedelta(minutes=1)


def sensor(serial: str | None = "0D12345678", activated_at: datetime | None = START) -> WornSensor:
    return WornSensor(serial=serial, activated_at=activated_at, warm_up=timedelta(minutes=60), product=4)


@pytest.mark.parametrize(
    ("serial", "days"), [("0112345678", 15), ("0D12345678", 14), ("MH12345678", 14), (None, 14)]
)
def test_a_longer_life_is_believed_only_where_the_serial_proves_it(serial: str | None, days: int) -> None:
    assert find_sensor_life(sensor(serial)) == days * DAY


@pytest.mark.parametrize(("serial", "days"), [("0112345678", 14), ("0D12345678", 15)])
def test_what_the_person_chose_wins_over_the_serial(serial: str, days: int) -> None:
    assert find_sensor_life(sensor(serial), days) == days * DAY
    assert expires_at(sensor(serial), days) == START + days * DAY


def test_without_a_known_start_the_end_is_unknown() -> None:
    assert expires_at(sensor(activated_at=None)) is None
    assert change_times(sensor(activated_at=None)) == ()


@pytest.mark.parametrize(
    ("age", "receiving", "expected"),
    [
        (-MINUTE, False, SensorStatus.WARMING_UP),
        (59 * MINUTE, False, SensorStatus.WARMING_UP),
        (59 * MINUTE, True, SensorStatus.ACTIVE),
        (60 * MINUTE, True, SensorStatus.ACTIVE),
        (60 * MINUTE, False, SensorStatus.SIGNAL_LOST),
        (13 * DAY - MINUTE, True, SensorStatus.ACTIVE),
        (13 * DAY, True, SensorStatus.EXPIRING),
        (13 * DAY, False, SensorStatus.EXPIRING),
        (14 * DAY - MINUTE, False, SensorStatus.EXPIRING),
        (14 * DAY, False, SensorStatus.EXPIRED),
        (14 * DAY, True, SensorStatus.EXPIRING),
        (15 * DAY, True, SensorStatus.EXPIRING),
        (90 * DAY, False, SensorStatus.EXPIRED),
    ],
)
def test_the_status_follows_the_life_of_the_sensor(
    age: timedelta, *, receiving: bool, expected: SensorStatus
) -> None:
    assert status(sensor(), now=START + age, receiving=receiving) is expected


@pytest.mark.parametrize(
    ("which", "receiving", "expected"),
    [
        (None, False, SensorStatus.NO_SENSOR),
        (None, True, SensorStatus.ACTIVE),
        (sensor(activated_at=None), True, SensorStatus.ACTIVE),
        (sensor(activated_at=None), False, SensorStatus.SIGNAL_LOST),
    ],
)
def test_without_a_known_start_the_status_follows_the_readings(
    which: WornSensor | None, *, receiving: bool, expected: SensorStatus
) -> None:
    assert status(which, now=START, receiving=receiving) is expected


def test_a_chosen_life_moves_the_end() -> None:
    now = START + 14 * DAY

    assert status(sensor(), now=now, receiving=False, chosen_days=15) is SensorStatus.EXPIRING


@given(st.timedeltas(-DAY, 20 * DAY), st.timedeltas(MINUTE, DAY), st.booleans())
def test_time_alone_changes_the_status_only_at_its_change_times(
    age: timedelta, later: timedelta, receiving: bool
) -> None:
    before, after = START + age, START + age + later
    crossed = any(before < moment <= after for moment in change_times(sensor()))

    changed = status(sensor(), now=before, receiving=receiving) is not status(
        sensor(), now=after, receiving=receiving
    )

    assert crossed or not changed
