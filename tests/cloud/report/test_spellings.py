"""Ninety days of a diary, read from a report in every spelling that the cloud double knows.

Whoever wrote the parser had not seen any of them.
"""

from datetime import UTC, datetime, time, timedelta
from typing import Any

import pytest

from custom_components.libreview.cloud.libreview import LibreView
from custom_components.libreview.cloud.report.page import Report, parse_report
from custom_components.libreview.cloud.report.words import KINDS, parse_name
from custom_components.libreview.models import WRITTEN_KINDS, EntryKind, Precision
from tests.cloud_double import Account, CloudDouble, Person
from tests.cloud_double.demo_diary import keep_diary
from tests.cloud_double.spellings import MINUTE_PRECISE, SPELLINGS
from tests.cloud_double.unseen_spellings import UNSEEN_MINUTE_PRECISE, UNSEEN_SPELLINGS

DAYS = 90
ALL = [*SPELLINGS, *UNSEEN_SPELLINGS]
TO_THE_MINUTE = MINUTE_PRECISE | UNSEEN_MINUTE_PRECISE

type Told = tuple[str, datetime, float, str]


@pytest.fixture
def diarist(cloud: CloudDouble, person: Person) -> Person:
    person.began, person.cadence = None, timedelta(minutes=15)
    keep_diary(person, "diarist", cloud.now())
    return person


def _told(entry: Any, *, to_the_minute: bool = True) -> Told:
    """An entry as something that can be sorted and compared; -1 for a dose without amount."""
    wall = entry.wall if to_the_minute else entry.wall.replace(minute=0, second=0)
    return str(entry.kind), wall, -1.0 if entry.amount is None else float(entry.amount), entry.text


async def fetched(libreview: LibreView, account: Account) -> Report:
    now = datetime.now(UTC)
    page = await libreview.daily_log(account.user_id, first=now.date() - timedelta(days=DAYS + 1), now=now)
    assert page is not None
    return parse_report(page)


@pytest.mark.parametrize("spelling", ALL)
async def test_every_spelling_of_the_cloud_gives_the_same_entries(
    cloud: CloudDouble, libreview: LibreView, own_account: Account, diarist: Person, spelling: str
) -> None:
    cloud.spelling = spelling
    report = await fetched(libreview, own_account)
    now = diarist.wall(cloud.now())
    since = datetime.combine(now.date() - timedelta(days=DAYS - 1), time())
    true = sorted(
        _told(entry, to_the_minute=spelling in TO_THE_MINUTE)
        for entry in diarist.diary
        if since <= entry.wall <= now
    )
    assert len(true) > 500
    assert sorted(_told(entry) for entry in report.entries if entry.wall >= since) == true
    assert not report.unclear
    precise = {entry.precision for entry in report.entries}
    assert precise == {Precision.MINUTE if spelling in TO_THE_MINUTE else Precision.HOUR}
    assert len(report.readings) > 8_000


@pytest.mark.parametrize("spelling", ALL)
async def test_a_report_with_unknown_names_gives_glucose_and_those_names(
    cloud: CloudDouble, libreview: LibreView, own_account: Account, diarist: Person, spelling: str
) -> None:
    cloud.spelling = spelling
    diarist.began = cloud.now() - timedelta(days=2)  # The names are the same in each report, however long.
    without = await fetched(libreview, own_account)
    cloud.unknown_keys = True
    report = await fetched(libreview, own_account)
    assert len(report.readings) > 150
    assert report.readings == without.readings
    assert set(report.unknown) > set(without.unknown)


def test_a_report_holds_no_kinds_but_those_that_people_write() -> None:
    kinds = {subject for _, subject in KINDS if isinstance(subject, EntryKind)}
    assert kinds == set(WRITTEN_KINDS)
    for name in ("BloodGlucose", "StripGlucose", "Ketones", "KetoneValue"):
        assert not isinstance(parse_name(name).subject, EntryKind)
