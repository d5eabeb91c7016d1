"""The alarm matrix where something happens in the middle of a low, a high or a silence."""

from datetime import UTC, datetime, timedelta
from typing import Final

import pytest

from custom_components.libreview.const import CONF_MAX_AGE
from tests.cloud_double.faults import dropped
from tests.support.alarm_house import Matrix, Verdict
from tests.support.alarm_matrix import BLUEPRINTS, ROWS, Case, Table

MIDST: Final[dict[Case, tuple[int, int]]] = {
    Case.FALL: (4, 14),
    Case.LOW: (7, 12),
    Case.HIGH: (14, 18),
    Case.SILENCE: (32, 22),
}
"""The minutes after which a case has been told of, and those after which it is told of anew."""
LOW_ALARM: Final = BLUEPRINTS[0]


@pytest.mark.parametrize("case", MIDST)
async def test_a_start_in_the_middle_is_told_once(matrix: Matrix, table: Table, case: Case) -> None:
    matrix.begin(case)
    await matrix.wait(20 if case is Case.SILENCE else 3)
    begun = datetime.now(UTC)
    await matrix.start(case)
    await matrix.wait(MIDST[case][1])
    verdict = Verdict(matrix, table, "starts in the middle")
    assert verdict.since(begun, case) == {}


async def test_a_start_in_the_middle_of_a_long_high_is_told_once(matrix: Matrix, table: Table) -> None:
    matrix.begin(Case.HIGH)
    await matrix.pass_time(minutes=3)
    begun = datetime.now(UTC)
    await matrix.start(Case.LONG_HIGH)
    await matrix.pass_time(minutes=125, step=60)
    assert Verdict(matrix, table, "starts in the middle").since(begun, Case.LONG_HIGH) == {}


@pytest.mark.parametrize("case", [Case.LOW, Case.HIGH, Case.SILENCE])
async def test_a_save_in_the_middle_is_told_once_more(matrix: Matrix, table: Table, case: Case) -> None:
    await matrix.start(case)
    matrix.begin(case)
    await matrix.wait(MIDST[case][0])
    begun = datetime.now(UTC)
    await matrix.save()
    await matrix.wait(MIDST[case][1])
    assert Verdict(matrix, table, "saved in the middle").since(begun, case, saved=True) == {}


async def test_a_low_that_began_while_the_machine_slept_is_told_once(matrix: Matrix, table: Table) -> None:
    await matrix.start(Case.LOW)
    begun = matrix.begin(Case.LOW)
    matrix.freezer.tick(timedelta(hours=3))
    await matrix.wait(12)
    assert Verdict(matrix, table, "wakes up in the middle").since(begun, Case.LOW) == {}


async def test_a_start_on_an_old_low_is_told_as_missing_data_alone(matrix: Matrix, table: Table) -> None:
    matrix.begin(Case.LOW)
    await matrix.pass_time(minutes=3)
    matrix.begin(Case.SILENCE)
    await matrix.wait(20)
    begun = datetime.now(UTC)
    await matrix.start()
    await matrix.wait(22)
    verdict = Verdict(matrix, table, "starts on an old low")
    for row in ROWS:
        verdict.expect(row, row.case is Case.SILENCE, matrix.between(row, begun))
    assert verdict.wrong == {}


async def test_a_start_without_internet_is_told_and_a_low_after_it(matrix: Matrix, table: Table) -> None:
    await matrix.hass.config_entries.async_unload(matrix.entry.entry_id)
    matrix.cloud.fail_always("connections", dropped())
    matrix.freezer.tick(timedelta(hours=1))  # What is stored is no longer young enough.
    await matrix.hass.config_entries.async_setup(matrix.entry.entry_id)
    begun = datetime.now(UTC)
    await matrix.start()
    await matrix.wait(22)
    verdict = Verdict(matrix, table, "starts without internet")
    for row in ROWS:
        verdict.expect(row, row.case is Case.SILENCE, matrix.between(row, begun))
    matrix.cloud.heal()
    matrix.begin(Case.LOW)
    await matrix.wait(20)
    verdict.since(begun, Case.RETURN)
    assert verdict.since(begun, Case.LOW) == {}


@pytest.mark.parametrize(("minutes", "max_age"), [(1, 15), (5, 15), (15, 20)])
async def test_one_low_is_told_once_however_often_the_phone_uploads(
    matrix: Matrix, table: Table, minutes: int, max_age: int
) -> None:
    matrix.person.cadence = timedelta(minutes=minutes)
    (subentry,) = matrix.entry.subentries.values()
    matrix.hass.config_entries.async_update_subentry(
        matrix.entry, subentry, data={**subentry.data, CONF_MAX_AGE: max_age}
    )
    await matrix.start(Case.LOW, Case.SILENCE)
    await matrix.wait(16)
    begun = matrix.begin(Case.LOW)
    await matrix.wait(46)
    verdict = Verdict(matrix, table, f"uploads every {minutes} min" + f" (limit {max_age})" * (max_age != 15))
    for row in ROWS:
        if row.case is Case.SILENCE:
            verdict.expect(row, 0, matrix.between(row, begun))
    assert verdict.since(begun, Case.LOW) == {}


async def test_one_low_is_told_once_by_the_alarm_though_the_limit_is_as_long_as_the_phone_waits(
    matrix: Matrix, table: Table
) -> None:
    matrix.person.cadence = timedelta(minutes=15)
    await matrix.start(Case.LOW, Case.SILENCE)
    await matrix.wait(16)
    begun = matrix.begin(Case.LOW)
    await matrix.wait(46)
    verdict = Verdict(matrix, table, "uploads every 15 min (limit 15)")
    verdict.expect(LOW_ALARM, 1, matrix.between(LOW_ALARM, begun))
    for row in ROWS:
        if row.case is Case.SILENCE:
            verdict.expect(row, 0, matrix.between(row, begun))
    assert verdict.wrong == {}


# What the low alarm alone has: quiet hours, an urgent low, nobody who answers


@pytest.fixture
def quiet_hours(matrix: Matrix) -> None:
    """The low alarm is quiet from 22:00 to 06:30, repeats every 5 minutes, and calls for help after 15."""
    low_alarm = next(each for each in matrix.automations if each["id"] == "low_alarm")
    low_alarm["use_blueprint"]["input"] |= {
        "quiet_from": "22:00:00",
        "quiet_to": "06:30:00",
        "repeat_every": 5,
        "help_from": [matrix.boxes["try_my_alarm"]],
    }


@pytest.mark.usefixtures("quiet_hours")
@pytest.mark.parametrize("matrix", [datetime(2027, 1, 10, 22, 45, tzinfo=UTC)], ids=["winter"], indirect=True)
async def test_quiet_hours_over_midnight_keep_a_low_quiet_and_let_an_urgent_one_be_heard(
    matrix: Matrix, table: Table
) -> None:
    await matrix.start(Case.LOW)
    begun = matrix.begin(Case.LOW)
    await matrix.wait(25)
    verdict = Verdict(matrix, table, "quiet hours over midnight")
    verdict.expect(LOW_ALARM, 0, matrix.between(LOW_ALARM, begun))
    assert verdict.wrong == {}
    for world, mg_dl, minutes in (("urgent in quiet hours", 48, 3), ("urgent rises to low", 62, 5)):
        begun = datetime.now(UTC)
        matrix.person.curve = lambda _, mg_dl=mg_dl: mg_dl
        await matrix.wait(minutes)
        verdict = Verdict(matrix, table, world)
        verdict.expect(LOW_ALARM, 1, matrix.between(LOW_ALARM, begun))
        assert verdict.wrong == {}
    await matrix.wait(13)
    helped = [message for message in matrix.house.messages if message.to == matrix.boxes["try_my_alarm"]]
    table.note("nobody answers", LOW_ALARM.name, "calls for help" if helped else "silent")
    assert helped


async def test_a_low_after_a_gap_in_the_data_is_told_again(matrix: Matrix, table: Table) -> None:
    await matrix.start(Case.LOW)
    matrix.begin(Case.LOW)
    await matrix.wait(7)
    matrix.begin(Case.SILENCE)
    await matrix.wait(20)
    begun = datetime.now(UTC)
    matrix.person.resume(begun)
    await matrix.wait(9)
    assert Verdict(matrix, table, "back after 20 min, still low").since(begun, Case.LOW) == {}
