"""LibreView, the service in which people keep their own data: here its Daily Log report, the diary's source.

No part of it is documented; what is known comes from public clients, skobkars/lvconnect before all.
"""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
import re
from typing import TYPE_CHECKING, Final

from ..models import GlucoseUnit, Person
from . import fields
from .errors import (
    InvalidAnswerError,
    NoAnswerError,
    PersonNotLoadableError,
    ReportFailedError,
    RequestRefusedError,
    ServerTroubleError,
)

if TYPE_CHECKING:
    from .session import Session

_OK: Final = 0
_DAILY_LOG: Final = 5
_REPORT_IDS: Final = 500000
"""The id of a report is this and the type of the device that it is made for (skobkars/lvconnect)."""
_IN_MG_DL: Final = 1
_UNIT: Final = {0: GlucoseUnit.MMOL_L, 1: GlucoseUnit.MG_DL}
_FIRST_PAUSE, _PAUSE_FACTOR, _LONGEST_PAUSE = 2.0, 1.5, 30.0
"""Seconds between two questions whether the report is ready; the first two as in skobkars/lvconnect."""
_MOST_QUESTIONS: Final = 20
"""With the pauses between them some eight minutes, in which no report is known not to be ready."""
_MOST_UNHEARD: Final = 4
"""So many of them in a row without an answer are trouble."""
_FAILURE: Final = re.compile("error|fail|cancel|abort", re.IGNORECASE)
_LARGEST_KIND: Final = 99_999
"""The types of devices known have five digits."""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Source:
    """A device that data of the person came from."""

    id: str
    kind: int
    days_since_data: int


class LibreView:
    """What can be asked of LibreView. Every method raises CloudError."""

    def __init__(self, session: Session, pause: Callable[[float], Awaitable[None]] = asyncio.sleep) -> None:
        """Ask through this session; `pause` waits so many seconds."""
        self.session = session
        self._pause = pause

    async def person(self) -> Person:
        """The person whose account this is. Of their glucose nothing is told here."""
        user = fields.mapping(_data(await self.session.get("/user", name="user")).get("user"))
        if (user_id := fields.text(user.get("id"))) is None:
            raise InvalidAnswerError("the answer does not say whose account it is")
        uom = fields.whole(user.get("uom"))
        return Person(
            patient_id=user_id,
            first_name=fields.text(user.get("firstName")) or "",
            last_name=fields.text(user.get("lastName")) or "",
            unit=None if uom is None else _UNIT.get(uom),
        )

    async def daily_log(self, patient_id: str, *, first: date, now: datetime) -> bytes | None:
        """The page of the Daily Log report from the person's day `first` on; None without any device's data.

        Raises ReportFailedError when the report cannot be made, or takes too long.
        """
        settings = _data(await self.session.get("/reportSettings", name="report settings"))
        sources = sorted(_sources(settings), key=lambda source: source.days_since_data)
        if not sources:
            return None
        body = _order(patient_id, sources, first, now)
        answer = _data(await self.session.post("/reports", body, name="report order"))
        channel = await self.session.get_from(_address(answer.get("url")), name="report channel")
        page = await self._finished(_address(_data(channel).get("lp")))
        return await self.session.page_from(page, name="report")

    async def _finished(self, long_poll: str) -> str:
        """The address of the finished report."""
        pause, unheard = _FIRST_PAUSE, 0
        for _ in range(_MOST_QUESTIONS):
            try:
                told = await self.session.get_from(long_poll, name="report progress")
            except (NoAnswerError, ServerTroubleError, InvalidAnswerError) as err:
                # A long poll may well end without an answer, in any of these ways.
                unheard += 1
                if unheard == _MOST_UNHEARD or isinstance(err, RequestRefusedError):
                    raise
            else:
                unheard = 0
                if page := _page(fields.mapping(told.get("args")).get("urls")):
                    return page
                if _FAILURE.search(fields.text(told.get("operation")) or ""):
                    raise ReportFailedError("the cloud failed to make the report")
            await self._pause(pause)
            pause = min(pause * _PAUSE_FACTOR, _LONGEST_PAUSE)
        raise ReportFailedError("the cloud did not finish the report in time")


def _data(answer: fields.Json) -> fields.Json:
    status = fields.whole(answer.get("status"))
    if status not in (_OK, None):
        if fields.text(fields.mapping(answer.get("error")).get("message")) == "couldNotLoadPatient":
            raise PersonNotLoadableError("the cloud does not load this person")
        raise InvalidAnswerError(f"the cloud answered with status {status}")
    return fields.mapping(answer.get("data"))


def _address(value: object) -> str:
    if (url := fields.text(value)) is None:
        raise InvalidAnswerError("the cloud does not say where the report is made")
    return url


def _page(urls: object) -> str | None:
    """The Daily Log's address in `urls`: a map, or an array that may be sparse. Older keys differ."""
    if isinstance(urls, list):
        named = [fields.text(url) for url in urls]
        wanted = named[_DAILY_LOG] if len(named) > _DAILY_LOG else None
    else:
        by_key = fields.mapping(urls)
        named = [fields.text(url) for url in by_key.values()]
        wanted = fields.text(by_key.get(str(_DAILY_LOG)))
    return wanted or next(filter(None, named), None)


def _sources(settings: fields.Json) -> list[_Source]:
    """The devices in the report settings that have data."""
    sources = []
    for key, value in fields.mapping(settings.get("dataSources")).items():
        source = fields.mapping(value)
        days = [day for day in map(fields.whole, fields.items(source.get("daysData"))) if day is not None]
        kind, identity = fields.whole(source.get("type")), fields.text(source.get("id")) or fields.text(key)
        if kind is not None and 0 <= kind <= _LARGEST_KIND and identity and days:
            sources.append(_Source(id=identity, kind=kind, days_since_data=min(days)))
    return sources


def _order(patient_id: str, sources: list[_Source], first: date, now: datetime) -> fields.Json:
    """What is sent to have a Daily Log made; the device with the most recent data comes first."""
    primary, *others = sources
    midnight = datetime.combine(first, time(), UTC)
    return {
        "PrimaryDeviceId": primary.id,
        "PrimaryDeviceTypeId": primary.kind,
        "SecondaryDeviceIds": [source.id for source in others],
        "PrintReportsWithPatientInformation": False,
        "ReportIds": [_REPORT_IDS + primary.kind],
        "ClientReportIDs": [_DAILY_LOG],
        # The start is a wall clock written as if it were UTC. Whether the end is one too is not known, so
        # a day too much is asked for.
        "StartDates": [int(midnight.timestamp())],
        "EndDate": int((now + timedelta(days=1)).timestamp()),
        "PatientId": patient_id,
        "CultureCode": "en-US",
        "GlucoseUnits": _IN_MG_DL,
    }
