"""The parsers that are fuzzed: what each is given, how the integration reads it, and what of that is absurd.

Reading yields sentences on what is absurd; an undocumented error gets out.
"""

from collections.abc import Callable, Coroutine, Iterator, Sequence
from datetime import timedelta
from random import Random
from typing import Any, Final, NamedTuple, override
from zoneinfo import ZoneInfo

from custom_components.libreview.backoff import Backoff, FailureKind
from custom_components.libreview.cloud import fields
from custom_components.libreview.cloud.answer_errors import parse_answer
from custom_components.libreview.cloud.answer_shapes import AnswerShapes
from custom_components.libreview.cloud.csv.export import parse_csv
from custom_components.libreview.cloud.csv.problems import NotAnExportError
from custom_components.libreview.cloud.errors import CloudError, InvalidAnswerError, StepRequiredError
from custom_components.libreview.cloud.librelinkup import LibreLinkUp
from custom_components.libreview.cloud.libreview import LibreView
from custom_components.libreview.cloud.report.amounts import Amount, parse_amount
from custom_components.libreview.cloud.report.times import parse_instant
from custom_components.libreview.cloud.services import LIBRELINKUP, LIBREVIEW, Service
from custom_components.libreview.cloud.session import Session
from custom_components.libreview.cloud.session_state import (
    CodeTarget,
    Credentials,
    SessionState,
    Step,
    Ticket,
)
from custom_components.libreview.cloud.transport import CloudClock, Request, Transport
from custom_components.libreview.diary.report import read_report, select_recent
from custom_components.libreview.failures.problems import to_problem
from custom_components.libreview.history.resolved_export import resolve_export
from custom_components.libreview.live import live_data
from custom_components.libreview.live.logbook_schedule import find_alarms
from custom_components.libreview.models import HIGHEST_MG_DL, LOWEST_MG_DL, MAX_AMOUNT, Connection, Reading
from custom_components.libreview.person.settings import PersonSettings
from custom_components.libreview.person.snapshot import Diary, Live, Snapshot

from . import answers
from .answers import NOW, recorded
from .mutations import mutate_json, mutate_text, odd
from .shown import absurd_entries, absurdities

type Absurd = Iterator[str]


class Parser(NamedTuple):
    """A parser: how many of a hundred inputs it gets, what makes one, and what reads it."""

    share: int
    make: Callable[[Random], Sequence[Any]]
    read: Callable[..., Absurd]


_ZONE: Final = ZoneInfo("Europe/Berlin")
_SETTINGS: Final = PersonSettings()
_BEFORE: Final = Reading(at=NOW - timedelta(minutes=2), mg_dl=111)
_SIGNED_IN: Final = SessionState(region="eu", ticket=Ticket(token="ticket"), user_id="user")
_CREDENTIALS: Final = Credentials(email="me@example.com", password="secret")
_STATUSES: Final = (200, 200, 200, 301, 302, 400, 401, 403, 404, 429, 430, 476, 500, 503, 911, 999)
_LEAST_OF_EXPORTS, _MOST_OF_EXPORTS = 20, 600
"""A reader's strips measure farther than a sensor does."""
_SELDOM, _OFTEN = 0.1, 0.4


class _Script(Transport):
    """A transport that answers with what it was given, in this order."""

    def __init__(self, service: Service, *raw: bytes) -> None:
        self.service = service
        self.shapes = AnswerShapes()
        self.clock = CloudClock()
        self._raw = list(raw)

    @override
    async def _send(
        self, request: Request, version: str, *, accept: str, largest: int
    ) -> tuple[int, dict[str, str], bytes]:
        raw = self._raw.pop(0) if self._raw else b"{}"
        if len(raw) > largest:
            raise InvalidAnswerError("too large")
        return 200, {}, raw


def _session(service: Service, state: SessionState, *raw: str) -> Session:
    return Session(_Script(service, *(text.encode(errors="replace") for text in raw)), _CREDENTIALS, state)


def _run[T](coroutine: Coroutine[Any, Any, T]) -> T:
    """Run what waits for nothing."""
    try:
        coroutine.send(None)
    except StopIteration as end:
        result: T = end.value
        return result
    raise RuntimeError("it waits")


def _check_error(err: CloudError) -> None:
    """Let an error come to what people are told, and to the time until the next request."""
    problem = to_problem(err)
    Backoff(Random(0)).failed(FailureKind.REFUSAL, problem.retry_after)
    if isinstance(err, StepRequiredError):
        repr(err.step)


def _asked[T](coroutine: Coroutine[Any, Any, T]) -> T | None:
    try:
        return _run(coroutine)
    except CloudError as err:
        _check_error(err)
        return None


def _snapshot(live: Live | None, **more: Any) -> Snapshot:
    return Snapshot(live=live, settings=_SETTINGS, time_zone=_ZONE, now=NOW, **more)


def _mutated(*names: str) -> Callable[[Random], Sequence[str]]:
    """Return what makes an input of one of these recordings."""
    return lambda dice: (mutate_json(recorded(dice.choice(names)), dice),)


def _connections(text: str) -> Absurd:
    """All persons with their newest reading, after a poll that told of an older one."""
    for connection in _asked(LibreLinkUp(_session(LIBRELINKUP, _SIGNED_IN, text)).connections()) or ():
        for before in (None, Live(person=connection, readings=(_BEFORE,))):
            snapshot = _snapshot(live_data.with_newest(before, connection))
            yield from absurdities(snapshot)
            current, measured = snapshot.current, connection.measured_at
            if current is not None and measured is not None and current.at < measured <= NOW:
                yield "a value that is older than what the cloud measured"


def _graph(text: str) -> Absurd:
    """The curve of a person who had one reading."""
    curve = _asked(LibreLinkUp(_session(LIBRELINKUP, _SIGNED_IN, text)).graph("patient"))
    if curve is not None:
        person = curve.person or Connection(patient_id="patient")
        live = Live(person=person, readings=(_BEFORE,))
        readings = live_data.merge_readings(live.readings, live_data.find_missing(live, curve))
        yield from absurdities(_snapshot(Live(person=person, readings=readings)))


def _logbook(text: str) -> Absurd:
    """The alarms of two weeks."""
    entries = _asked(LibreLinkUp(_session(LIBRELINKUP, _SIGNED_IN, text)).logbook("patient"))
    for alarm in find_alarms(entries or (), (_BEFORE,), NOW - timedelta(hours=12), NOW):
        if alarm.mg_dl is not None and not LOWEST_MG_DL <= alarm.mg_dl <= HIGHEST_MG_DL:
            yield f"an alarm at {alarm.mg_dl}"


def _make_sign_in(dice: Random) -> tuple[Service, Sequence[str]]:
    texts = [mutate_json(recorded(dice.choice(answers.SIGN_INS)), dice) for _ in range(2)]
    configuration = mutate_json(recorded(answers.CONFIGURATION), dice)
    return dice.choice((LIBRELINKUP, LIBREVIEW)), [texts[0], configuration, texts[1]]


def _sign_in(service: Service, texts: Sequence[str]) -> Absurd:
    """Signing in to either service, through redirects."""
    session = _session(service, SessionState(), *texts)
    _asked(session.sign_in())
    if session.state.ticket is not None and not session.state.user_id:
        yield "signed in as nobody"


def _make_step(dice: Random) -> tuple[str, Sequence[str]]:
    names = (*answers.SIGN_INS, *answers.REFUSALS)
    texts = [mutate_json(recorded(dice.choice(names)), dice) for _ in range(2)]
    return dice.choice(("accept", "send", "verify")), texts


def _step(what: str, texts: Sequence[str]) -> Absurd:
    """Accepting a document, having a code sent, and entering it."""
    kind = "tou" if what == "accept" else "2faVerify"
    step = Step(kind=kind, region="eu", ticket=Ticket(token="step"))
    target = CodeTarget(is_primary=True, method="email", masked="m***@example.com")
    session = _session(LIBREVIEW, SessionState(), *texts)
    match what:
        case "accept":
            _asked(session.accept(step))
        case "send":
            _asked(session.send_code(step, target))
        case _:
            _asked(session.verify(step, target, "123456"))
    if session.state.ticket is not None and not session.state.user_id:
        yield "signed in as nobody"


def _make_order(dice: Random) -> tuple[Sequence[str]]:
    texts = [answers.SETTINGS, answers.ORDER, answers.CHANNEL, answers.PROGRESS]
    place = dice.randrange(len(texts))
    texts[place] = mutate_json(texts[place], dice)
    return (texts,)


def _order(texts: Sequence[str]) -> Absurd:
    """The way to a report: settings, order, channel, progress."""
    client = LibreView(_session(LIBREVIEW, _SIGNED_IN, *texts, "<html></html>"), _no_pause)
    page = _asked(client.daily_log("user", first=NOW.date(), now=NOW))
    if page is not None and not page.startswith(b"<html>"):
        yield "a page that is none"


async def _no_pause(_seconds: float) -> None:
    """Wait for nothing."""


def _user(text: str) -> Absurd:
    """Whose account it is."""
    person = _asked(LibreView(_session(LIBREVIEW, _SIGNED_IN, text)).person())
    if person is not None and not person.patient_id:
        yield "an account of nobody"


def _make_page(dice: Random) -> tuple[bytes]:
    script = mutate_json(dice.choice(answers.reports()), dice)
    page = f"<html><script>window.Report = {script};</script></html>"
    return ((mutate_text(page, dice) if dice.random() < _SELDOM else page).encode(errors="replace"),)


def _page(page: bytes) -> Absurd:
    """The page of a report, on to the sums of the day."""
    try:
        read = read_report(page, _ZONE, (), NOW)
    except CloudError as err:
        _check_error(err)
        return
    diary = Diary(entries=read.entries, readings=select_recent(read.readings, NOW), read_at=NOW)
    yield from absurd_entries(read.entries)
    for is_known in (True, False):
        yield from absurdities(_snapshot(None, diary=diary, knows_phone_clock=is_known))


def _make_export(dice: Random) -> tuple[bytes]:
    content = mutate_text(dice.choice(answers.exports()), dice)
    encoding = dice.choice(("utf-8", "utf-8", "utf-8-sig", "utf-16", "cp1252", "shift_jis"))
    return (content.encode(encoding, errors="replace"),)


def _export(content: bytes) -> Absurd:
    """A file from LibreView's web, with its preamble and dates, on to instants."""
    try:
        export = parse_csv(content)
    except NotAnExportError:
        return
    if any(not _LEAST_OF_EXPORTS <= value <= _MOST_OF_EXPORTS for value in export.readings.mg_dl):
        yield "a reading that no device can give"
    resolved = resolve_export(export, _ZONE, (), NOW)
    list(resolved.rows())
    yield from absurd_entries(resolved.entries)


def _make_http(dice: Random) -> tuple[int, dict[str, str], bytes]:
    name = dice.choice((*answers.REFUSALS, *answers.SIGN_INS, *answers.CONNECTIONS))
    wait = str(odd(dice)) if dice.random() < _OFTEN else mutate_text("Mon, 01 Jun 2026 12:00:00 GMT", dice)
    raw = mutate_json(recorded(name), dice).encode(errors="replace")
    return dice.choice(_STATUSES), {"Retry-After": wait}, raw


def _http(status: int, headers: dict[str, str], raw: bytes) -> Absurd:
    """Any answer with any status and headers."""
    try:
        parse_answer(status, headers, raw)
    except CloudError as err:
        _check_error(err)
        if err.retry_after is not None and not err.retry_after >= 0:
            yield f"a wait of {err.retry_after} s"


def _make_value(dice: Random) -> tuple[Any]:
    seeds = ("6/1/2026 11:59:40 AM", "2026-06-01T12:00:00Z", "7:30 AM", "45 g", "4,5", "1780315200", "120")
    return (odd(dice) if dice.random() < _OFTEN else mutate_text(dice.choice(seeds), dice),)


def _value(value: Any) -> Absurd:
    """Single values: times, numbers, tickets, amounts."""
    for read in (fields.utc_time, fields.epoch, fields.number, fields.whole, fields.text, Ticket.parse):
        read(value)
    parse_instant(value)
    for kind, most in MAX_AMOUNT.items():
        amount = parse_amount(value, kind)
        if isinstance(amount, Amount) and not 0 < amount.number <= most:
            yield f"an amount of {amount.number}"


PARSERS: Final = {
    "connections": Parser(24, _mutated(*answers.CONNECTIONS), _connections),
    "graph": Parser(14, _mutated(*answers.GRAPHS), _graph),
    "logbook": Parser(10, _mutated(*answers.LOGBOOKS), _logbook),
    "sign-in": Parser(12, _make_sign_in, _sign_in),
    "steps": Parser(8, _make_step, _step),
    "report order": Parser(6, _make_order, _order),
    "user": Parser(2, _mutated(answers.USER), _user),
    "report page": Parser(4, _make_page, _page),
    "CSV export": Parser(4, _make_export, _export),
    "HTTP": Parser(10, _make_http, _http),
    "times and amounts": Parser(6, _make_value, _value),
}
