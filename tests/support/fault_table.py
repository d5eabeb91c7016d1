"""What can go wrong at the cloud while an account is followed, and what then is seen of it: the data.

Each row says what happens, what the entities show an hour later, what the person is asked, how many requests
and sign-ins that hour has, and how things come right again once the cloud is well.
"""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import partial
from typing import Any

from aiohttp.abc import ResolveResult
from aiohttp.resolver import AsyncResolver
from freezegun.api import FrozenDateTimeFactory
from homeassistant.core import HomeAssistant
import pytest

from tests.cloud_double import Account, CloudDouble, faults
from tests.cloud_double.faults import Fault, TrueAnswer
from tests.support.prompts import REAUTH
from tests.support.secrets_planted import MG_DL, NEW_PASSWORD

CLOUD_URL = "LIBREVIEW_CLOUD_URL"


@dataclass(frozen=True, slots=True, kw_only=True)
class Scene:
    """Where a fault happens."""

    hass: HomeAssistant
    cloud: CloudDouble
    account: Account
    freezer: FrozenDateTimeFactory
    monkeypatch: pytest.MonkeyPatch

    def heal(self) -> None:
        """Everything outside Home Assistant is well again."""
        self.cloud.heal()
        self.account.steps = []
        self.monkeypatch.setenv(CLOUD_URL, self.cloud.url_template)


type Happening = Callable[[Scene], None]
type Shown = dict[str, str]

WELL: Shown = {
    "sensor.mum_glucose": str(MG_DL),
    "sensor.mum_trend": "stable",
    "sensor.mum_range": "in_range",
    "sensor.mum_change_5_min": "0",
    "sensor.mum_sensor_status": "active",
    "binary_sensor.mum_low_glucose": "off",
    "binary_sensor.mum_no_current_data": "off",
}
AWAY: Shown = {
    "sensor.mum_glucose": "unknown",
    "sensor.mum_trend": "unknown",
    "sensor.mum_range": "unknown",
    "sensor.mum_change_5_min": "unknown",
    "sensor.mum_sensor_status": "signal_lost",
    "binary_sensor.mum_low_glucose": "unknown",
    "binary_sensor.mum_no_current_data": "on",
}
FROM_THE_GRAPH: Shown = {entity: state for entity, state in WELL.items() if "change" not in entity}
"""What the person's curve still tells, which is asked for several times an hour where there is no reading."""
RETURNED: Shown = {entity: state for entity, state in WELL.items() if "change" not in entity}
"""What is well at once; a change needs readings from before as well."""

# Requests for data in an hour, the least and the most.
FULL_PACE = (57, 63)
TROUBLE = (40, 61)
"""One a minute; of what takes long to fail somewhat fewer."""
REFUSED = (6, 8)
"""Doubling from two minutes to a quarter of an hour: after 0, 2, 6, 14, 29 and 44 minutes, or a little later
when a reading is due; after 0, 1½, 4½, 10½, 21¾, 33, 44¼ and 55½ where chance takes a quarter off each."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    """One row."""

    name: str
    happens: Happening
    shown: Shown = field(default_factory=lambda: AWAY)
    prompts: frozenset[str] = frozenset()
    requests: tuple[int, int] = TROUBLE
    """For data in the hour, the least and the most; exact only where nothing more is asked."""
    sign_ins: tuple[int, int] = (0, 0)
    """In the hour, in the same way."""
    complaints: int = 1
    """Lines in the log at error level: one, when it begins."""
    person_cures: bool = False
    """Nothing is asked any more until the person has done their part."""
    looks_again: bool = False
    """Once an hour, all the same: the person may do it at Abbott."""
    hours: float = 1
    """How long it may take at most to come right by itself."""
    is_long: bool = False
    """The cloud says from the start that it will take long, so the person is told at once."""


Answered = partial(Case, requests=FULL_PACE, complaints=0)
"""What is no failure: an answer with something odd in it, or trouble that is over at once."""

SlowedDown = partial(Case, prompts=frozenset({"refused"}), requests=REFUSED)
"""The cloud asks for patience."""


def connections(fault: Fault) -> Happening:
    """The connections are answered so."""
    return lambda scene: scene.cloud.fail_always("connections", fault)


def sign_in(fault: Fault) -> Happening:
    """The ticket is void, and signing in is answered so."""

    def happens(scene: Scene) -> None:
        scene.cloud.revoke_tickets(scene.account)
        scene.cloud.fail_always("login", fault)

    return happens


def edited(edit: Callable[[list[dict[str, Any]]], Any]) -> Happening:
    """The connections hold something else than usual."""

    def happens(scene: Scene) -> None:
        scene.cloud.edit_connections = edit

    return happens


def measurement(**fields: Any) -> Happening:
    """The measurement holds something else than usual."""

    def edit(data: list[dict[str, Any]]) -> list[dict[str, Any]]:
        return [
            person | {"glucoseMeasurement": person["glucoseMeasurement"] | fields, "glucoseItem": None}
            for person in data
        ]

    return edited(edit)


def person(**fields: Any) -> Happening:
    """The connection holds something else than usual."""
    return edited(lambda data: [each | fields for each in data])


def step(kind: str) -> Happening:
    """The next sign-in asks for a step, and one is due."""
    return lambda scene: scene.cloud.change_terms(scene.account, kind)


def slow(scene: Scene) -> None:
    """The cloud takes longer than we wait: time goes by while it thinks."""

    async def thinking(_request: Any, _truth: TrueAnswer) -> Any:
        scene.freezer.tick(11.5)  # aiohttp rounds up to the full second
        await asyncio.Event().wait()

    scene.cloud.fail_always("connections", thinking)


def no_name(scene: Scene) -> None:
    """The name of the host is not found. (The test kit's resolver belongs to no loop, so it is replaced.)"""

    async def resolve(*_: object, **__: object) -> list[ResolveResult]:
        raise OSError(None, "DNS server returned answer with no data")

    scene.monkeypatch.setattr(AsyncResolver, "resolve", resolve)
    scene.monkeypatch.setenv(CLOUD_URL, "http://{region}.nowhere.invalid")


def crowd(data: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """499 others share as well, of whom nobody is followed."""
    return data + [data[0] | {"patientId": f"stranger-{number}"} for number in range(499)]


def nobody_beside(data: list[dict[str, Any]]) -> list[Any]:
    """Entries that do not say whose they are, before the one that does."""
    return [{key: value for key, value in data[0].items() if key != "patientId"}, None, "odd", *data]


CASES = (
    # The account.
    Case(
        name="password changed",
        happens=lambda scene: scene.cloud.change_password(scene.account, NEW_PASSWORD),
        prompts=frozenset({REAUTH}),
        requests=(1, 1),
        sign_ins=(1, 1),
        person_cures=True,
    ),
    *(
        Case(
            name=f"step {kind}",
            happens=step(kind),
            prompts=frozenset({key}),
            requests=(1, 1),
            sign_ins=(1, 1),
            person_cures=True,
            looks_again=kind != "passwordExpired",
        )
        for kind, key in (
            ("tou", "terms"),
            ("pp", "privacy_policy"),
            ("verifyEmail", "verify_email"),
            ("passwordExpired", "password_expired"),
            ("somethingNew", "unknown_step"),
        )
    ),
    Answered(
        name="401 once",
        happens=lambda scene: scene.cloud.revoke_tickets(scene.account),
        shown=WELL,
        sign_ins=(1, 1),
    ),
    Answered(
        name="MissingCachedUser once",
        happens=lambda scene: scene.cloud.forget_user(scene.account),
        shown=WELL,
        sign_ins=(1, 1),
    ),
    Case(
        name="401 for ever",
        happens=connections(faults.ticket_invalid()),
        requests=(5, 14),
        sign_ins=(4, 7),
        hours=2,
    ),
    # Signing in.
    Case(name="locked", happens=sign_in(faults.locked()), requests=(1, 1), sign_ins=(4, 4)),
    SlowedDown(
        name="430 at sign-in",
        happens=sign_in(faults.rate_limited(code=430)),
        requests=(1, 1),
        sign_ins=(4, 4),
    ),
    SlowedDown(
        name="430 at sign-in with Retry-After",
        happens=sign_in(faults.rate_limited(1800, code=430)),
        requests=(1, 1),
        sign_ins=(2, 2),
        is_long=True,
    ),
    Case(
        name="476 at sign-in",
        happens=sign_in(faults.cloudflare_ban()),
        prompts=frozenset({"blocked"}),
        requests=(1, 1),
        sign_ins=(1, 1),
        hours=18,
        is_long=True,
    ),
    Case(name="500 at sign-in", happens=sign_in(faults.status(500)), requests=(1, 1), sign_ins=(4, 4)),
    Case(
        name="redirect loop",
        happens=sign_in(faults.redirect_loop()),
        prompts=frozenset({"redirect_refused"}),
        requests=(1, 1),
        sign_ins=(4, 4),
    ),
    Case(
        name="redirect to a foreign host",
        happens=sign_in(faults.redirect("evil.example/")),
        prompts=frozenset({"redirect_refused"}),
        requests=(1, 1),
        sign_ins=(4, 4),
    ),
    Case(
        name="HTTP redirect at sign-in",
        happens=sign_in(faults.http_redirect("https://evil.example/")),
        prompts=frozenset({"redirect_refused"}),
        requests=(1, 1),
        sign_ins=(4, 4),
    ),
    # Being turned away.
    SlowedDown(name="429", happens=connections(faults.rate_limited())),
    SlowedDown(
        name="429 for half an hour",
        happens=connections(faults.rate_limited(1800)),
        requests=(2, 2),
        is_long=True,
    ),
    SlowedDown(name="430", happens=connections(faults.rate_limited(code=430))),
    SlowedDown(
        name="430 for an hour",
        happens=connections(faults.rate_limited(3600, code=430)),
        requests=(1, 1),
        is_long=True,
    ),
    Case(
        name="Cloudflare's page",
        happens=connections(faults.cloudflare_block()),
        prompts=frozenset({"blocked"}),
        requests=REFUSED,
    ),
    Case(
        name="476",
        happens=connections(faults.cloudflare_ban()),
        prompts=frozenset({"blocked"}),
        requests=(1, 1),
        hours=18.5,
        is_long=True,
    ),
    Case(
        name="HTTP redirect",
        happens=connections(faults.http_redirect("https://evil.example/")),
        prompts=frozenset({"redirect_refused"}),
        requests=REFUSED,
    ),
    Answered(
        name="920 with a version",
        happens=lambda scene: setattr(scene.cloud, "minimum_version", "4.17.0"),
        shown=WELL,
    ),
    Case(
        name="920 without a version",
        happens=connections(faults.version_refused(None)),
        prompts=frozenset({"client_refused"}),
        requests=REFUSED,
    ),
    Case(
        name="920 with version 5",
        happens=connections(faults.version_refused("5.0.0")),
        prompts=frozenset({"protocol_ended"}),
        requests=(1, 1),
        person_cures=True,
    ),
    # Trouble at the other end, or in between.
    Case(name="500", happens=connections(faults.status(500))),
    Case(name="502", happens=connections(faults.status(502, "<html>Bad gateway</html>"))),
    Case(name="911", happens=connections(faults.maintenance())),
    Case(name="truncated JSON", happens=connections(faults.truncated())),
    Case(name="HTML with 200", happens=connections(faults.html())),
    Case(name="empty body", happens=connections(faults.empty())),
    Case(name="20 MB", happens=connections(faults.huge())),
    Case(name="slow answer", happens=slow),
    # aiohttp itself asks a second time when a kept connection breaks at once.
    Case(name="dropped connection", happens=connections(faults.dropped()), requests=(40, 122)),
    Case(name="dropped in the midst", happens=connections(faults.dropped(after=100))),
    Case(name="DNS failure", happens=no_name, requests=(0, 0)),
    # Odd data.
    Answered(
        name="connections null",
        happens=edited(lambda _: None),
        prompts=frozenset({"person_gone"}),
    ),
    Answered(
        name="connections empty",
        happens=edited(lambda _: []),
        prompts=frozenset({"person_gone"}),
    ),
    Case(name="connections not a list", happens=edited(lambda _: {"odd": True})),
    Answered(
        name="our person without id",
        happens=person(patientId=None),
        prompts=frozenset({"person_gone"}),
    ),
    Answered(
        name="others without id",
        happens=edited(nobody_beside),
        shown=WELL,
    ),
    Answered(
        name="null reading",
        happens=person(glucoseMeasurement=None, glucoseItem=None),
        shown=FROM_THE_GRAPH,
    ),
    Answered(
        name="null sensor",
        happens=person(sensor=None),
        shown=WELL | {"sensor.mum_sensor_expires": "unknown"},
    ),
    Answered(
        name="odd trend",
        happens=measurement(TrendArrow="sideways"),
        shown=WELL | {"sensor.mum_trend": "unknown"},
    ),
    Answered(
        name="odd time",
        happens=measurement(FactoryTimestamp="13/32/2026 25:61:00 XM"),
        shown=FROM_THE_GRAPH,
    ),
    Answered(
        name="value as text",
        happens=measurement(ValueInMgPerDl=str(MG_DL)),
        shown=WELL,
    ),
    Answered(
        name="500 persons",
        happens=edited(crowd),
        shown=WELL,
        prompts=frozenset({"person_new"}),
    ),
)
