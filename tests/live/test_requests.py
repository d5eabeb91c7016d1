"""How many requests a set-up and a restart take, and how soon data are back after trouble."""

from datetime import UTC, datetime, timedelta
from itertools import pairwise

from homeassistant.config_entries import ConfigEntry
from homeassistant.core import HomeAssistant
import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry

from custom_components.libreview.const import DOMAIN
from custom_components.libreview.history.store import Store
from custom_components.libreview.models import KeptReading
from tests.cloud_double import Account, CloudDouble, Person, faults
from tests.cloud_double.faults import Fault
from tests.conftest import LATELY, NOON, set_up
from tests.support.clock import PassTime
from tests.support.dialogs import signed_in
from tests.support.restart import restarted
from tests.support.states import state

NAMES = ("Alex", "Robin", "Kim", "Sam")
IDS = [Person(first_name=name).patient_id for name in NAMES]
SIGN_IN = ("login", "continue", "config")


@pytest.fixture
def four(cloud: CloudDouble) -> Account:
    """An account that follows four persons, whose phones upload at four times of the minute."""
    persons = [
        Person(
            first_name=name,
            began=LATELY,
            curve=lambda _: 120,
            phase=timedelta(seconds=15 * number),
            upload_delay=timedelta(seconds=8),
            upload_jitter=timedelta(),
        )
        for number, name in enumerate(NAMES)
    ]
    return cloud.add_account(Account(), persons=persons)


def counts(cloud: CloudDouble) -> dict[str, int]:
    return {each: len(cloud.requests(each)) for each in ("connections", "graph", "logbook")}


async def connect(hass: HomeAssistant, account: Account) -> ConfigEntry:
    """Connect the account through its dialog, following everybody."""
    form = await signed_in(hass, account)
    await hass.config_entries.flow.async_configure(form["flow_id"], {"persons": IDS})
    await hass.async_block_till_done(wait_background_tasks=True)
    (entry,) = hass.config_entries.async_entries(DOMAIN)
    return entry


async def test_four_persons_are_set_up_with_what_the_dialog_has_read(
    hass: HomeAssistant, four: Account, cloud: CloudDouble
) -> None:
    await connect(hass, four)
    assert sum(len(cloud.requests(each)) for each in SIGN_IN) <= 2
    assert counts(cloud) == {"connections": 1, "graph": 4, "logbook": 0}
    assert state(hass, "sensor.alex_example_glucose") == "120"


async def test_what_the_dialog_read_long_ago_is_asked_for_anew(
    hass: HomeAssistant, four: Account, cloud: CloudDouble, pass_time: PassTime
) -> None:
    form = await signed_in(hass, four)
    await pass_time(minutes=5)
    await hass.config_entries.flow.async_configure(form["flow_id"], {"persons": IDS})
    await hass.async_block_till_done(wait_background_tasks=True)
    assert counts(cloud) == {"connections": 2, "graph": 4, "logbook": 0}


async def test_a_restart_asks_for_graphs_only_where_there_is_a_hole_and_reads_the_store_once(
    hass: HomeAssistant,
    four: Account,
    cloud: CloudDouble,
    pass_time: PassTime,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    entry = await connect(hass, four)
    await pass_time(minutes=28)
    assert await hass.config_entries.async_unload(entry.entry_id)
    cloud.log.clear()
    again = restarted(hass, entry)
    read: list[str] = []
    plain = Store.readings

    def readings(store: Store, patient_id: str, start: int, end: int) -> list[KeptReading]:
        read.append(patient_id)
        return plain(store, patient_id, start, end)

    monkeypatch.setattr(Store, "readings", readings)
    await set_up(hass, again)
    assert counts(cloud) == {"connections": 1, "graph": 0, "logbook": 0}
    assert sorted(read) == sorted(IDS)
    assert state(hass, "sensor.alex_example_change_5_min") == "0"
    assert await hass.config_entries.async_unload(again.entry_id)
    await pass_time(minutes=40)
    cloud.log.clear()
    await set_up(hass, restarted(hass, again))
    assert counts(cloud) == {"connections": 1, "graph": 4, "logbook": 0}


@pytest.mark.parametrize("seconds", [8, 40])
async def test_after_a_restart_the_uploads_are_met_at_once(
    hass: HomeAssistant,
    entry: MockConfigEntry,
    person: Person,
    cloud: CloudDouble,
    pass_time: PassTime,
    seconds: int,
) -> None:
    person.upload_delay = timedelta(seconds=seconds)
    await set_up(hass, entry)
    await pass_time(minutes=30)
    assert await hass.config_entries.async_unload(entry.entry_id)
    await pass_time(seconds=333)
    cloud.log.clear()
    await set_up(hass, restarted(hass, entry))
    await pass_time(minutes=10)
    late = [each.at.second - seconds for each in cloud.requests("connections")][1:]
    assert late
    assert [each for each in late if not 0 <= each <= 8] == []


async def test_no_poll_is_left_out_right_after_one_in_vain_but_after_the_next(
    hass: HomeAssistant, entry: MockConfigEntry, person: Person, cloud: CloudDouble, pass_time: PassTime
) -> None:
    await set_up(hass, entry)  # It asks for a graph, for which a poll is left out six minutes later.
    person.pauses = [(NOON + timedelta(minutes=5, seconds=30), NOON + timedelta(minutes=6, seconds=30))]
    await pass_time(minutes=11)
    polls = [(each.at - NOON).total_seconds() for each in cloud.requests("connections")]
    pauses = {earlier: later - earlier for earlier, later in pairwise(polls)}
    in_vain = next(poll for poll in polls if poll > 6 * 60)
    assert pauses[in_vain] < 90
    assert [poll for poll, pause in pauses.items() if pause > 90] == [in_vain + pauses[in_vain]]


async def test_no_hour_has_more_than_sixty_requests(
    hass: HomeAssistant, four: Account, cloud: CloudDouble, pass_time: PassTime
) -> None:
    await connect(hass, four)
    await pass_time(hours=3)
    sent = [each.at for each in cloud.log if each.endpoint in ("connections", "graph", "logbook")]
    for place, at in enumerate(sent):
        assert sum(other - at < timedelta(hours=1) for other in sent[place:]) <= 60
    assert max(later - earlier for earlier, later in pairwise(sent)) <= timedelta(minutes=3.5)


@pytest.mark.parametrize("minutes", [6, 47, 200])
@pytest.mark.parametrize("fault", [faults.dropped(), faults.status(503)], ids=["no internet", "cloud down"])
async def test_after_an_outage_data_are_back_within_a_minute(
    hass: HomeAssistant,
    loaded: MockConfigEntry,
    cloud: CloudDouble,
    pass_time: PassTime,
    minutes: int,
    fault: Fault,
) -> None:
    await pass_time(minutes=20)
    cloud.fail_always("*", fault)
    await pass_time(minutes=minutes)
    cloud.heal()
    healed = datetime.now(UTC)
    await pass_time(seconds=60)
    assert any(each.status == 200 for each in cloud.requests("connections", healed))
    assert state(hass, "sensor.alex_example_glucose") == "120"


@pytest.mark.parametrize(
    "fault", [faults.rate_limited(), faults.cloudflare_block()], ids=["429", "Cloudflare"]
)
async def test_a_refusal_is_tried_again_after_about_2_4_8_and_15_minutes(
    hass: HomeAssistant, loaded: MockConfigEntry, cloud: CloudDouble, pass_time: PassTime, fault: Fault
) -> None:
    await pass_time(minutes=20)
    cloud.fail_always("connections", fault)
    begun = datetime.now(UTC)
    await pass_time(minutes=50)
    tries = [each.at for each in cloud.requests("connections", begun)]
    waits = [(later - earlier) / timedelta(minutes=1) for earlier, later in pairwise(tries)]
    for wait, longest in zip(waits, (2, 4, 8, 15, 15), strict=False):
        assert 0.75 * longest <= wait <= longest + 0.1
    cloud.heal()
    while not any(each.status == 200 for each in cloud.requests("connections", begun)):
        await pass_time(minutes=1)
    cloud.log.clear()
    await pass_time(minutes=5)
    assert len(cloud.requests("connections")) >= 4
