"""What an order for a report has to hold (skobkars/lvconnect; the optional fields are other clients')."""

from collections.abc import Callable
from typing import Any, Final

from .refusals import bad_request
from .wire import Json

_REPORT_IDS: Final = 500000
"""The id of a report is this and the type of the primary device."""


def _is_int(value: Any) -> bool:
    return isinstance(value, int) and not isinstance(value, bool)


def _is_number(value: Any) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)


def _is_text(value: Any) -> bool:
    return isinstance(value, str)


def _are_texts(value: Any) -> bool:
    return isinstance(value, list) and all(map(_is_text, value))


_REQUIRED: Final[dict[str, Callable[[Any], bool]]] = {
    "PrimaryDeviceId": _is_text,
    "PrimaryDeviceTypeId": _is_int,
    "SecondaryDeviceIds": _are_texts,
    "PrintReportsWithPatientInformation": lambda value: isinstance(value, bool),
    "ReportIds": lambda value: isinstance(value, list),
    "ClientReportIDs": lambda value: value == [5],
    "StartDates": lambda value: isinstance(value, list) and len(value) == 1 and _is_int(value[0]),
    "EndDate": _is_int,
    "PatientId": _is_text,
    "CultureCode": _is_text,
}
_OPTIONAL: Final[dict[str, Callable[[Any], bool]]] = {
    "TertiaryDeviceIds": _are_texts,
    "ConnectedInsulinDeviceIds": _are_texts,
    "TodayDate": _is_int,
    "ProfessionalId": _is_text,
    "CultureCodeCommunication": _is_text,
    "Country": _is_text,
    "DateFormat": _is_int,
    "TimeFormat": _is_int,
    "GlucoseUnits": lambda value: _is_int(value) and value in (0, 1),
    "HighGlucoseThreshold": _is_number,
    "LowGlucoseThreshold": _is_number,
    "TargetRangeHigh": _is_number,
    "TargetRangeLow": _is_number,
}


def check(body: Json, sources: Json) -> None:
    """Refuse an order that is not whole, or names devices that are not the person's."""
    for name, is_right in _REQUIRED.items():
        if not is_right(body.get(name)):
            raise bad_request(name)
    for name in body.keys() - _REQUIRED.keys():
        if name not in _OPTIONAL or not _OPTIONAL[name](body[name]):
            raise bad_request(name)
    primary = sources.get(body["PrimaryDeviceId"])
    if primary is None:
        raise bad_request("PrimaryDeviceId")
    if body["PrimaryDeviceTypeId"] != primary["type"]:
        raise bad_request("PrimaryDeviceTypeId")
    if body["ReportIds"] != [_REPORT_IDS + primary["type"]]:
        raise bad_request("ReportIds")
    others = body["SecondaryDeviceIds"]
    if len({*others, primary["id"]}) != len(others) + 1 or not sources.keys() >= set(others):
        raise bad_request("SecondaryDeviceIds")
    if body["EndDate"] < body["StartDates"][0]:
        raise bad_request("EndDate")
