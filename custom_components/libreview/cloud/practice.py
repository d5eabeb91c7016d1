"""LibreView for a practice: what a professional's login reads of the patients who have connected to it.

The calls are those of public clients (DenerRodrigues/LibreViewApi, skobkars/lvconnect and others); none of
their answers is recorded, so whatever comes is read tolerantly. A patient's report: `libreview`.
"""

from collections.abc import Collection
from typing import Final

from ..models import PracticePatient
from . import fields
from .answers import is_good
from .errors import NotAMemberError, RequestRejectedError
from .practice_patient import parse_patients
from .session import Session

SEARCH_LIMIT: Final = 50
"""Patients that a search brings at most."""
_SEARCHED: Final = ("firstName", "lastName", "email")
_COLUMNS: Final = ("firstName", "lastName", "email", "dob", "lastAvailableData", "libreViewStatus")
_PAGE_SIZE: Final = 100
_MOST_PAGES: Final = 20


class Practice:
    """The requests about the patients of a professional's practices. Every method raises CloudError.

    NotAMemberError where the login is member of no practice.
    """

    def __init__(self, session: Session) -> None:
        """Send the requests through this session, which is signed in to LibreView."""
        self.session = session

    async def search(self, term: str) -> tuple[PracticePatient, ...]:
        """Return the patients whose name or e-mail address contains a text, each once.

        Whoever has exactly this e-mail address, in whatever case, is found alone.
        """
        term = term.strip()
        body = {"limit": SEARCH_LIMIT, "match": [{"term": term, "fields": list(_SEARCHED)}]}
        data = await self._post("/patients/search", body, name="search for patients")
        patients = parse_patients(data.get("patients"))
        return tuple(each for each in patients if each.email.casefold() == term.casefold()) or patients

    async def dashboard(self, wanted: Collection[str]) -> dict[str, PracticePatient]:
        """Return the patients of these ids as the dashboard shows them, as far as it has them.

        Pages are read until all are found, or one brings nobody new. The keys are spelt as in `wanted`.
        """
        spelling = {patient_id.casefold(): patient_id for patient_id in wanted}
        found: dict[str, PracticePatient] = {}
        seen: set[str] = set()
        for page in range(1, _MOST_PAGES + 1):
            patients = await self._dashboard_page(page)
            new = [each for each in patients if each.key not in seen]
            seen.update(each.key for each in new)
            found |= {spelling[each.key]: each for each in new if each.key in spelling}
            if not new or found.keys() >= set(wanted):
                break
        return found

    async def _dashboard_page(self, page: int) -> tuple[PracticePatient, ...]:
        body = {
            "filters": [],
            "columns": list(_COLUMNS),
            "interval": 14,
            "view": "Dashboard.allPatients",
            "count": _PAGE_SIZE,
            "page": page,
            "searching": {},
            "sort": {"key": "firstName", "desc": False},
        }
        return parse_patients((await self._post("/dashboard", body, name="dashboard")).get("results"))

    async def _post(self, path: str, body: fields.JsonMapping, *, name: str) -> fields.JsonMapping:
        """Return the data of an answer. Raise NotAMemberError where it is refused."""
        try:
            answer = await self.session.post(path, body, name=name)
        except RequestRejectedError as err:
            raise NotAMemberError(f"the {name} is refused") from err
        if not is_good(answer):
            raise NotAMemberError(f"the {name} is refused with status {fields.whole(answer.get('status'))}")
        return fields.mapping(answer.get("data"))
