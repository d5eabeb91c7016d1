"""Everything the cloud knows: accounts, persons, tickets, lockouts; and what may happen to them."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from . import expired_password
from .account import Account
from .lockout import Lockout
from .person import Person, Uom
from .practice import LinkStatus, Practice, PracticePatient
from .practice_wire import PracticeForms
from .tickets import Claims, TicketOffice, session_of

type Clock = Callable[[], datetime]
type Edit = Callable[[Any], Any]


def real_clock() -> datetime:
    """Now, in UTC."""
    return datetime.now(UTC)


@dataclass(slots=True, kw_only=True)
class ReportOrder:
    """A report in the making; from `first` to `last` on the clock of the person's phone."""

    id: str
    account: Account
    person: Person
    first: datetime
    last: datetime
    uom: Uom
    polls: int = 0


class World:
    """The state behind the wire.

    `minimum_version` is what data calls demand (None: any). An `edit_…` is given the `data` of an answer just
    before it is sent and gives back what is sent instead, for shapes that no recording has.

    Of LibreView's reports: `spelling` (one of `report_page.ALL_SPELLINGS`) is how notes, carbohydrates and
    insulin are written, `unknown_keys` adds some that nobody expects, `report_polls` is how often a client
    hears that the report is not ready, `report_outcome` how the making ends and `urls_as` in which form its
    address is told (the tables in `reports`). `history_refusal` is `failed` where LibreLinkUp's ticket at the
    history is to be told failedToLoadHistory. `practice_forms` is how the answers of practices are written.
    """

    def __init__(self, clock: Clock = real_clock) -> None:
        self.now = clock
        self.accounts: list[Account] = []
        self.persons: list[Person] = []
        self.practices: list[Practice] = []
        self.practice_forms = PracticeForms()
        self.tickets = TicketOffice()
        self.lockout = Lockout()
        self.minimum_version: str | None = "4.16.0"
        self.missing_cached_user_status = 401
        self.edit_connections: Edit | None = None
        self.edit_graph: Edit | None = None
        self.edit_logbook: Edit | None = None
        self.edit_report: Edit | None = None
        self.web_ticket_life = timedelta(hours=2)
        self.spelling = "plain"
        self.unknown_keys = False
        self.report_polls = 0
        self.report_outcome = "ready"
        self.urls_as = "map"
        self.history_refusal = "product_mismatch"
        self.report_orders: list[ReportOrder] = []
        self.refused_passwords: list[str] = []

    def add_account(self, account: Account, persons: Iterable[Person] = ()) -> Account:
        """Let an account exist that follows these persons."""
        if self.account_with_email(account.email) is not None:
            raise ValueError(f"there is already an account {account.email}")
        if any(each.user_id == account.user_id for each in self.accounts):
            raise ValueError(f"there is already an account with the id {account.user_id}")
        for person in persons:
            self.start_sharing(account, person)
        for person in (*account.follows, *([account.own] if account.own is not None else [])):
            self._welcome(person)
        self.accounts.append(account)
        return account

    def add_practice(self, practice: Practice) -> Practice:
        """Let a practice exist, with its members and patients."""
        for account in (*practice.members, *(patient.account for patient in practice.patients)):
            if not any(account is each for each in self.accounts):
                self.add_account(account)
        self.practices.append(practice)
        return practice

    def practices_of(self, member: Account) -> list[Practice]:
        """The practices that somebody is a member of."""
        return [each for each in self.practices if any(member is other for other in each.members)]

    def practices_with(self, member: Account, patient: PracticePatient) -> list[Practice]:
        """Those of them that the patient is one of."""
        return [each for each in self.practices_of(member) if each.patient(patient.account.user_id)]

    def patients_of(self, member: Account) -> list[PracticePatient]:
        """All patients of somebody's practices, each once: as connected where one of them is."""
        found: dict[str, PracticePatient] = {}
        for practice in self.practices_of(member):
            for patient in practice.patients:
                known = found.setdefault(patient.account.user_id, patient)
                if known.status is LinkStatus.PENDING:
                    found[patient.account.user_id] = patient
        return list(found.values())

    def patient_of(self, member: Account, patient_id: str) -> PracticePatient | None:
        """Somebody's patient of that id."""
        return next((each for each in self.patients_of(member) if each.account.user_id == patient_id), None)

    def practice(self, practice_id: str) -> Practice | None:
        """The practice that patients find by this Practice ID, in any case of letters."""
        return next(
            (each for each in self.practices if each.practice_id.casefold() == practice_id.casefold()), None
        )

    def start_sharing(self, account: Account, person: Person) -> None:
        """The person invites the account and is followed from now on."""
        if account.person(person.patient_id) is not None:
            raise ValueError(f"{account.email} already follows {person.name} ({person.patient_id})")
        self._welcome(person)
        account.follows.append(person)

    def stop_sharing(self, account: Account, person: Person) -> None:
        """The person is no longer to be seen by the account."""
        account.follows.remove(person)

    def pause(self, person: Person) -> None:
        """The person's phone falls silent now."""
        person.pause(self.now())

    def resume(self, person: Person) -> None:
        """The person's phone is back and delivers what it missed."""
        person.resume(self.now())

    def change_password(self, account: Account, password: str) -> None:
        """A new password; tickets issued under the old one are void, devices no longer trusted."""
        account.password = password
        account.expired_password = None
        account.device_trust += 1
        self.revoke_tickets(account)

    def expire_password(self, account: Account, spelling: str = "passwordExpired") -> None:
        """The password is too old: tickets are void, and a sign-in says so until there is a new one."""
        if spelling not in expired_password.SPELLINGS:
            raise ValueError(f"no such spelling; there are {', '.join(expired_password.SPELLINGS)}")
        account.expired_password = spelling
        self.revoke_tickets(account)

    def demand_second_factor(self, account: Account) -> None:
        """LibreView's tickets are void and no device is trusted: the next sign-in needs a code."""
        account.device_trust += 1
        account.web_session += 1

    def end_web_session(self, account: Account) -> None:
        """LibreView's tickets are void, LibreLinkUp's are not."""
        account.web_session += 1

    def change_terms(self, account: Account, *steps: str) -> None:
        """New terms (`tou` and `pp` unless named): tickets are void, the next sign-in asks for these."""
        account.steps = list(steps or ("tou", "pp"))
        self.revoke_tickets(account)

    def revoke_tickets(self, account: Account) -> None:
        """All tickets of the account answer `invalid or expired jwt` from now on."""
        account.session += 1

    def forget_user(self, account: Account) -> None:
        """Data calls answer `MissingCachedUser` until the account signs in again."""
        account.cached = False

    def account_with_email(self, email: str) -> Account | None:
        """The account with that e-mail address, in any case of letters."""
        return next((each for each in self.accounts if each.email.casefold() == email.casefold()), None)

    def holder(self, claims: Claims) -> Account | None:
        """The account a ticket is valid for, or None when it was revoked."""
        return next(
            (
                each
                for each in self.accounts
                if each.user_id == claims.user_id
                and each.region == claims.region
                and session_of(each, claims.product) == claims.session
            ),
            None,
        )

    def person(self, name_or_id: str) -> Person | None:
        """Anybody who shares or has shared, by name or patient id."""
        return next((each for each in self.persons if name_or_id in (each.name, each.patient_id)), None)

    def _welcome(self, person: Person) -> None:
        """Remember someone; a sensor that does not say since when it is worn has been for three days."""
        if not any(each is person for each in self.persons):
            self.persons.append(person)
        if person.sensor is not None and person.sensor.activated is None:
            person.sensor.activated = (self.now() - timedelta(days=3)).replace(microsecond=0)
