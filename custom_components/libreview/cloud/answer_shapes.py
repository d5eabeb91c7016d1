"""The shapes of the answers that an account has had from the cloud, the newest of each kind.

Nobody who works on this can reach the cloud, so these are what users can tell of it in their diagnostics.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import asdict, dataclass
import json
import time
from typing import Any, Final

from . import fields
from .answer_shape import Shape, describe
from .known_names import MESSAGES, STEPS, is_harmless

LARGEST: Final = 16_000
"""Bytes of all shapes of an account, as indented JSON."""
_STILL_NEW: Final = 3600.0
"""Seconds in which the same kind of answer is not looked at again."""
_MOST_OF_A_KIND: Final = 4
"""Outcomes of one kind of request that are kept, such as a good answer and a refusal."""
_MOST_VALUES: Final = 5_000
"""Values of an answer that are looked at, for all else waits meanwhile. A graph of twelve hours has 2,000."""
_NO_OBJECT: Final[Shape] = {"": "no JSON object"}
_OTHER_STEP: Final = "<other>"
_STATUSES: Final = frozenset({*range(10), *range(400, 600), *range(900, 1000)})
"""The numbers that statuses have as far as they are known. No other is shown."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """What came of a request, in numbers and known words."""

    kind: str
    """The service and the name of the request."""
    http: int | None = None
    status: int | None = None
    step: str | None = None
    message: str | None = None

    @classmethod
    def parse(cls, kind: str, http: int | None, body: fields.JsonMapping) -> Outcome:
        """Return the outcome that an answer tells."""
        data = fields.mapping(body.get("data"))
        status = body.get("status")
        step = fields.mapping(data.get("step")).get("type")
        error = fields.mapping(body.get("error"))
        messages = (body.get("message"), error.get("message"), data.get("message"))
        return cls(
            kind=kind,
            http=http,
            status=status if type(status) is int and status in _STATUSES else None,
            step=_show_step(step) if isinstance(step, str) else None,
            message=next((text for text in messages if isinstance(text, str) and text in MESSAGES), None),
        )


def _show_step(step: str) -> str:
    return step if step in STEPS or is_harmless(step) else _OTHER_STEP


class AnswerShapes:
    """The newest shapes, in memory. Listeners are called when one is new or has changed."""

    def __init__(self) -> None:
        """Start without any."""
        self._shapes: dict[Outcome, Shape] = {}
        """The one seen last stands last."""
        self._looked_at: dict[Outcome, float] = {}
        self._listeners: list[Callable[[], None]] = []

    def listen(self, listener: Callable[[], None]) -> Callable[[], None]:
        """Call `listener` after each change; return what ends that."""
        self._listeners.append(listener)
        return lambda: self._listeners.remove(listener)

    @property
    def has_listeners(self) -> bool:
        """Return whether anybody is called."""
        return bool(self._listeners)

    def note(self, kind: str, http: int, body: fields.JsonMapping | None) -> None:
        """Note an answer, unless one with the same outcome was looked at within the hour."""
        outcome = Outcome.parse(kind, http, body or fields.EMPTY)
        now = time.time()
        if 0 <= now - self._looked_at.get(outcome, -_STILL_NEW) < _STILL_NEW:
            return
        self._looked_at[outcome] = now
        self.add(outcome, describe(body, _MOST_VALUES) if body is not None else _NO_OBJECT)

    def add(self, outcome: Outcome, shape: Shape) -> None:
        """Keep a shape in place of the one before with the same outcome."""
        is_new = self._shapes.pop(outcome, None) != shape
        self._shapes[outcome] = shape
        alike = [other for other in self._shapes if other.kind == outcome.kind]
        for other in alike[:-_MOST_OF_A_KIND]:
            del self._shapes[other]
        if is_new:
            for listener in tuple(self._listeners):
                listener()

    def restore(self, stored: Mapping[Outcome, Shape]) -> None:
        """Take in what was stored, unless something newer is known."""
        self._shapes = {**stored, **self._shapes}

    def items(self) -> Iterable[tuple[Outcome, Shape]]:
        """Return all of them, the oldest first."""
        return self._shapes.items()


def to_json(shapes: Iterable[tuple[Outcome, Shape]]) -> list[dict[str, Any]]:
    """Return shapes as JSON, without the oldest if all are too many."""
    told = [
        {key: value for key, value in asdict(outcome).items() if value is not None} | {"shape": shape}
        for outcome, shape in shapes
    ]
    while len(json.dumps(told, ensure_ascii=False, indent=4).encode()) > LARGEST:
        del told[0]
    return told


def from_json(stored: Any) -> dict[Outcome, Shape]:
    """Return the shapes of `to_json`, none for what is no longer that."""
    try:
        return {
            Outcome(**{key: value for key, value in told.items() if key != "shape"}): dict(told["shape"])
            for told in stored or ()
        }
    except AttributeError, KeyError, TypeError, ValueError:
        return {}
