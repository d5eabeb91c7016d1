"""Reading and writing the hourly statistics of a sensor in Home Assistant's recorder.

The recorder compiles an hour ten seconds after its end, in one insertion for all sensors of the house. A row
that is there already makes that insertion fail, and the whole house loses the hour for good. So nothing may
be written into an hour before it was compiled. Only the recorder's own table of runs says whether it was: the
clock knows nothing of a start after days, of a long migration, or of having been wrong.
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Final, override

from homeassistant.components.recorder import DOMAIN as RECORDER, is_entity_recorded
from homeassistant.components.recorder.models import (
    StatisticData,
    StatisticMeanType,
    StatisticMetaData,
    process_timestamp,
)
from homeassistant.components.recorder.statistics import (
    async_import_statistics,
    get_metadata,
    statistics_during_period,
)
from homeassistant.components.sensor import ATTR_STATE_CLASS, SensorStateClass
from homeassistant.const import ATTR_UNIT_OF_MEASUREMENT
from homeassistant.core import HomeAssistant, callback
from homeassistant.helpers import entity_registry as er
from homeassistant.helpers.recorder import get_instance, session_scope
from homeassistant.util import dt as dt_util
from homeassistant.util.unit_conversion import BloodGlucoseConcentrationConverter
from sqlalchemy import func

from ..glucose.hourly import HOUR
from ..models import GlucoseUnit
from .statistics_rows import StatisticsRow

if TYPE_CHECKING:
    from homeassistant.components.recorder import Recorder

# The recorder has no public way to tell which hours it has compiled, to wait for what it is just doing, or to
# take single hours away. So these parts of it are used although nobody promises them. In a release without
# them the statistics are not filled in, and all else goes on.
try:
    from homeassistant.components.recorder.db_schema import Statistics, StatisticsRuns, StatisticsShortTerm
    from homeassistant.components.recorder.tasks import RecorderTask, SynchronizeTask
except ImportError:
    FITS_THE_RECORDER = False
else:
    FITS_THE_RECORDER = True

    @dataclass(slots=True)
    class _DeleteHours(RecorderTask):
        """Deletes hours of a statistic, in the recorder's own thread: nobody else may write."""

        entity_id: str
        hours: Collection[int]

        @override
        def run(self, instance: Recorder) -> None:
            metadata_id, _ = get_metadata(instance.hass, statistic_ids={self.entity_id}).get(
                self.entity_id, (None, None)
            )
            with session_scope(session=instance.get_session()) as session:
                session.query(Statistics).filter(
                    Statistics.metadata_id == metadata_id, Statistics.start_ts.in_(self.hours)
                ).delete(synchronize_session=False)


_UNIT_CLASS: Final = BloodGlucoseConcentrationConverter.UNIT_CLASS


@dataclass(frozen=True, slots=True, kw_only=True)
class RecordedHours:
    """Hours of a sensor in the recorder, in the unit of its statistic."""

    unit: GlucoseUnit | None
    """None where the statistic is not one of glucose."""
    rows: Mapping[int, StatisticsRow]


@callback
def has_recorder(hass: HomeAssistant) -> bool:
    """Return True if the recorder is set up: people may run without it."""
    return RECORDER in hass.config.components


@callback
def makes_statistics(hass: HomeAssistant, entity_id: str) -> bool:
    """Return True if the recorder compiles statistics of a sensor.

    It does if the sensor is enabled, has the state class measurement, and is not excluded.
    """
    entry = er.async_get(hass).async_get(entity_id)
    if entry is None or entry.disabled or not is_entity_recorded(hass, entity_id):
        return False
    state = hass.states.get(entity_id)
    capabilities = state.attributes if state else entry.capabilities or {}
    return capabilities.get(ATTR_STATE_CLASS) == SensorStateClass.MEASUREMENT


async def async_wait_until_settled(hass: HomeAssistant) -> None:
    """Wait until the recorder has done what was queued before.

    Its own `async_block_till_done` does not wait for what it is just doing.
    """
    done = hass.loop.create_future()
    get_instance(hass).queue_task(SynchronizeTask(done))
    await done


async def async_compiled_until(hass: HomeAssistant) -> int | None:
    """Return the end of the last hour that was compiled (epoch seconds), None before the first."""
    return await get_instance(hass).async_add_executor_job(_compiled_until, hass)


def _compiled_until(hass: HomeAssistant) -> int | None:
    # A run from the future is left from a time when the clock was wrong.
    with session_scope(hass=hass, read_only=True) as session:
        runs = session.query(func.max(StatisticsRuns.start)).filter(StatisticsRuns.start <= dt_util.utcnow())
        last = process_timestamp(runs.scalar())
    if last is None:
        return None
    end = int((last + StatisticsShortTerm.duration).timestamp())
    return end - end % HOUR


async def async_read_hours(hass: HomeAssistant, entity_id: str, start: int, end: int) -> RecordedHours:
    """Read the hours of a sensor in [start, end) (epoch seconds)."""
    metadata, rows = await get_instance(hass).async_add_executor_job(_read, hass, entity_id, start, end)
    if metadata is None:
        return RecordedHours(unit=_find_future_unit(hass, entity_id), rows=rows)
    fits = metadata["mean_type"] is StatisticMeanType.ARITHMETIC
    return RecordedHours(unit=_glucose_unit(metadata["unit_of_measurement"]) if fits else None, rows=rows)


def _read(
    hass: HomeAssistant, entity_id: str, start: int, end: int
) -> tuple[StatisticMetaData | None, dict[int, StatisticsRow]]:
    _, metadata = get_metadata(hass, statistic_ids={entity_id}).get(entity_id, (0, None))
    if metadata is None:
        return None, {}
    unit = metadata["unit_of_measurement"]
    read = statistics_during_period(
        hass,
        datetime.fromtimestamp(start, UTC),
        datetime.fromtimestamp(end, UTC),
        {entity_id},
        "hour",
        {_UNIT_CLASS: unit} if unit else None,  # As they are, whatever the sensor is shown in.
        {"mean", "min", "max"},
    )
    rows = {}
    for row in read.get(entity_id, ()):
        mean, low, high = row["mean"], row["min"], row["max"]
        if mean is not None and low is not None and high is not None:
            rows[int(row["start"])] = StatisticsRow(mean=mean, low=low, high=high)
    return metadata, rows


@callback
def _find_future_unit(hass: HomeAssistant, entity_id: str) -> GlucoseUnit | None:
    """Return the unit that a statistic will get when first written: the one the sensor is shown in."""
    if state := hass.states.get(entity_id):
        return _glucose_unit(state.attributes.get(ATTR_UNIT_OF_MEASUREMENT))
    entry = er.async_get(hass).async_get(entity_id)
    return _glucose_unit(entry.unit_of_measurement) if entry else None


def _glucose_unit(unit: str | None) -> GlucoseUnit | None:
    return GlucoseUnit(unit) if unit in list(GlucoseUnit) else None


@callback
def async_write_hours(
    hass: HomeAssistant, entity_id: str, unit: GlucoseUnit, rows: Mapping[int, StatisticsRow]
) -> None:
    """Queue compiled hours of a sensor for the recorder, in the unit that `async_read_hours` returned.

    Another unit would not convert the hours that are there, but only label them wrongly.
    """
    metadata = StatisticMetaData(
        source=RECORDER,
        statistic_id=entity_id,
        name=None,
        unit_of_measurement=unit,
        unit_class=_UNIT_CLASS,
        mean_type=StatisticMeanType.ARITHMETIC,
        has_sum=False,
    )
    data = [
        StatisticData(start=datetime.fromtimestamp(hour, UTC), mean=row.mean, min=row.low, max=row.high)
        for hour, row in rows.items()
    ]
    async_import_statistics(hass, metadata, data)


@callback
def async_delete_hours(hass: HomeAssistant, entity_id: str, hours: Collection[int]) -> None:
    """Queue the deletion of hours of a sensor for the recorder."""
    get_instance(hass).queue_task(_DeleteHours(entity_id, hours))
