"""A house with a recorder, in which glucose is one sensor among others."""

from collections.abc import AsyncIterator, Callable, Iterator, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from freezegun.api import FrozenDateTimeFactory
from homeassistant.components.recorder.core import Recorder
from homeassistant.components.recorder.statistics import get_metadata, statistics_during_period
from homeassistant.components.recorder.tasks import CompileMissingStatisticsTask
from homeassistant.core import HomeAssistant
from homeassistant.helpers import entity_registry as er
from homeassistant.helpers.recorder import get_instance
from homeassistant.setup import async_setup_component
import pytest
from pytest_homeassistant_custom_component.common import async_fire_time_changed
from pytest_homeassistant_custom_component.components.recorder.common import async_wait_recording_done

from custom_components.libreview.const import DOMAIN
from custom_components.libreview.glucose.hourly import HOUR, Hour
from custom_components.libreview.history.statistics import StatisticsBackfill
from custom_components.libreview.history.store import Store

EIGHT = datetime(2026, 6, 1, 8, 0, 0, tzinfo=UTC)
PATIENT = "patient-1"
UNIQUE_ID = f"account_{PATIENT}_glucose"
BYSTANDER = "sensor.outdoor_temperature"
SLOT = timedelta(minutes=5)


@pytest.fixture(autouse=True)
def _custom_integrations(request: pytest.FixtureRequest, freezer: FrozenDateTimeFactory) -> None:
    """In this order, for the recorder has to be there before Home Assistant, and the clock before both."""
    freezer.move_to(EIGHT + timedelta(seconds=5))
    if "house" in request.fixturenames or "recorder_mock" in request.fixturenames:
        request.getfixturevalue("recorder_mock")
    if "hass" in request.fixturenames:
        request.getfixturevalue("enable_custom_integrations")


class HoursInMemory:
    """A store of hours for one person."""

    def __init__(self) -> None:
        self.hours: dict[int, Hour] = {}
        self.due: dict[int, int] = {}
        self.written: dict[int, Hour] = {}

    def bring(self, hour: datetime, *, mean: float = 110, low: int = 100, high: int = 120) -> None:
        """Readings of an hour arrive late."""
        self.know(hour, mean=mean, low=low, high=high)
        self.mark(hour)

    def mark(self, hour: datetime) -> None:
        """Something of an hour has changed."""
        name = int(hour.timestamp())
        self.due[name] = self.due.get(name, 0) + 1

    def live(self, now: datetime) -> None:
        """A reading arrives live."""
        hour = now.replace(minute=0, second=0, microsecond=0)
        if int(hour.timestamp()) not in self.hours:
            self.know(hour)

    def know(self, hour: datetime, *, mean: float = 110, low: int = 100, high: int = 120) -> None:
        """Readings of an hour are there."""
        self.hours[int(hour.timestamp())] = Hour(mean=mean, low=low, high=high, covered=HOUR)

    async def async_due_hours(self, patient_id: str, *, before: int) -> Mapping[int, int]:
        return {hour: times for hour, times in sorted(self.due.items()) if hour < before}

    async def async_get_hours(self, patient_id: str, hours: Sequence[int]) -> Mapping[int, Hour]:
        return {hour: self.hours[hour] for hour in hours if hour in self.hours}

    async def async_written_hours(self, patient_id: str, hours: Sequence[int]) -> Mapping[int, Hour]:
        return {hour: self.written[hour] for hour in hours if hour in self.written}

    async def async_settle_hours(
        self, patient_id: str, hours: Mapping[int, int], written: Mapping[int, Hour]
    ) -> None:
        self.due = {hour: times for hour, times in self.due.items() if hours.get(hour) != times}
        others = {hour: before for hour, before in self.written.items() if hour not in hours}
        self.written = others | dict(written)

    def take_back(self, hour: datetime) -> None:
        """A file is taken back that alone had readings of an hour."""
        name = int(hour.timestamp())
        self.written.setdefault(name, self.hours[name])
        del self.hours[name]
        self.mark(hour)


class House:
    """Home Assistant with a glucose sensor and one that has nothing to do with it."""

    def __init__(self, hass: HomeAssistant, freezer: FrozenDateTimeFactory, memory: HoursInMemory) -> None:
        self.hass = hass
        self.memory = memory
        self.freezer = freezer
        self.unit = "mg/dL"
        self.state_class: str | None = "measurement"
        self.glucose: Callable[[datetime], float | None] = lambda _: 100
        self.registered = er.async_get(hass).async_get_or_create(
            "sensor",
            DOMAIN,
            UNIQUE_ID,
            suggested_object_id="jamie_glucose",
            capabilities={"state_class": "measurement"},
            unit_of_measurement="mg/dL",
        )

    def find_sensor(self, patient_id: str) -> str | None:
        unique_id = f"account_{patient_id}_glucose"
        return er.async_get(self.hass).async_get_entity_id("sensor", DOMAIN, unique_id)

    @property
    def sensor(self) -> str:
        entity_id = self.find_sensor(PATIENT)
        assert entity_id is not None
        return entity_id

    def show(self) -> None:
        """Both sensors show something new."""
        now = datetime.now(UTC)
        value = self.glucose(now)
        if value is not None:
            self.memory.live(now)
        attributes: dict[str, Any] = {
            "unit_of_measurement": self.unit,
            "device_class": "blood_glucose_concentration",
        }
        if self.state_class:
            attributes["state_class"] = self.state_class
        self.hass.states.async_set(self.sensor, "unknown" if value is None else str(value), attributes)
        self.hass.states.async_set(
            BYSTANDER,
            str(10 + now.minute / 10),
            {"unit_of_measurement": "°C", "device_class": "temperature", "state_class": "measurement"},
        )

    async def at(self, moment: datetime) -> None:
        """It is `moment`, with all that is due then."""
        self.freezer.move_to(moment)
        async_fire_time_changed(self.hass)
        await self.settle()

    async def settle(self) -> None:
        await self.hass.async_block_till_done(wait_background_tasks=True)
        await async_wait_recording_done(self.hass)

    async def live_until(self, end: datetime) -> None:
        """Live on: in every five minutes the recorder compiles, and the sensors show something new.

        Ends within a minute after `end`, when its five minutes, and maybe its hour, have been compiled.
        """
        self.show()
        now = datetime.now(UTC) - timedelta(seconds=10)
        moment = now - timedelta(minutes=now.minute % 5, seconds=now.second, microseconds=now.microsecond)
        while moment < end:
            moment += SLOT
            await self.at(moment + timedelta(seconds=10))
            self.show()
            await self.at(moment + timedelta(seconds=50))

    async def wake(self, moment: datetime) -> None:
        """After a time of being down the recorder catches up, as it does at each start."""
        self.freezer.move_to(moment)
        get_instance(self.hass).queue_task(CompileMissingStatisticsTask())
        await self.settle()

    async def rows(self, entity_id: str | None = None) -> dict[datetime, tuple[float | None, ...]]:
        """The hours in the recorder, as (mean, min, max), in the unit that they are stored in."""
        entity_id = entity_id or self.sensor
        unit = await self.stored_unit(entity_id)
        read = await get_instance(self.hass).async_add_executor_job(
            lambda: statistics_during_period(
                self.hass,
                EIGHT - timedelta(days=5000),
                None,
                {entity_id},
                "hour",
                {"blood_glucose_concentration": unit, "temperature": unit} if unit else None,
                {"mean", "min", "max"},
            )
        )
        return {
            datetime.fromtimestamp(row["start"], UTC): (row["mean"], row["min"], row["max"])
            for row in read.get(entity_id, [])
        }

    async def stored_unit(self, entity_id: str | None = None) -> str | None:
        entity_id = entity_id or self.sensor
        metadata = await get_instance(self.hass).async_add_executor_job(
            lambda: get_metadata(self.hass, statistic_ids={entity_id})
        )
        return metadata[entity_id][1]["unit_of_measurement"] if entity_id in metadata else None


@pytest.fixture
def enable_statistics() -> bool:
    """The recorder compiles, as it does at home."""
    return True


@pytest.fixture
async def recorded_home(
    recorder_mock: Recorder, hass: HomeAssistant, freezer: FrozenDateTimeFactory, memory: HoursInMemory
) -> House:
    """A house at eight o'clock, whose recorder has compiled all before."""
    assert await async_setup_component(hass, "sensor", {})  # It is what compiles statistics of sensors.
    return House(hass, freezer, memory)


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    """An empty history on disk."""
    opened = Store(tmp_path / "history.db")
    yield opened
    opened.close()


@pytest.fixture
def memory() -> HoursInMemory:
    return HoursInMemory()


@pytest.fixture
async def keeper(recorded_home: House, memory: HoursInMemory) -> AsyncIterator[StatisticsBackfill]:
    """At work since the start of Home Assistant."""
    keeper = StatisticsBackfill(recorded_home.hass, memory, [PATIENT], recorded_home.find_sensor)
    keeper.start()
    yield keeper
    keeper.stop()
