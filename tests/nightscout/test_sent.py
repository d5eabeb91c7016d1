"""Readings and diary entries as they are sent to a Nightscout server."""

from datetime import UTC, datetime, timedelta
from typing import Any, Final
from zoneinfo import ZoneInfo

from hypothesis import given, strategies as st
import pytest

from custom_components.libreview.models import DiaryEntry, EntryKind, KeptReading, Precision, Reading, Source
from custom_components.libreview.nightscout.sent import (
    kind_of,
    milliseconds_of,
    sent_entries,
    sent_treatments,
    source_of,
    to_utc_iso,
)

NOON: Final = datetime(2026, 11, 5, 9, 21, tzinfo=UTC)
BERLIN: Final = ZoneInfo("Europe/Berlin")
SOURCE: Final = source_of("anna")


def entry(
    kind: EntryKind, amount: float | None = None, precision: Precision = Precision.MINUTE
) -> DiaryEntry:
    at = NOON if precision is Precision.MINUTE else NOON.replace(minute=0)
    return DiaryEntry(kind=kind, wall=at.replace(tzinfo=None), at=at, amount=amount, precision=precision)


def treated(*diary: DiaryEntry) -> list[dict[str, Any]]:
    return list(sent_treatments(diary, time_zone=BERLIN, source=SOURCE, names={}))


def test_an_entry_is_sent_without_what_the_server_gives_it() -> None:
    kept = KeptReading(reading=Reading(at=NOON, mg_dl=112), source=Source.LIVE, device=None)
    (sent,) = sent_entries([kept], [], time_zone=BERLIN, source=SOURCE)
    assert sent == {
        "type": "sgv",
        "sgv": 112,
        "date": 1793870460000,
        "dateString": "2026-11-05T10:21:00.000+01:00",
        "direction": "NOT COMPUTABLE",
        "device": "FreeStyle Libre",
        "identifier": f"{SOURCE}sgv-1793870460000",
    }


def test_long_acting_insulin_is_a_note() -> None:
    (sent,) = treated(entry(EntryKind.LONG_ACTING_INSULIN, 12))
    assert sent["eventType"] == "Note"
    assert "insulin" not in sent


def test_two_of_a_kind_at_one_instant_are_a_millisecond_apart() -> None:
    told = treated(*(entry(EntryKind.RAPID_ACTING_INSULIN, amount) for amount in (1, 2, 3)))
    assert {each["insulin"]: each["created_at"].removeprefix("2026-11-05T10:21:00.") for each in told} == {
        1: "000+01:00",
        2: "001+01:00",
        3: "002+01:00",
    }


def test_a_source_is_always_the_same_and_no_way_back() -> None:
    assert source_of("anna") == SOURCE == "libreview-55579b557896-"
    assert source_of("ben") != SOURCE


kinds = st.sampled_from([EntryKind.RAPID_ACTING_INSULIN, EntryKind.NOTE, EntryKind.BLOOD_GLUCOSE])


@given(st.lists(st.builds(entry, kinds, st.integers(60, 90), st.sampled_from(Precision)), max_size=20))
def test_nothing_that_is_sent_takes_the_place_of_something_else(diary: list[DiaryEntry]) -> None:
    told = treated(*diary)
    strips = list(sent_entries([], diary, time_zone=BERLIN, source=SOURCE))
    assert len(told) == len(diary)
    assert len({each["identifier"] for each in told}) == len(told)
    assert len({(each["created_at"], each["eventType"]) for each in told}) == len(told)
    assert len({(each["date"], each["type"]) for each in strips}) == len(strips)


@pytest.mark.parametrize("milliseconds", [0, 1, 1793870460000, 1793870460999])
def test_an_identifier_tells_its_kind_and_its_instant(milliseconds: int) -> None:
    identifier = f"{SOURCE}correction-bolus-{milliseconds}"
    assert milliseconds_of(identifier) == milliseconds
    assert kind_of(identifier, SOURCE) == "correction-bolus"
    at = datetime.fromisoformat(to_utc_iso(milliseconds))
    assert (at - datetime.fromtimestamp(0, UTC)) // timedelta(milliseconds=1) == milliseconds
