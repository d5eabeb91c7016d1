"""A place in the walk through a report, and what its surroundings say of time and subject."""

from dataclasses import dataclass, replace
from datetime import date
from typing import Final

from .members import resolve_subject
from .times import ReportedTime
from .understanding import is_about_dose
from .vocabulary import is_amount_name, is_holder_name, is_known_name
from .words import Meaning, Role, Subject

_NAMELESS: Final = Meaning(Role.WRAPPER)
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
    understood: bool = True
    """Whether all names above, and what stands beside them, are known, so that an amount may be taken."""
    named: bool = True
    """Whether a plain number here has the name of an amount."""
    unit_told: bool = False
    """Whether the unit of the amounts is told, as that of the points of a chart."""
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
        in_time, in_dose = self.moment.clock is not None, is_about_dose(self.subject)
        known = is_holder_name(key, in_time=in_time, in_dose=in_dose) if walked else is_known_name(key)
        return replace(
            self,
            path=(*self.path, key.lower()),
            key=key,
            meaning=self.meaning if passing else _of_value(meaning, walked=walked),
            subject=None if meaning.subject is None and _is_clearing(meaning.role, self.subject) else subject,
            understood=self.understood and known,
            named=(self.named or not passing) if walked and meaning.subject is None else is_amount_name(key),
            non_numeric=self.non_numeric or meaning.role is Role.NON_NUMERIC,
            presence=self.presence or meaning.role is Role.PRESENCE,
            listed=False,
            depth=self.depth + 1,
        )


def _of_value(meaning: Meaning, *, walked: bool) -> Meaning:
    """Return a meaning as it holds for the value: what holds others is no number of entries."""
    return replace(meaning, counted=False) if walked and meaning.counted else meaning


def _is_clearing(role: Role, subject: Subject | None) -> bool:
    """Return whether the subject of the names above does not hold below a name without subject."""
    return role is Role.IRRELEVANT or (role is Role.UNKNOWN and not is_about_dose(subject))
