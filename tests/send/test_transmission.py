"""Single things that may go wrong between a history and a server."""

from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
import shutil
from typing import Any

import aiohttp
import pytest

from custom_components.libreview.history.store import Store
from custom_components.libreview.models import EntryKind, Source
from custom_components.libreview.send.batches import next_batch
from custom_components.libreview.send.known_objects import KnownObjects
from custom_components.libreview.send.problems import SendError, SendProblem
from custom_components.libreview.send.server import MOST_SENT
from tests.history.store_rows import (
    LIBRE,
    NOON,
    START,
    TODAY,
    entry,
    exact,
    keep_file,
    keep_live,
    keep_report,
    reading,
)
from tests.nightscout_double import NightscoutDouble
from tests.nightscout_double.double import Fault

from .line import KOLKATA, VIEW, Line, a_store, held, wanted

pytestmark = pytest.mark.usefixtures("socket_enabled")
HOUR = 60
"""Minutes."""


@pytest.fixture
async def line() -> AsyncIterator[Line]:
    """An empty history, and a server without anything."""
    nightscout = NightscoutDouble(lambda: NOON + timedelta(days=2))
    with a_store() as store:
        async with nightscout.serving(), aiohttp.ClientSession() as http:
            made = Line(store, nightscout, http)
            yield made
            made.store.close()


def delete(line: Line, minute: int) -> None:
    with line.store._write_transaction() as connection:
        connection.execute("DELETE FROM reading WHERE at = ?", (START + 60 * minute,))


async def test_what_is_deleted_while_the_first_batch_is_stuck_is_deleted_there(line: Line) -> None:
    keep_live(line.store, reading(0), reading(1))
    line.nightscout.faults.append(Fault())  # The first question is whether something is there.
    await line.try_to_send()
    line.nightscout.faults.append(Fault(taken=2))
    line.nightscout.faults.insert(0, Fault(status=200, body="[]"))
    await line.try_to_send()
    assert len(line.nightscout.sgvs()) == 2
    delete(line, 1)
    await line.send()
    assert held(line.nightscout) == wanted(line.store)


async def test_what_was_half_taken_is_sent_again_also_if_it_became_again_as_it_was(line: Line) -> None:
    keep_live(line.store, reading(0, 100), reading(1, 100))
    await line.send()
    line.nightscout.faults.append(Fault(taken=1))
    keep_live(line.store, reading(0, 111))
    await line.try_to_send()
    assert list(line.nightscout.sgvs().values()) == [111, 100]
    keep_live(line.store, reading(0, 100))
    await line.send()
    assert list(line.nightscout.sgvs().values()) == [100, 100]


async def test_an_older_copy_of_the_history_that_is_brought_back_deletes_nothing(
    line: Line, tmp_path: Path
) -> None:
    keep_live(line.store, reading(0))
    line.store.bring_together()
    copy = tmp_path / "copy.db"
    shutil.copy(line.store.path, copy)
    keep_live(line.store, *(reading(minute) for minute in range(1, 600, 5)))
    await line.send()
    there = held(line.nightscout)
    line.store.close()

    line.store = Store(copy)
    line.begin()
    await line.send()
    assert held(line.nightscout) == there

    # From then on all is as ever: what is corrected and deleted, is so there.
    keep_live(line.store, reading(700, 90), reading(701, 91))
    await line.send()
    delete(line, 701)
    keep_live(line.store, reading(700, 99))
    await line.send()
    assert list(line.nightscout.sgvs().values())[-1] == 99
    assert len(line.nightscout.sgvs()) == len(there[0]) + 1


@pytest.mark.parametrize("restarts", [False, True])
async def test_what_comes_back_of_a_lost_history_deletes_nothing(line: Line, restarts: bool) -> None:
    keep_live(line.store, *(reading(minute) for minute in range(600)))
    await line.send()
    with a_store() as new:
        line.store.close()
        line.store = new
        if restarts:
            line.begin()
        keep_live(new, reading(601))
        await line.send()
        # A report tells fewer readings, and the next one by the minute is of an hour that is half lost.
        keep_report(new, [reading(minute, 99) for minute in range(0, 600, 15)], [], [TODAY], VIEW.time_zone)
        keep_live(new, reading(602))
        await line.send()
        told = list(line.nightscout.sgvs().values())
        assert (len(told), told.count(99)) == (602, 40)
        delete(line, 602)
        await line.send()
        assert len(line.nightscout.sgvs()) == 601
        new.close()


async def test_another_server_gets_everything_whenever_it_follows(line: Line) -> None:
    keep_live(line.store, reading(0))
    await line.send()
    other = NightscoutDouble(lambda: NOON + timedelta(days=2))
    async with other.serving():
        line.nightscout, line.view = other, replace(VIEW, server="another")
        line.begin()
        await line.send()
    assert held(other) == wanted(line.store)


async def test_whoever_was_sent_before_and_is_set_up_anew_is_there_once(line: Line) -> None:
    entries = [exact(amount=4), exact(EntryKind.NOTE, amount=None, text="a")]
    keep_report(line.store, [reading(0)], entries, [TODAY])
    await line.send()
    line.cursor = None
    line.begin()
    await line.send()
    assert held(line.nightscout) == wanted(line.store)


@pytest.mark.parametrize("knows_identifiers", [True, False])
async def test_several_of_a_kind_in_one_hour_are_as_many_there(line: Line, knows_identifiers: bool) -> None:
    line.nightscout.treatments._knows_identifiers = knows_identifiers
    doses = [entry(amount=amount, text=str(amount)) for amount in (1, 2, 3)]
    keep_report(line.store, [], doses, [TODAY])
    keep_file(line.store, exact(EntryKind.RAPID_ACTING_INSULIN, at=NOON + timedelta(minutes=30), amount=9))
    await line.send()
    told = line.nightscout.treatments.documents
    assert sorted(each["insulin"] for each in told) == [1, 2, 3, 9]


async def test_without_the_diary_what_was_sent_of_it_stays(line: Line) -> None:
    keep_report(line.store, [reading(0)], [entry(), entry(EntryKind.BLOOD_GLUCOSE, amount=100)], [TODAY])
    await line.send()
    treatments = line.nightscout.treatments.documents.copy()
    assert treatments
    line.view = replace(VIEW, diary=False)
    line.begin()
    keep_live(line.store, reading(1, 90))
    line.nightscout.requests.clear()
    await line.send()
    assert line.nightscout.treatments.documents == treatments
    assert {each["type"] for each in line.nightscout.entries.documents} == {"sgv", "mbg"}
    assert not any("treatments" in each for each in line.nightscout.requests)


async def test_a_year_is_sent_in_requests_of_some_hundred_objects(line: Line) -> None:
    days = 3
    readings = [reading(minute) for minute in range(days * 24 * 60)]
    line.store.keep([("anna", Source.LIVE, LIBRE, readings)])
    await line.send()
    assert len(line.nightscout.sgvs()) == len(readings)
    posts = line.nightscout.requests.count("POST /api/v1/entries")
    asked = line.nightscout.requests.count("GET /api/v1/entries.json")
    # A batch is a day, and the half hour after it.
    batches = days + 1
    assert posts <= len(readings) / MOST_SENT + 2 * batches
    assert asked <= batches + 1


async def test_told_in_another_way_the_last_days_are_sent_again_and_not_a_year(line: Line) -> None:
    keep_live(line.store, reading(0, 90))
    await line.send()
    line.now += 20 * 86400
    keep_live(line.store, reading(5 * 24 * HOUR, 91), reading(19 * 24 * HOUR, 92))
    await line.send()
    offsets = [each["utcOffset"] for each in line.nightscout.entries.documents]
    assert offsets == [120, 120, 120]
    keep_live(line.store, reading(1, 93))  # Late, and not sent yet.
    line.view = KOLKATA
    line.begin()
    await line.send()
    told = {each["sgv"]: each["utcOffset"] for each in line.nightscout.entries.documents}
    assert told == {90: 330, 93: 330, 91: 120, 92: 330}
    line.nightscout.requests.clear()
    await line.send()
    assert line.nightscout.requests == []


async def test_what_could_never_be_sent_yet_is_sent_after_an_outage_of_weeks(line: Line) -> None:
    keep_live(line.store, reading(0, 90))
    line.nightscout.is_away = True
    await line.try_to_send()
    line.now += 30 * 86400
    line.view = KOLKATA
    line.begin()
    await line.try_to_send()
    line.nightscout.is_away = False
    await line.send()
    assert list(line.nightscout.sgvs().values()) == [90]


async def test_of_many_that_were_deleted_each_one_is(line: Line) -> None:
    keep_live(line.store, *(reading(minute) for minute in range(50)))
    await line.send()
    for minute in range(45):
        delete(line, minute)
    await line.send()
    assert len(line.nightscout.sgvs()) == 5


async def test_the_oldest_come_first_and_an_hour_is_not_asked_for_twice(line: Line) -> None:
    keep_live(line.store, *(reading(minute) for minute in range(40)))
    await line.send()
    line.nightscout.requests.clear()
    for minute in range(40, 50):
        keep_live(line.store, reading(minute))
        await line.send()
    assert line.nightscout.requests.count("POST /api/v1/entries") == 10
    # From minute 40 on, the next hour has changed as well: what is told of its readings depends on these.
    assert line.nightscout.requests.count("GET /api/v1/entries.json") <= 1


def test_nothing_is_read_before_it_is_to_be_sent() -> None:
    with a_store() as store:
        keep_live(store, reading(0), reading(-HOUR), reading(HOUR))
        view, now = replace(VIEW, since=START), START + 14 * 86400
        batch = next_batch(store, view, None, now=now, thin_before=0)
        assert [(span.start, span.end) for span in batch.spans] == [(START, START + 2 * 3600 + 1800)]
        thinned = next_batch(store, view, None, now=now, thin_before=START + 3600)
        assert [span.start for span in thinned.spans] == [START + 3600]


def test_what_is_known_of_a_server_is_forgotten_after_a_day() -> None:
    known = KnownObjects()
    known.learn(0, 1800, {"libreview-x-sgv-60000": "a"})
    assert known.between(0, 1800) == {"libreview-x-sgv-60000": "a"}
    assert known.between(0, 3600) is None
    for slot in range(1, 70):
        known.learn(slot * 1800, slot * 1800 + 1800, {})
    assert known.between(0, 1800) is None
    assert known.between(69 * 1800, 70 * 1800) == {}


@pytest.mark.parametrize(
    ("fault", "problem"),
    [
        (Fault(status=401), SendProblem.REFUSED),
        (Fault(status=403), SendProblem.REFUSED),
        (Fault(status=307, headers={"Location": "https://elsewhere.example"}), SendProblem.REDIRECTED),
        (Fault(status=404), SendProblem.NO_NIGHTSCOUT),
        (Fault(status=413), SendProblem.FAILED),
        (Fault(status=429, headers={"Retry-After": "60"}), SendProblem.FAILED),
        (Fault(status=502), SendProblem.FAILED),
        (Fault(status=200, body="<html>"), SendProblem.NO_NIGHTSCOUT),
        (Fault(status=200, body="{}"), SendProblem.FAILED),
        (Fault(status=200, body="[" * 100_000), SendProblem.NO_NIGHTSCOUT),
        (Fault(status=200, body="[" + "1," * 2**21 + "1]"), SendProblem.FAILED),
    ],
    ids="401 403 307 404 413 429 502 page object deep large".split(),
)
async def test_what_a_server_answers_is_named(line: Line, fault: Fault, problem: SendProblem) -> None:
    keep_live(line.store, reading(0))
    line.nightscout.faults.append(fault)
    with pytest.raises(SendError) as raised:
        await line.send()
    assert raised.value.problem is problem
    assert raised.value.retry_after == (60 if fault.status == 429 else None)
    await line.send()
    assert held(line.nightscout) == wanted(line.store)


async def test_what_others_have_sent_is_left_alone(line: Line) -> None:
    theirs: dict[str, Any] = {
        "type": "sgv",
        "sgv": 222,
        "date": START * 1000 + 500,
        "dateString": "2026-06-01T12:00:00.500Z",
    }
    line.nightscout.entries.take({**theirs, "identifier": "libreview-0123456789ab-sgv-1780315200500"})
    line.nightscout.entries.take({**theirs, "type": "cal"})
    keep_live(line.store, reading(0), reading(1))
    await line.send()
    delete(line, 0)
    await line.send()
    assert len(line.nightscout.entries.documents) == 3


async def test_an_error_that_calls_itself_a_success_is_an_error(line: Line) -> None:
    keep_live(line.store, reading(0))
    line.nightscout.faults += [Fault(status=200, body="[]"), Fault(status=200, body='{"status": 500}')]
    with pytest.raises(SendError) as raised:
        await line.send()
    assert raised.value.problem is SendProblem.FAILED
    await line.send()
    assert held(line.nightscout) == wanted(line.store)


async def test_a_treatment_that_was_moved_on_the_server_keeps_nothing_from_being_sent(line: Line) -> None:
    keep_file(line.store, exact(amount=4), exact(at=NOON + timedelta(minutes=130), amount=5))
    await line.send()
    line.nightscout.treatments.documents[1]["created_at"] = "2026-06-01T12:40:00.000Z"
    # As by somebody who set it up anew, and so has to ask what is there.
    line.begin()
    line.cursor = None
    await line.send()
    told = [(each["created_at"][11:16], each["insulin"]) for each in line.nightscout.treatments.documents]
    assert sorted(told) == [("12:17", 4), ("14:10", 5)]


async def test_an_identifier_that_tells_no_instant_is_left_alone(line: Line) -> None:
    at = {"date": START * 1000 + 30_500, "dateString": "2026-06-01T12:00:30.500Z"}
    line.nightscout.entries.take({"type": "sgv", "sgv": 222, **at, "identifier": f"{VIEW.source}sgv-soon"})
    keep_live(line.store, reading(0))
    await line.send()
    assert list(line.nightscout.sgvs().values()) == [100, 222]
