"""A place in the walk through a report, and what its surroundings say of time and subject."""

from dataclasses import dataclass, replace
from datetime import date
from typing import Final

from .members import resolve_subject
from .times import ReportedTime
from .words import Meaning, Role, Subject

_NAMELESS: Final = Meaning(Role.WRAPPER)
_CLEARING_ROLES: Final = (Role.IRRELEVANT, Role.UNKNOWN)
"""The subject of the names above does not hold below such a name."""
_PASSING_ROLES: Final = (Role.WRAPPER, Role.TIME)
"""Below such a name, if it has no subject itself, the meaning of the name above it holds."""


@dataclass(frozen=True, slots=True)
class Place:
    """A place in the walk, with what the enclosing objects say of time and subject."""

    moment: ReportedTime
    day: date | None
    path: tuple[str, ...]
    key: str = ""
    meaning: Meaning = _NAMELESS
    """The meaning of the last name, which also holds for plain values in lists and tables below it."""
    subject: Subject | None = None
    non_numeric: bool = False
    """Whether a name above says that the amount is unknown."""
    presence: bool = False
    """Whether a name above says only that something was logged."""
    listed: bool = False
    """Whether it is in a list, or a table without times, of which each value may be an entry."""
    cell: int = 0
    """The number of the list that it is in, 0 outside of lists."""
    depth: int = 0

    def below(self, key: str, meaning: Meaning, *, walked: bool = False) -> Place:
        """Return the place under a name; `walked` when the value there holds others."""
        subject = resolve_subject(meaning, self.subject)
        passing = meaning.subject is None and meaning.role in _PASSING_ROLES
        return replace(
            self,
            path=(*self.path, key.lower()),
            key=key,
            meaning=self.meaning if passing else replace(meaning, counted=meaning.counted and not walked),
            subject=None if meaning.role in _CLEARING_ROLES else subject,
            non_numeric=self.non_numeric or meaning.role is Role.NON_NUMERIC,
            presence=self.presence or meaning.role is Role.PRESENCE,
            listed=False,
            depth=self.depth + 1,
        )
