"""What Home Assistant's recorder holds of a sensor's hours, and how to write there without breaking anything.

The recorder compiles an hour ten seconds after its end, in one insertion for all sensors of the house. A row
that is there already makes that insertion fail, and the whole house loses the hour for good. So nothing may
be written into an hour before it was compiled. Whether it was, only the recorder's own book of runs can say:
the clock knows nothing of a start after days, of a long migration, or of having been wrong.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Final

from homeassistant.components.recorder.const import DOMAIN as RECORDER
from homeassistant.components.recorder.db_schema import StatisticsRuns, StatisticsShortTerm
from homeassistant.components.recorder.entity_options import is_entity_recorded
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
from homeassistant.components.recorder.tasks import SynchronizeTask
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
from .hour_rows import Row

_UNIT_CLASS: Final = BloodGlucoseConcentrationConverter.UNIT_CLASS


@dataclass(frozen=True, slots=True, kw_only=True)
class Recorded:
    """Hours of a sensor in the recorder, in the unit that its statistic has."""

    unit: GlucoseUnit | None
    """None where the statistic is none of glucose."""
    rows: Mapping[int, Row]


@callback
def has_recorder(hass: HomeAssistant) -> bool:
    """Whether there is a recorder at all: people may do without."""
    return RECORDER in hass.config.components


@callback
def makes_statistics(hass: HomeAssistant, entity_id: str) -> bool:
    """Whether the recorder makes statistics of a sensor: it is enabled, measures, and is not excluded."""
    entry = er.async_get(hass).async_get(entity_id)
    if entry is None or entry.disabled or not is_entity_recorded(hass, entity_id):
        return False
    state = hass.states.get(entity_id)
    capabilities = state.attributes if state else entry.capabilities or {}
    return capabilities.get(ATTR_STATE_CLASS) == SensorStateClass.MEASUREMENT


async def async_settled(hass: HomeAssistant) -> None:
    """Wait until the recorder has done what was put to it before.

    Its own `async_block_till_done` does not wait for what it is just doing.
    """
    done = hass.loop.create_future()
    get_instance(hass).queue_task(SynchronizeTask(done))
    await done


async def async_compiled_until(hass: HomeAssistant) -> int | None:
    """Give the end of the last hour that was compiled (epoch seconds), None when none was yet."""
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


async def async_read(hass: HomeAssistant, entity_id: str, start: int, end: int) -> Recorded:
    """Read the hours of a sensor from `start` until before `end`."""
    metadata, rows = await get_instance(hass).async_add_executor_job(_read, hass, entity_id, start, end)
    if metadata is None:
        return Recorded(unit=_unit_to_be(hass, entity_id), rows=rows)
    fits = metadata["mean_type"] is StatisticMeanType.ARITHMETIC
    return Recorded(unit=_glucose_unit(metadata["unit_of_measurement"]) if fits else None, rows=rows)


def _read(
    hass: HomeAssistant, entity_id: str, start: int, end: int
) -> tuple[StatisticMetaData | None, dict[int, Row]]:
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
            rows[int(row["start"])] = Row(mean=mean, low=low, high=high)
    return metadata, rows


@callback
def _unit_to_be(hass: HomeAssistant, entity_id: str) -> GlucoseUnit | None:
    """The unit a statistic will have: the one that the sensor is shown in when it is first written."""
    if state := hass.states.get(entity_id):
        return _glucose_unit(state.attributes.get(ATTR_UNIT_OF_MEASUREMENT))
    entry = er.async_get(hass).async_get(entity_id)
    return _glucose_unit(entry.unit_of_measurement) if entry else None


def _glucose_unit(unit: str | None) -> GlucoseUnit | None:
    return GlucoseUnit(unit) if unit in list(GlucoseUnit) else None


@callback
def async_write(hass: HomeAssistant, entity_id: str, unit: GlucoseUnit, rows: Mapping[int, Row]) -> None:
    """Let the recorder write compiled hours of a sensor, in the unit that `async_read` told.

    Another unit would not convert what is there but call it by the wrong name.
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
