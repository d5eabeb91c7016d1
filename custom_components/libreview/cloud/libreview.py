"""LibreView, the service in which people keep their own data: the owner, and the Daily Log report.

The report is the source of the diary. No part of it is documented; what is known
comes from public clients, skobkars/lvconnect before all.
"""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from operator import itemgetter
import re
from typing import Final
from urllib.parse import quote

from ..models import AccountKind, Connection
from . import fields
from .account_kind import find_account_kind
from .answers import check_status, parse_unit
from .errors import (
    InvalidAnswerError,
    PersonNotLoadableError,
    ReportFailedError,
    RequestRejectedError,
    ServerTroubleError,
    UnreachableError,
)
from .session import Session

_DAILY_LOG: Final = 5
"""The number of the report among all that LibreView makes."""
_REPORT_IDS: Final = 500000
"""The id of a report is this and the type of the device that it is made for (skobkars/lvconnect)."""
_IN_MG_DL: Final = 1
_FIRST_PAUSE, _PAUSE_FACTOR, _LONGEST_PAUSE = 2.0, 1.5, 30.0
"""Seconds between two questions whether the report is ready; the first two as in skobkars/lvconnect."""
_MOST_POLLS: Final = 20
"""Questions whether a report is ready: some eight minutes, within which every report known was ready."""
_MOST_UNANSWERED: Final = 4
"""Polls in a row without an answer after which the error of the last one is raised."""
_FAILURE: Final = re.compile("error|fail|cancel|abort", re.IGNORECASE)
_ADDRESS: Final = re.compile("https?://")
_MAX_DEVICE_TYPE: Final = 99_999
"""Greater numbers are no type; those known have five digits."""


@dataclass(frozen=True, slots=True, kw_only=True)
class _ReportingDevice:
    """A device that data of the person came from."""

    id: str
    device_type: int
    days_since_data: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Owner:
    """Whose account it is."""

    person: Connection = field(repr=False)
    kind: AccountKind | None
    """None where the cloud does not say so."""


class LibreView:
    """The requests to LibreView. Every method raises CloudError."""

    def __init__(self, session: Session, pause: Callable[[float], Awaitable[None]] = asyncio.sleep) -> None:
        """Send the requests through this session; `pause` waits so many seconds."""
        self.session = session
        self._pause = pause

    async def person(self) -> Connection:
        """Return the person whose account this is, without any glucose."""
        return (await self.owner()).person

    async def owner(self) -> Owner:
        """Return whose account this is, and of which kind."""
        user = fields.mapping(_get_data(await self.session.get("/user", name="user")).get("user"))
        if (user_id := fields.text(user.get("id"))) is None:
            raise InvalidAnswerError("the answer does not say whose account it is")
        person = Connection(
            patient_id=user_id,
            first_name=fields.text(user.get("firstName")) or "",
            last_name=fields.text(user.get("lastName")) or "",
            unit=parse_unit(user.get("uom")),
        )
        return Owner(person=person, kind=find_account_kind(user, self.session.state.ticket))

    async def daily_log(
        self, patient_id: str, *, first: date, now: datetime, is_of_patient: bool = False
    ) -> bytes | None:
        """Return the page of the Daily Log from the person's day `first` on; None if no device has data.

        `is_of_patient` says that the person is a patient of this login's practice, not its owner. Raise
        ReportFailedError when the report cannot be made, or takes too long, and PersonNotLoadableError.
        """
        prefix = await self._open_patient(patient_id) if is_of_patient else ""
        settings = _get_data(await self.session.get(f"{prefix}/reportSettings", name="report settings"))
        devices = sorted(_parse_devices(settings), key=lambda device: device.days_since_data)
        if not devices:
            return None
        body = _report_order(patient_id, devices, first, now)
        if is_of_patient:
            body = {**body, "ProfessionalId": self.session.state.user_id}
        answer = _get_data(await self.session.post("/reports", body, name="report order"))
        channel = await self.session.get_from(_parse_address(answer.get("url")), name="report channel")
        url = await self._wait_for_report(_parse_address(_get_data(channel).get("lp")))
        return await self.session.page_from(url, name="report")

    async def _open_patient(self, patient_id: str) -> str:
        """Ask for a patient, and return with what the paths of requests about them begin.

        Raise PersonNotLoadableError for nobody's patient, which may be said in several ways, and
        InvalidAnswerError where the answer is about somebody else.
        """
        path = f"/patients/{quote(patient_id, safe='')}"
        try:
            data = _get_data(await self.session.get(path, name="patient"))
        except RequestRejectedError as err:
            raise PersonNotLoadableError("the cloud does not load this patient") from err
        if not data.get("patient"):
            raise PersonNotLoadableError("the cloud tells nothing of this patient")
        patient = fields.mapping(data.get("patient"))
        told = set(filter(None, (fields.text(patient.get(key)) for key in ("id", "patientId"))))
        if told and patient_id.casefold() not in map(str.casefold, told):
            raise InvalidAnswerError("the answer is about another patient")
        return path

    async def _wait_for_report(self, long_poll: str) -> str:
        """Return the address of the finished report. Raise ReportFailedError."""
        pause, unanswered = _FIRST_PAUSE, 0
        for _ in range(_MOST_POLLS):
            try:
                progress = await self.session.get_from(long_poll, name="report progress")
            except (UnreachableError, ServerTroubleError, InvalidAnswerError) as err:
                # A long poll may well end without an answer, in any of these ways.
                unanswered += 1
                if unanswered == _MOST_UNANSWERED or isinstance(err, RequestRejectedError):
                    raise
            else:
                unanswered = 0
                if url := _find_report_url(fields.mapping(progress.get("args")).get("urls")):
                    return url
                if _FAILURE.search(fields.text(progress.get("operation")) or ""):
                    raise ReportFailedError("the cloud failed to make the report")
            await self._pause(pause)
            pause = min(pause * _PAUSE_FACTOR, _LONGEST_PAUSE)
        raise ReportFailedError("the cloud did not finish the report in time")


def _get_data(answer: fields.JsonMapping) -> fields.JsonMapping:
    """Return the object under `data`. Raise InvalidAnswerError or PersonNotLoadableError."""
    check_status(answer)
    return fields.mapping(answer.get("data"))


def _parse_address(value: object) -> str:
    """Return an address as text. Raise InvalidAnswerError where there is none."""
    if (url := fields.text(value)) is None:
        raise InvalidAnswerError("the cloud does not say where the report is made")
    return url


def _find_report_url(urls: object) -> str | None:
    """Return the Daily Log's address in `urls`, any other one where none is said to be its.

    It is a map or an array, which may be sparse, of addresses or of objects with them. Older keys differ.
    """
    named = list(urls.items()) if isinstance(urls, dict) else list(enumerate(fields.items(urls)))
    addresses = [
        (_DAILY_LOG in (fields.whole(key), *_numbers_in(value)), url)
        for key, value in named
        if (url := _find_address(value)) is not None
    ]
    return max(addresses, key=itemgetter(0), default=(False, None))[1]


def _find_address(value: object) -> str | None:
    """Return the address that a value is, or that an object holds."""
    if not isinstance(value, dict):
        return fields.text(value)
    return next((text for text in map(fields.text, value.values()) if text and _ADDRESS.match(text)), None)


def _numbers_in(value: object) -> list[int | None]:
    """Return the numbers in an object, of which one may be that of the report."""
    return [fields.whole(number) for number in fields.mapping(value).values()]


def _parse_devices(settings: fields.JsonMapping) -> list[_ReportingDevice]:
    """Return the devices in the report settings that have data."""
    devices = []
    for key, value in fields.mapping(settings.get("dataSources")).items():
        source = fields.mapping(value)
        days = [day for day in map(fields.whole, fields.items(source.get("daysData"))) if day is not None]
        number, identity = fields.whole(source.get("type")), fields.text(source.get("id")) or fields.text(key)
        if number is not None and 0 <= number <= _MAX_DEVICE_TYPE and identity and days:
            devices.append(_ReportingDevice(id=identity, device_type=number, days_since_data=min(days)))
    return devices


def _report_order(
    patient_id: str, devices: list[_ReportingDevice], first: date, now: datetime
) -> fields.JsonMapping:
    """Return what is sent to have a Daily Log made. The device with the most recent data stands first."""
    primary, *others = devices
    midnight = datetime.combine(first, time(), UTC)
    return {
        "PrimaryDeviceId": primary.id,
        "PrimaryDeviceTypeId": primary.device_type,
        "SecondaryDeviceIds": [device.id for device in others],
        "PrintReportsWithPatientInformation": False,
        "ReportIds": [_REPORT_IDS + primary.device_type],
        "ClientReportIDs": [_DAILY_LOG],
        # The start is a wall clock written as if it were UTC. Whether the end is one too is not known, so
        # a day more is ordered.
        "StartDates": [int(midnight.timestamp())],
        "EndDate": int((now + timedelta(days=1)).timestamp()),
        "PatientId": patient_id,
        "CultureCode": "en-US",
        "GlucoseUnits": _IN_MG_DL,
    }
