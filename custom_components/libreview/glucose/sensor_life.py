"""Where a sensor stands between the arm and the bin."""

from datetime import datetime, timedelta
from enum import StrEnum

from ..models import Sensor

LIFE = timedelta(days=14)
PLUS_LIFE = timedelta(days=15)
PLUS_SERIAL = "01"
"""How serial numbers of Libre 2 Plus begin (xdripswift). Libre 3 Plus cannot be told from Libre 3."""
EXPIRING = timedelta(hours=24)


class SensorStatus(StrEnum):
    """What a person wants to know about the sensor."""

    WARMING_UP = "warming_up"
    ACTIVE = "active"
    EXPIRING = "expiring"
    EXPIRED = "expired"
    NO_SENSOR = "no_sensor"
    SIGNAL_LOST = "signal_lost"


def life_of(sensor: Sensor, chosen_days: int | None = None) -> timedelta:
    """Give how long `sensor` measures: as chosen, else 15 days where the serial proves it, else 14."""
    if chosen_days is not None:
        return timedelta(days=chosen_days)
    return PLUS_LIFE if (sensor.serial or "").startswith(PLUS_SERIAL) else LIFE


def expires_at(sensor: Sensor, chosen_days: int | None = None) -> datetime | None:
    """Give the instant `sensor` ends, None when its start is unknown."""
    return sensor.activated_at + life_of(sensor, chosen_days) if sensor.activated_at else None


def moments(sensor: Sensor, chosen_days: int | None = None) -> tuple[datetime, ...]:
    """Give the instants at which the clock alone changes the status: warmed up, soon to expire, ended."""
    if sensor.activated_at is None:
        return ()
    end = sensor.activated_at + life_of(sensor, chosen_days)
    return sensor.activated_at + sensor.warm_up, end - EXPIRING, end


def status(
    sensor: Sensor | None, *, now: datetime, receiving: bool, chosen_days: int | None = None
) -> SensorStatus:
    """Say how `sensor` is. `receiving` means that a current reading of it exists.

    A sensor that still measures has not expired, whatever its calendar says: the cloud does not tell a sensor
    of 15 days from one of 14. Yet a reading in the first hour belongs to the sensor before.
    """
    if sensor is None:
        return SensorStatus.ACTIVE if receiving else SensorStatus.NO_SENSOR
    if sensor.activated_at is not None:
        warmed_up, soon, end = moments(sensor, chosen_days)
        if now < warmed_up:
            return SensorStatus.WARMING_UP
        if now >= end and not receiving:
            return SensorStatus.EXPIRED
        if now >= soon:
            return SensorStatus.EXPIRING
    return SensorStatus.ACTIVE if receiving else SensorStatus.SIGNAL_LOST
