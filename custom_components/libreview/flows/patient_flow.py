"""Following one more patient of a practice that is connected already."""

from collections.abc import Collection, Mapping
from typing import override

from homeassistant.config_entries import ConfigEntryState, SubentryFlowContext, SubentryFlowResult
from homeassistant.const import CONF_EMAIL
from homeassistant.data_entry_flow import AbortFlow

from ..account.account import LibreViewConfigEntry
from ..cloud.errors import CloudError
from ..cloud.services import LIBREVIEW
from ..const import CONF_PRACTICE, SUBENTRY_PERSON
from ..entry_data import async_add_person
from ..failures.login_issues import login_placeholders
from ..failures.problems import Reaction, to_problem
from ..models import PracticePatient
from .patient_search import PatientSearch
from .subentry_flow import LibreViewSubentryFlow


class PatientFlow(
    PatientSearch[SubentryFlowContext, SubentryFlowResult, tuple[str, str]], LibreViewSubentryFlow
):
    """The part of a person's subentry flow that searches the practice of the account."""

    gone = "person_gone"
    _is_practice_chosen_here = False

    @override
    async def _search(self, term: str) -> tuple[PracticePatient, ...]:
        """Search with the session of the account. Raises AbortFlow where it has to be signed in first."""
        entry: LibreViewConfigEntry = self._get_entry()
        feed = entry.runtime_data.practice if entry.state is ConfigEntryState.LOADED else None
        if feed is None:
            raise AbortFlow("not_loaded")
        self._practice_id = entry.data.get(CONF_PRACTICE, "")
        try:
            return await feed.async_search(term)
        except CloudError as err:
            if to_problem(err).step or to_problem(err).reaction is Reaction.SIGN_IN_AGAIN:
                raise AbortFlow("sign_in_first") from err
            raise

    @override
    def _followed_ids(self) -> Collection[str]:
        persons = self._get_entry().get_subentries_of_type(SUBENTRY_PERSON)
        return {str(person.unique_id) for person in persons}

    @override
    async def _on_patients_chosen(self) -> SubentryFlowResult:
        """Add those who were chosen: the last one as the result of the dialog."""
        entry = self._get_entry()
        titles = [person.title for person in entry.get_subentries_of_type(SUBENTRY_PERSON)]
        *others, last = self._new_subentries(titles)
        for new in others:
            async_add_person(self.hass, entry, new)
        return self.async_create_entry(title=last["title"], data=last["data"], unique_id=last["unique_id"])

    def _account_placeholders(self) -> Mapping[str, str]:
        """Return what texts can name of the account."""
        return login_placeholders(LIBREVIEW, self._get_entry().data[CONF_EMAIL])
