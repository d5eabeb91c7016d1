"""What is mutated: recorded answers brought to the present, reports and exports of the double."""

from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from functools import cache
import json
from pathlib import Path
import re
from typing import Any, Final

from custom_components.libreview.cloud.csv.headings import LANGUAGES
from custom_components.libreview.models import GlucoseUnit
from tests.support.csv_exports import DAY_FIRST, MONTH_FIRST, Style, curve, diary, export
from tests.support.report_pages import SPELLINGS, report_of

NOW: Final = datetime(2026, 6, 1, 12, tzinfo=UTC)
"""The present of the fuzz: the day of the reports."""
_RECORDED: Final = Path(__file__).parent.parent / "recorded"
_TIME: Final = re.compile(r'("FactoryTimestamp": *|"Timestamp": *)"(\d[^"]*[AP]M)"')
_FORM: Final = "%m/%d/%Y %I:%M:%S %p"
_AGE: Final = timedelta(minutes=1)
_POINTS: Final = 6


@cache
def recorded(name: str) -> str:
    """Return a recorded answer as JSON, its newest measurement a minute old, of long lists the last few."""
    text = json.dumps(_shorten(json.loads((_RECORDED / f"{name}.json").read_text(encoding="utf-8"))))
    factory = [_read(match[2]) for match in _TIME.finditer(text) if match[1].startswith('"F')]
    if not factory:
        return text
    later = NOW.replace(tzinfo=None) - _AGE - max(factory)
    return _TIME.sub(lambda match: f'{match[1]}"{(_read(match[2]) + later).strftime(_FORM)}"', text)


def _read(text: str) -> datetime:
    return datetime.strptime(text, _FORM)  # noqa: DTZ007  UTC, or the phone's clock.


def _shorten(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _shorten(inner) for key, inner in value.items()}
    return [_shorten(inner) for inner in value[-_POINTS:]] if isinstance(value, list) else value


CONNECTIONS: Final = ("llu_connections.nightscout-librelink-up",)
GRAPHS: Final = (
    "llu_graph.nightscout-librelink-up",
    "llu_get_llu_connections_patientid_graph_200_example_1.libreview-unofficial",
)
LOGBOOKS: Final = ("llu_get_llu_connections_patientid_logbook_200_example_1.libreview-unofficial",)
SIGN_INS: Final = (
    "llu_login.nightscout-librelink-up",
    "llu_login-failed.nightscout-librelink-up",
    "llu_login_911",
    "llu_login_bad_password_newer",
    "llu_login_locked.diable",
    "llu_response_loginredirect_example_1.libreview-unofficial",
    "llu_response_loginterms_example_1.libreview-unofficial",
    "web_login_2fa_step.libreviewapi-issue5.partial",
)
REFUSALS: Final = (
    "llu_connections_min_version.920",
    "llu_invalid_jwt.401",
    "llu_missing_cached_user",
    "llu_required_header_missing.400",
    "web_product_mismatch.400",
    "web_failed_to_load_history",
)
CONFIGURATION: Final = "llu_get_llu_config_country_200_example_1.libreview-unofficial"
USER: Final = "llu_response_user_example_1.libreview-unofficial"

SETTINGS: Final = json.dumps(
    {
        "status": 0,
        "data": {"dataSources": {"phone": {"id": "phone", "type": 40066, "daysData": [0, 1, 2]}}},
        "ticket": {"token": "renewed", "expires": 4102444800, "duration": 7200},
    }
)
ORDER: Final = json.dumps({"status": 0, "data": {"url": "https://hub-eu.libreview.io/channels/1"}})
CHANNEL: Final = json.dumps(
    {"data": {"lp": "https://hub-eu.libreview.io/poll/1", "ws": "wss://hub-eu.libreview.io"}}
)
PROGRESS: Final = json.dumps(
    {"operation": "update", "args": {"urls": {"5": "https://hub-eu.libreview.io/5"}}}
)


@cache
def reports() -> tuple[str, ...]:
    """Return a report with the same diary in every spelling, and few readings."""
    return tuple(
        json.dumps(report_of(_with_few_readings(spell()), GlucoseUnits=1)) for spell in SPELLINGS.values()
    )


def _with_few_readings(day: dict[str, Any]) -> dict[str, Any]:
    return day | {"Glucose": [segment[36:60] for segment in day["Glucose"]]}


@cache
def exports() -> tuple[str, ...]:
    """Return exports in some languages, units and dialects."""
    return tuple(
        export([*curve(style.unit, 12), *diary()], style).decode(style.encoding) for style in _styles()
    ) + tuple(_head(path) for path in sorted(_RECORDED.glob("*.csv")))


def _head(path: Path) -> str:
    return "\n".join(path.read_text(encoding="utf-8").splitlines()[:40])


def _styles() -> Iterable[Style]:
    for language in sorted(LANGUAGES)[:4]:
        yield Style(language=language)
    yield Style(unit=GlucoseUnit.MMOL_L, decimal=",", separator=";")
    yield Style(time=MONTH_FIRST, quotes_all=True, is_practice=True)
    yield Style(time=DAY_FIRST, separator="\t", newline="\r\n")
