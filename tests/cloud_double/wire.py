"""The cloud's answers as JSON, in the shapes that were recorded (see tests/recorded/README.md)."""

from datetime import UTC, date, datetime, time
from functools import cache
import json
from pathlib import Path
from typing import Any
from uuid import uuid5

from . import readings, regions
from .account import Account
from .person import NAMESPACE, LogEntry, Person, Reading, Uom
from .second_factor import no_second_factor

type Json = dict[str, Any]

_RECORDED_CONFIG = (
    Path(__file__).parent.parent
    / "recorded/llu_get_llu_config_country_200_example_1.libreview-unofficial.json"
)
_LONG_AGO = 1700000000
"""Some instant of the past, where it does not matter which."""

_GREEN, _YELLOW, _ORANGE, _RED = 1, 2, 3, 4
_LOW, _VERY_HIGH = 70, 250
_LIBRE_2, _LIBRE_3 = 3, 4
_DEVICE_TYPES = {_LIBRE_2: 40067, _LIBRE_3: 40068}
_READ, _GRAPH_POINT, _ALARM_ONLY, _ALARM_WITH_READING = 1, 0, 2, 3


def us_time(at: datetime) -> str:
    """`M/D/YYYY h:mm:ss AM` without padding, whatever the language of the account."""
    half = "AM" if at.hour < 12 else "PM"
    return f"{at.month}/{at.day}/{at.year} {at.hour % 12 or 12}:{at.minute:02}:{at.second:02} {half}"


def glucose_value(mg_dl: int, uom: Uom) -> float:
    """The value in a unit, as Abbott rounds it: mg/dL ÷ 18 to one decimal, in all recorded pairs.

    Whole values have no point, as in the recordings.
    """
    if uom is Uom.MG_DL:
        return mg_dl
    value = round(mg_dl / 18, 1)
    return int(value) if value.is_integer() else value


def measurement(person: Person, reading: Reading, uom: Uom, kind: int = _READ) -> Json:
    """A reading; the graph's points (type 0) have no trend."""
    trend = {} if kind == _GRAPH_POINT else {"TrendArrow": reading.trend, "TrendMessage": None}
    return {
        **_times(person, reading.at),
        "type": kind,
        "ValueInMgPerDl": reading.mg_dl,
        **trend,
        "MeasurementColor": _colour(person, reading.mg_dl),
        "GlucoseUnits": int(uom),
        "Value": glucose_value(reading.mg_dl, uom),
        "isHigh": reading.is_high,
        "isLow": reading.is_low,
    }


def log_entry(person: Person, entry: LogEntry, uom: Uom) -> Json:
    """A line of the logbook."""
    if entry.reading is None:
        return {**_times(person, entry.at), "type": _ALARM_ONLY, "alarmType": int(entry.alarm)}
    return measurement(person, entry.reading, uom, _ALARM_WITH_READING) | {"alarmType": int(entry.alarm)}


def connection(account: Account, person: Person, now: datetime) -> Json:
    """The link from an account to a person, with the newest reading."""
    uom = unit(account, person)
    latest = readings.latest(person, now)
    newest = None if latest is None else measurement(person, latest, uom)
    return {
        "id": account.connection_id(person),
        "patientId": person.patient_id,
        "country": person.country,
        "status": 2,
        "firstName": person.first_name,
        "lastName": person.last_name,
        "targetLow": person.target_low,
        "targetHigh": person.target_high,
        "uom": int(uom),
        "sensor": sensor(person),
        "alarmRules": alarm_rules(person),
        "glucoseMeasurement": newest,
        "glucoseItem": None if newest is None else dict(newest),
        "glucoseAlarm": person.glucose_alarm,
        "patientDevice": device(person),
        "created": _LONG_AGO,
    }


def graph(account: Account, person: Person, now: datetime) -> Json:
    """The connection, its sensors and the curve of the last hours."""
    worn = sensor(person)
    phone = device(person)
    uom = unit(account, person)
    return {
        "connection": connection(account, person, now),
        "activeSensors": []
        if worn is None
        else [{"sensor": worn | {"deviceId": phone["did"]}, "device": phone}],
        "graphData": [measurement(person, point, uom, _GRAPH_POINT) for point in readings.graph(person, now)],
    }


def logbook(account: Account, person: Person, now: datetime) -> list[Json]:
    """The alarms of two weeks, newest first."""
    return [log_entry(person, entry, unit(account, person)) for entry in readings.logbook(person, now)]


def notification_settings(account: Account, person: Person) -> Json:
    """What the follower is told of."""
    return {
        "connectionId": account.connection_id(person),
        "alarmRules": alarm_rules(person),
        "std": {},
        "patientDevice": device(person),
    }


def unit(account: Account, person: Person) -> Uom:
    """The unit a person's values are given in: the follower's, unless the person insists."""
    return account.uom if person.uom is None else person.uom


def sensor(person: Person) -> Json | None:
    """The sensor on the arm."""
    if person.sensor is None:
        return None
    activated = int(person.sensor.activated.timestamp()) if person.sensor.activated else _LONG_AGO
    return {
        "deviceId": "",
        "sn": person.sensor.serial,
        "a": activated,
        "w": int(person.sensor.warm_up.total_seconds() // 60),
        "pt": person.sensor.product,
        "s": True,
        "lj": False,
    }


def device(person: Person) -> Json:
    """The person's phone."""
    product = _LIBRE_3 if person.sensor is None else person.sensor.product
    return {
        "did": str(uuid5(NAMESPACE, f"phone {person.patient_id}")),
        "dtid": _DEVICE_TYPES.get(product, 40066),
        "v": "3.6.0.8000",
        "l": True,
        "ll": person.alarm_low,
        "h": True,
        "hl": person.alarm_high,
        "u": _LONG_AGO,
        "fixedLowAlarmValues": {"mgdl": 60, "mmoll": 3.3},
        "alarms": False,
        "fixedLowThreshold": 0,
    }


def alarm_rules(person: Person) -> Json:
    """Thresholds in both units, snooze in minutes."""
    return {
        "c": True,
        "h": {"on": True, **_threshold(person.alarm_high), "d": 1440, "f": 0.1},
        "f": {"th": 55, "thmm": 3, "d": 30, "tl": 10, "tlmm": 0.6},
        "l": {"on": True, **_threshold(person.alarm_low), "d": 1440, "tl": 10, "tlmm": 0.6},
        "nd": {"on": True, "i": 20, "r": 5, "l": 6},
        "p": 5,
        "r": 5,
        "std": {},
    }


def account(owner: Account, now: datetime) -> Json:
    """The user as `GET /account` tells of them."""
    return {
        "id": owner.user_id,
        "firstName": owner.first_name,
        "lastName": owner.last_name,
        "email": owner.email,
        "country": owner.country,
        "uiLanguage": owner.language,
        "communicationLanguage": owner.language,
        **_account_type(owner),
        "uom": str(int(owner.uom)),
        "dateFormat": "2",
        "timeFormat": "2",
        "emailDay": [1],
        "system": {
            "messages": {
                "firstUsePhoenix": _LONG_AGO,
                "firstUsePhoenixReportsDataMerged": _LONG_AGO,
                "lluAnalyticsNewAccount": _LONG_AGO,
                "lluGettingStartedBanner": _LONG_AGO,
                "lluNewFeatureModal": _LONG_AGO,
                "lluOnboarding": _LONG_AGO,
                "lvWebPostRelease": "3.7.22",
            }
        },
        "details": {},
        "twoFactor": no_second_factor() if owner.second_factor is None else owner.second_factor.contact(),
        "created": _LONG_AGO,
        "lastLogin": int(now.timestamp()),
        **({} if owner.professional else {"dateOfBirth": epoch_of_day(owner.born)}),
    }


def user(owner: Account, now: datetime) -> Json:
    """The user as a sign-in tells of them: some fields more than `GET /account`."""
    phone = str(uuid5(NAMESPACE, f"phone {owner.user_id}"))
    upload = {
        "id": phone,
        "nickname": "",
        "sn": str(uuid5(NAMESPACE, f"serial {owner.user_id}")),
        "type": 40068,
        "uploadDate": 0,
    }
    evidence = {"policyAccept": _LONG_AGO, "touAccept": 0, "history": [{"policyAccept": _LONG_AGO}]}
    return account(owner, now) | {
        "programs": {},
        "practices": {},
        "devices": {phone: upload},
        "consents": {
            "llu": {"policyAccept": _LONG_AGO, "touAccept": _LONG_AGO},
            "realWorldEvidence": evidence,
        },
    }


def signed_in(owner: Account, ticket: Json, now: datetime, device: str = "") -> Json:
    """The whole success of a sign-in; `device` is what spares the client the second factor next time."""
    return {
        "user": user(owner, now),
        "messages": {"unread": 0},
        "notifications": {"unresolved": 0},
        "authTicket": ticket,
        "invitations": owner.invitations,
        "trustedDeviceToken": device,
    }


def step_due(owner: Account, step: Json, ticket: Json) -> Json:
    """A step that must be taken first; the user has no id yet."""
    return {
        "step": step,
        "user": {**_account_type(owner), "country": owner.country, "uiLanguage": owner.language},
        "authTicket": ticket,
    }


def epoch_of_day(day: date) -> int:
    """A day as the seconds of its beginning in UTC."""
    return int(datetime.combine(day, time(), UTC).timestamp())


def _account_type(owner: Account) -> Json:
    return {} if owner.account_type is None else {"accountType": owner.account_type}


def config(country: str, origin: str, minimum_version: str) -> Json:
    """The settings of a country as recorded in 2023, with the hosts of this double.

    What an unserved country is told is not public; the double names the global host.
    """
    region = regions.REGION_OF_COUNTRY.get(country.upper(), regions.GLOBAL)
    hosts = {
        name: {"lslApi": f"{origin}/{name}/", "socketHub": f"{origin}/{name}/poll/"} for name in regions.WORLD
    }
    return _recorded_config() | {
        "lslApi": f"{origin}/{region}/",
        "LSL-ServiceURL": f"{origin}/{region}/lsl/api/",
        "MinVersion": minimum_version,
        "regionalMap": hosts,
    }


@cache
def _recorded_config() -> Json:
    recorded: Json = json.loads(_RECORDED_CONFIG.read_text())["data"]
    return recorded


def _times(person: Person, at: datetime) -> Json:
    return {"FactoryTimestamp": us_time(at), "Timestamp": us_time(person.wall(at))}


def _threshold(mg_dl: int) -> Json:
    return {"th": mg_dl, "thmm": glucose_value(mg_dl, Uom.MMOL_L)}


def _colour(person: Person, mg_dl: int) -> int:
    if mg_dl < _LOW:
        return _RED
    if mg_dl > _VERY_HIGH:
        return _ORANGE
    return _GREEN if person.target_low <= mg_dl <= person.target_high else _YELLOW
