"""Finding patients of a practice and choosing whom to follow.

There is never a list of the whole practice: a screen in a house would show hundreds of names for nothing.
"""

from abc import abstractmethod
from collections import Counter
from collections.abc import Collection, Iterable
from time import monotonic
from typing import Any, Final

from homeassistant.config_entries import ConfigSubentryData
from homeassistant.data_entry_flow import FlowContext, FlowResult, section
from homeassistant.helpers.selector import (
    BooleanSelector,
    SelectOptionDict,
    SelectSelector,
    SelectSelectorConfig,
    SelectSelectorMode,
    TextSelector,
)
import voluptuous as vol

from ..cloud.practice import SEARCH_LIMIT
from ..const import CONF_PERSONS, CONF_PRACTICE, MOST_PATIENTS
from ..entry_data import patient_subentry
from ..failures.problems import Problem, ProblemKey
from ..models import PracticePatient
from .credentials_form import CONF_ADVANCED
from .sign_in_flow import SignInFlow

CONF_TERM: Final = "term"
CONF_MORE: Final = "more"
CONF_CONSENT: Final = "consent"

_SHORTEST_TERM: Final = 3
_MOST_FOUND: Final = 20
"""Persons shown of one search; of more nobody is, but another search is asked for."""
_MOST_SEARCHES: Final = 10
"""Searches within a minute."""
_MINUTE: Final = 60.0
_UNBOUND_FIELDS: Final[dict[vol.Marker, Any]] = {vol.Required(CONF_TERM): TextSelector()}
_BINDING: Final = section(vol.Schema({vol.Optional(CONF_PRACTICE): TextSelector()}), {"collapsed": True})


class PatientSearch[C: FlowContext, R: FlowResult[Any, Any], H](SignInFlow[C, R, H]):
    """The part of a dialog in which patients are found and chosen."""

    _practice_id = ""
    """The Practice ID that patients have to be linked to, empty for any."""
    _is_practice_chosen_here = True
    """Whether the dialog asks for that id."""

    _searches: tuple[float, ...] = ()
    """When the last searches were, by the monotonic clock."""
    _term = ""
    """The text of the last search."""
    _hits: tuple[PracticePatient, ...] = ()
    _chosen: tuple[PracticePatient, ...] = ()
    """Those who were ticked in earlier searches of this dialog."""

    @abstractmethod
    async def _search(self, term: str) -> tuple[PracticePatient, ...]:
        """Return the patients whose name or e-mail address contains a text. Raises CloudError."""

    @abstractmethod
    async def _on_patients_chosen(self) -> R:
        """Follow those who were chosen."""

    def _followed_ids(self) -> Collection[str]:
        """Return the patient ids of those who are followed already."""
        return ()

    def _new_subentries(self, titles: Collection[str]) -> list[ConfigSubentryData]:
        """Return the subentries of those who were chosen; `titles` are those of others."""
        taken, subentries = set(titles), []
        for patient in self._chosen:
            subentries.append(patient_subentry(patient, taken))
            taken.add(subentries[-1]["title"])
        return subentries

    async def async_step_find(self, user_input: dict[str, Any] | None = None) -> R:
        """Ask for a name or an e-mail address."""
        if user_input is None:
            return self._find_form()
        term = user_input[CONF_TERM].strip()
        if self._is_practice_chosen_here:
            self._practice_id = user_input[CONF_ADVANCED].get(CONF_PRACTICE, "").strip()

        def find_form(problem: Problem) -> R:
            return self._find_form(problem, user_input)

        if len(term) < _SHORTEST_TERM:
            return find_form(Problem(key=ProblemKey.TERM_TOO_SHORT))
        now = monotonic()
        self._searches = (*(at for at in self._searches if now - at < _MINUTE), now)
        if len(self._searches) > _MOST_SEARCHES:
            return find_form(Problem(key=ProblemKey.SEARCH_TOO_OFTEN))

        self._term = term

        async def search() -> None:
            self._hits = await self._search(term)

        async def judge() -> R:
            problem = self._select_hits()
            return find_form(problem) if problem else self._choose_form()

        return await self._run(search(), judge, find_form)

    def _find_form(self, problem: Problem | None = None, entered: dict[str, Any] | None = None) -> R:
        fields = dict(_UNBOUND_FIELDS)
        if self._is_practice_chosen_here:
            fields[vol.Required(CONF_ADVANCED)] = _BINDING
        return self._show_form("find", vol.Schema(fields), problem, entered, {"most": str(_MOST_FOUND)})

    def _select_hits(self) -> Problem | None:
        """Leave only those hits who can be followed; return why there is none, or none that is shown."""
        hits = self._hits
        if self._practice_id and hits:
            if all(each.practice_ids is None for each in hits):
                return Problem(key=ProblemKey.PRACTICE_NOT_TOLD)
            practice_id = self._practice_id.lower()
            hits = tuple(each for each in hits if practice_id in (each.practice_ids or ()))
        if not hits:
            is_cut = len(self._hits) >= SEARCH_LIMIT
            return Problem(key=ProblemKey.TOO_MANY_FOUND if is_cut else ProblemKey.NOBODY_FOUND)
        self._hits = self._not_followed(hits)
        if not self._hits:
            return Problem(key=ProblemKey.ALREADY_A_PERSON)
        return Problem(key=ProblemKey.TOO_MANY_FOUND) if len(self._hits) > _MOST_FOUND else None

    async def async_step_choose(self, user_input: dict[str, Any] | None = None) -> R:
        """Choose whom to follow among those who were found, or go on searching."""
        if user_input is None:
            return self._choose_form()
        ticked = set(user_input[CONF_PERSONS])
        shown = self._shown
        self._chosen = tuple(each for each in shown if each.patient_id in ticked)
        self._hits = shown
        if user_input[CONF_MORE]:
            self._hits = ()
            return self._find_form()
        if not self._chosen:
            return self._choose_form(Problem(key=ProblemKey.NOBODY_CHOSEN))
        if len(self._followed_ids()) + len(self._chosen) > MOST_PATIENTS:
            return self._choose_form(Problem(key=ProblemKey.TOO_MANY_PATIENTS))
        if not user_input[CONF_CONSENT]:
            return self._choose_form(Problem(key=ProblemKey.CONSENT_REQUIRED))
        return await self._on_patients_chosen()

    @property
    def _shown(self) -> tuple[PracticePatient, ...]:
        """Those chosen before and those found last, each once, whom no other dialog added meanwhile."""
        chosen = {each.key for each in self._chosen}
        return self._not_followed([*self._chosen, *(each for each in self._hits if each.key not in chosen)])

    def _not_followed(self, patients: Iterable[PracticePatient]) -> tuple[PracticePatient, ...]:
        followed = {patient_id.casefold() for patient_id in self._followed_ids()}
        return tuple(each for each in patients if each.key not in followed)

    def _choose_form(self, problem: Problem | None = None) -> R:
        shown = self._shown
        keys = {each.key for each in self._chosen}
        if problem is None and len(self._hits) == 1 and not self._hits[0].has_other_email_than(self._term):
            keys.add(self._hits[0].key)
        ticked = [each.patient_id for each in shown if each.key in keys]
        options = _options(shown)
        selector = SelectSelector(
            SelectSelectorConfig(options=options, multiple=True, mode=SelectSelectorMode.LIST)
        )
        schema = vol.Schema(
            {
                vol.Required(CONF_PERSONS, default=ticked): selector,
                vol.Required(CONF_MORE, default=False): BooleanSelector(),
                vol.Required(CONF_CONSENT, default=False): BooleanSelector(),
            }
        )
        return self._show_form("choose", schema, problem, placeholders={"most": str(MOST_PATIENTS)})


def _options(patients: Collection[PracticePatient]) -> list[SelectOptionDict]:
    """Return what to choose from: with the id, as LibreView's address has it, where labels are the same."""
    labels = Counter(map(_label, patients))
    return [
        SelectOptionDict(
            value=each.patient_id,
            label=label if labels[label] == 1 else f"{label} · {each.patient_id}",
        )
        for each in patients
        for label in (_label(each),)
    ]


def _label(patient: PracticePatient) -> str:
    """Return what tells a patient from namesakes: name, year of birth, and the beginning of the address."""
    name, at, domain = patient.email.partition("@")
    parts = (
        patient.name or patient.patient_id[:8],
        str(patient.born.year) if patient.born else "",
        f"{name[:2]}…@{domain}" if at else "",
    )
    return " · ".join(filter(None, parts))
