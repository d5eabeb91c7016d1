"""Status and expiry of a worn sensor."""

from dataclasses import replace
from datetime import datetime, timedelta
from enum import StrEnum

from ..models import WornSensor
from .freshness import CLOCK_TOLERANCE

LIFE = timedelta(days=14)
"""The life of a sensor that is not known to be a Plus."""
PLUS_LIFE = timedelta(days=15)
"""The life of a Plus sensor."""
PLUS_SERIAL = "01"
"""The prefix of serial numbers of Libre 2 Plus (xdripswift). Libre 3 Plus cannot be told from Libre 3."""
EXPIRING = timedelta(hours=24)
"""The time before its end in which a sensor is called expiring."""


class SensorStatus(StrEnum):
    """The state of a worn sensor."""

    WARMING_UP = "warming_up"
    ACTIVE = "active"
    EXPIRING = "expiring"
    EXPIRED = "expired"
    NO_SENSOR = "no_sensor"
    SIGNAL_LOST = "signal_lost"


def without_future_start(sensor: WornSensor, now: datetime) -> WornSensor:
    """Return `sensor` without a start that lies so far ahead of `now` that it was told by a wrong clock."""
    start = sensor.activated_at
    return sensor if start is None or start - now <= CLOCK_TOLERANCE else replace(sensor, activated_at=None)


def find_sensor_life(sensor: WornSensor, chosen_days: int | None = None) -> timedelta:
    """Return how long `sensor` measures: as chosen, else 15 days where the serial proves it, else 14."""
    if chosen_days is not None:
        return timedelta(days=chosen_days)
    return PLUS_LIFE if (sensor.serial or "").startswith(PLUS_SERIAL) else LIFE


def expires_at(sensor: WornSensor, chosen_days: int | None = None) -> datetime | None:
    """Return the instant at which `sensor` ends, None when its start is unknown."""
    return sensor.activated_at + find_sensor_life(sensor, chosen_days) if sensor.activated_at else None


def change_times(sensor: WornSensor, chosen_days: int | None = None) -> tuple[datetime, ...]:
    """Return the instants at which time alone changes the status: warmed up, soon to expire, ended."""
    if sensor.activated_at is None:
        return ()
    end = sensor.activated_at + find_sensor_life(sensor, chosen_days)
    return sensor.activated_at + sensor.warm_up, end - EXPIRING, end


def status(
    sensor: WornSensor | None, *, now: datetime, receiving: bool, chosen_days: int | None = None
) -> SensorStatus:
    """Return the status of `sensor`. `receiving` means that a current reading of it exists.

    A sensor that still measures has not expired, whatever the calendar says: the cloud does not tell a sensor
    of 15 days from one of 14. Nor does one warm up while readings come, whoever measured them.
    """
    if sensor is None:
        return SensorStatus.ACTIVE if receiving else SensorStatus.NO_SENSOR
    if sensor.activated_at is not None:
        warmed_up, expiring, end = change_times(sensor, chosen_days)
        if now < warmed_up and not receiving:
            return SensorStatus.WARMING_UP
        if now >= end and not receiving:
            return SensorStatus.EXPIRED
        if now >= expiring:
            return SensorStatus.EXPIRING
    return SensorStatus.ACTIVE if receiving else SensorStatus.SIGNAL_LOST
