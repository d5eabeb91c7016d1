"""Whatever happens, in the end a server holds exactly what the history holds."""

import asyncio
from dataclasses import replace
from datetime import timedelta
from typing import Any, Final

import aiohttp
from hypothesis import given, settings, strategies as st
import pytest

from custom_components.libreview.history.store import Store
from custom_components.libreview.models import EntryKind, Source
from tests.history.store_rows import (
    LIBRE,
    MINUTE,
    NOON,
    START,
    entry,
    exact,
    keep_file,
    keep_live,
    keep_report,
    reading,
)
from tests.nightscout_double import NightscoutDouble
from tests.nightscout_double.double import Fault
from tests.support.examples import times

from .line import KOLKATA, VIEW, Line, a_store, held, wanted

OF_OTHERS: Final = {
    "type": "sgv",
    "sgv": 222,
    "date": START * 1000 + 30_500,
    "dateString": "2026-06-01T12:00:30.500Z",
    "device": "xDrip",
}


# What happens to the history.


def live(line: Line, minute: int, mg_dl: int) -> None:
    keep_live(line.store, reading(minute, mg_dl))


def graph(line: Line, minute: int, mg_dl: int) -> None:
    readings = [reading(minute + 5 * number, mg_dl) for number in range(12)]
    line.store.keep([("anna", Source.GRAPH, LIBRE, readings)])


def report(line: Line, minute: int, mg_dl: int) -> None:
    hour = (NOON + minute * MINUTE).replace(minute=0)
    kinds = list(EntryKind)[: mg_dl % 7]
    # Two of a kind in an hour are told at one instant.
    entries = [
        entry(kind, at=hour, amount=mg_dl % 5 + nth, text=str(nth)) for kind in kinds for nth in (1, 2)
    ]
    readings = [reading(minute + 15 * number, mg_dl) for number in range(4)]
    keep_report(line.store, readings, entries, [(NOON + minute * MINUTE).date()], VIEW.time_zone)


def file(line: Line, minute: int, mg_dl: int) -> None:
    at = NOON + minute * MINUTE
    entries = [exact(at=at, amount=mg_dl % 7 + 1), exact(EntryKind.BLOOD_GLUCOSE, at=at, amount=mg_dl)]
    keep_file(line.store, *entries, at=[START + 60 * minute + 900 * number for number in range(4)])


def lose_the_diary(line: Line, minute: int, mg_dl: int) -> None:
    line.store.keep_only({"anna"}, with_diary=set())


# What happens to the server and to the house.


def an_error(line: Line, minute: int, mg_dl: int) -> None:
    line.nightscout.faults += [Fault()] * (mg_dl % 4 + 1)


def an_error_half_way(line: Line, minute: int, mg_dl: int) -> None:
    line.nightscout.faults.append(Fault(taken=mg_dl % 9 + 1))


def an_outage(line: Line, minute: int, mg_dl: int) -> None:
    line.nightscout.is_away = not line.nightscout.is_away


def a_restart(line: Line, minute: int, mg_dl: int) -> None:
    line.store.close()
    line.store = Store(line.store.path)
    line.begin()


def a_crash(line: Line, minute: int, mg_dl: int) -> None:
    """The last cursor that was written is an older one, but the one of before anything was sent."""
    if line.cursor is not None:
        line.cursor = replace(line.cursor, number=line.cursor.number // 2)
    a_restart(line, minute, mg_dl)


def another_zone(line: Line, minute: int, mg_dl: int) -> None:
    line.view = KOLKATA if line.view is VIEW else VIEW
    line.begin()


EVENTS: Final = (
    live,
    graph,
    report,
    file,
    lose_the_diary,
    an_error,
    an_error_half_way,
    an_outage,
    a_restart,
    a_crash,
    another_zone,
)


@pytest.mark.usefixtures("socket_enabled")
@settings(max_examples=times(2))
@given(
    st.lists(
        st.tuples(st.sampled_from(EVENTS), st.integers(0, 1600), st.integers(60, 90), st.booleans()),
        max_size=14,
    ),
    st.booleans(),
)
def test_in_the_end_a_server_holds_what_the_history_holds(
    happened: list[Any], knows_identifiers: bool
) -> None:
    async def happen() -> None:
        nightscout = NightscoutDouble(lambda: NOON + timedelta(days=2), knows_identifiers=knows_identifiers)
        nightscout.entries.take(OF_OTHERS)
        with a_store() as store:
            async with nightscout.serving(), aiohttp.ClientSession() as http:
                line = Line(store, nightscout, http)
                for event, minute, mg_dl, sends in happened:
                    event(line, minute, mg_dl)
                    if sends:
                        await line.try_to_send()
                nightscout.faults.clear()
                nightscout.is_away = False
                await line.send()
                assert held(nightscout) == wanted(line.store, line.view)
                assert [each for each in nightscout.entries.documents if each.get("device") == "xDrip"]
                nightscout.requests.clear()
                await line.send()
                assert nightscout.requests == []
                line.store.close()

    asyncio.run(happen())
