"""What reports have brought stays, whatever becomes of the time zone and of what later reports leave out."""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

from homeassistant.core import HomeAssistant
import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry

from custom_components.libreview.history.store import Store
from custom_components.libreview.models import Reading, Source
from tests.cloud_double import CloudDouble, Person, faults
from tests.conftest import NOON, set_up
from tests.support.clock import PassTime
from tests.support.diary import ago, restart
from tests.support.stored_history import kept

BERLIN, VIENNA, HELSINKI = "Europe/Berlin", "Europe/Vienna", "Europe/Helsinki"
HOUR = timedelta(hours=1)
SPRING = datetime(2026, 4, 1, tzinfo=UTC)
"""From here on no clock is changed, so that no two wall clocks mean the same instant."""


@pytest.fixture(autouse=True)
def _every_quarter(patient: Person) -> None:
    """The report has a reading every 15 minutes, and nobody scans: their clocks never coincide."""
    assert patient.sensor is not None
    patient.sensor.product = 3


async def instants(entry: MockConfigEntry, person: Person) -> list[datetime]:
    """When the readings of the history were measured."""
    return [each.reading.at for each in (await kept(entry, person))[0]]


async def known_for_200_days(entry: MockConfigEntry, person: Person) -> list[datetime]:
    """Have readings of reports from before those that the cloud still has, and return when they were."""
    old = [Reading(at=ago(days=200) + number * HOUR, mg_dl=100) for number in range(2000)]
    await entry.runtime_data.history.async_run(Store.keep, [(person.patient_id, Source.REPORT, None, old)])
    return [reading.at for reading in old]


async def in_time_zone(hass: HomeAssistant, entry: MockConfigEntry, name: str) -> MockConfigEntry:
    """Home Assistant's own time zone is another one, and it is started again."""
    await hass.config.async_set_time_zone(name)
    return await restart(hass, entry)


async def test_another_name_of_the_same_time_changes_nothing(
    hass: HomeAssistant, cloud: CloudDouble, diary_read: MockConfigEntry, patient: Person, pass_time: PassTime
) -> None:
    await known_for_200_days(diary_read, patient)
    before = await instants(diary_read, patient)

    entry = await in_time_zone(hass, diary_read, VIENNA)
    await pass_time(minutes=80)

    assert set(before) <= set(await instants(entry, patient))
    assert cloud.report_orders[-1].first.date() == ago(days=2).date(), "nothing is read again"


async def test_another_time_zone_moves_what_is_told_again_and_leaves_the_rest(
    hass: HomeAssistant, own_entry: MockConfigEntry, patient: Person, pass_time: PassTime
) -> None:
    await hass.config.async_set_time_zone(HELSINKI)
    await set_up(hass, own_entry)
    await pass_time(seconds=30)
    wrong = set(await instants(own_entry, patient))
    old = await known_for_200_days(own_entry, patient)

    entry = await in_time_zone(hass, own_entry, BERLIN)
    assert set(await instants(entry, patient)) == {*wrong, *old}, "nothing goes before it is told again"
    await pass_time(minutes=80)

    found = await instants(entry, patient)
    assert found[: len(old)] == old
    assert {at for at in found if SPRING <= at < NOON - HOUR} == {
        at + HOUR for at in wrong if SPRING - HOUR <= at < NOON - 2 * HOUR
    }


async def test_a_time_zone_that_is_changed_while_the_cloud_is_away_costs_nothing(
    hass: HomeAssistant, cloud: CloudDouble, own_entry: MockConfigEntry, patient: Person, pass_time: PassTime
) -> None:
    await hass.config.async_set_time_zone(HELSINKI)
    await set_up(hass, own_entry)
    await pass_time(seconds=30)
    wrong = set(await instants(own_entry, patient))
    cloud.fail_always("*", faults.status(503))
    for name in (BERLIN, HELSINKI, BERLIN):
        entry = await in_time_zone(hass, own_entry, name)
        await pass_time(hours=3, step=300)
        assert wrong <= set(await instants(entry, patient))

    cloud.heal()
    await pass_time(hours=3, step=300)

    found = set(await instants(entry, patient))
    assert {at + HOUR for at in wrong if at >= SPRING} <= found


@pytest.mark.parametrize("left_out", [range(1, 2), range(1, 3), range(3)])
async def test_a_report_that_leaves_out_days_deletes_none_of_them(
    hass: HomeAssistant,
    cloud: CloudDouble,
    diary_read: MockConfigEntry,
    patient: Person,
    pass_time: PassTime,
    left_out: range,
) -> None:
    before = set(await instants(diary_read, patient))

    def hiccup(report: dict[str, Any]) -> dict[str, Any]:
        days: Sequence[Any] = report["Data"]["Days"]
        report["Data"]["Days"] = [day for number, day in enumerate(days) if number not in left_out]
        return report

    cloud.edit_report = hiccup
    orders = len(cloud.report_orders)
    await pass_time(minutes=80)

    assert len(cloud.report_orders) > orders
    assert before <= set(await instants(diary_read, patient))


async def test_a_report_that_leaves_out_hours_deletes_none_of_them(
    hass: HomeAssistant, cloud: CloudDouble, diary_read: MockConfigEntry, patient: Person, pass_time: PassTime
) -> None:
    before = set(await instants(diary_read, patient))

    def hiccup(report: dict[str, Any]) -> dict[str, Any]:
        for day in report["Data"]["Days"]:
            day["Glucose"] = [part for readings in day["Glucose"] for part in (readings[:9], readings[-9:])]
        return report

    cloud.edit_report = hiccup
    orders = len(cloud.report_orders)
    await pass_time(minutes=80)

    assert len(cloud.report_orders) > orders
    assert before <= set(await instants(diary_read, patient))
