"""One guard per e-mail address, for sessions and dialogs of both services: we lock no account."""

import asyncio
from collections.abc import Callable
from contextlib import suppress
from dataclasses import replace
from datetime import UTC, datetime, timedelta

from freezegun.api import FrozenDateTimeFactory
from homeassistant.core import HomeAssistant
from homeassistant.helpers.aiohttp_client import async_get_clientsession
import pytest

from custom_components.libreview.cloud.errors import (
    CloudError,
    CredentialsRejectedError,
    LockedError,
    NotSentError,
    RejectedBeforeError,
    SignInWaitError,
    SlowDownError,
)
from custom_components.libreview.cloud.services import LIBRELINKUP, LIBREVIEW, Service
from custom_components.libreview.cloud.session import Session
from custom_components.libreview.cloud.session_state import Credentials, SessionState
from custom_components.libreview.cloud.sign_in_guard import SignInGuard
from custom_components.libreview.cloud.transport import Transport
from tests.cloud_double import Account, CloudDouble, Person, faults

type NewSession = Callable[..., Session]
EU = SessionState(region="eu")


@pytest.fixture
def patient_account(cloud: CloudDouble, person: Person) -> Account:
    """The login of a patient who follows themself, so that both services know it."""
    return cloud.add_account(Account(email="patient@example.com", own=person, follows=[person]))


@pytest.fixture
def new_session(hass: HomeAssistant, patient_account: Account) -> NewSession:
    """Make a session of that account, all with one guard."""
    guard = SignInGuard()

    def make(
        password: str | None = None, service: Service = LIBRELINKUP, state: SessionState = EU
    ) -> Session:
        transport = Transport(async_get_clientsession(hass), service)
        credentials = Credentials(email=patient_account.email, password=password or patient_account.password)
        return Session(transport, credentials, state, guard=guard)

    return make


async def ask(session: Session) -> None:
    """Let a session ask for something by itself."""
    await session.get("/user", name="user")


def sign_ins(cloud: CloudDouble) -> int:
    return len(cloud.logins) + len(cloud.web_logins)


async def mistype(new_session: NewSession, *passwords: str, service: Service = LIBRELINKUP) -> None:
    for password in passwords:
        with pytest.raises(CredentialsRejectedError):
            await new_session(password, service).sign_in()


# A person and what runs by itself.


async def test_a_persons_slips_hold_back_what_nobody_asked_for(
    new_session: NewSession, cloud: CloudDouble, freezer: FrozenDateTimeFactory
) -> None:
    await mistype(new_session, "Wrong-1", "Wrong-2")
    freezer.tick(14)
    unattended = new_session("Old-password-1", LIBREVIEW)
    with pytest.raises(SignInWaitError) as waiting:
        await ask(unattended)
    assert waiting.value.retry_after == pytest.approx(286)
    assert sign_ins(cloud) == 2


async def test_what_nobody_asked_for_leaves_a_person_the_attempts_that_lock_nothing(
    new_session: NewSession, cloud: CloudDouble, freezer: FrozenDateTimeFactory
) -> None:
    with pytest.raises(CredentialsRejectedError):
        await ask(new_session("Old-password-1"))
    for _ in range(5):
        with pytest.raises(NotSentError):
            await ask(new_session("Older-password-1", LIBREVIEW))
    await mistype(new_session, "Wrong-1")
    with pytest.raises(SlowDownError) as waiting:
        await new_session().sign_in()
    assert waiting.value.retry_after == pytest.approx(60)
    freezer.tick(60)
    await new_session().sign_in()


async def test_trouble_in_a_dialog_puts_what_runs_by_itself_off_for_five_minutes_only(
    new_session: NewSession, cloud: CloudDouble, freezer: FrozenDateTimeFactory
) -> None:
    cloud.fail_always("login", faults.status(500))
    for _ in range(5):
        with suppress(CloudError):
            await new_session().sign_in()
    cloud.heal()
    freezer.tick(300)
    await ask(new_session())


async def test_the_same_mistyped_password_at_the_same_time_is_sent_once(
    new_session: NewSession, cloud: CloudDouble
) -> None:
    dialogs = [new_session("Wrong-1", service) for service in (LIBRELINKUP, LIBREVIEW, LIBRELINKUP)]
    outcomes = await asyncio.gather(*(each.sign_in() for each in dialogs), return_exceptions=True)
    assert [type(each) for each in outcomes] == [
        CredentialsRejectedError,
        RejectedBeforeError,
        RejectedBeforeError,
    ]
    assert sign_ins(cloud) == 1


async def test_two_feeds_and_a_dialog_at_the_same_moment_lock_nothing(
    new_session: NewSession, cloud: CloudDouble
) -> None:
    live, diary = new_session("Old-1"), new_session("Old-2", LIBREVIEW)
    dialogs = [new_session(f"Wrong-{number}") for number in range(3)]
    tasks = (ask(live), *(each.sign_in() for each in dialogs), ask(diary))
    await asyncio.gather(*tasks, return_exceptions=True)
    assert sign_ins(cloud) == 2


# Refusals.


async def test_a_password_refused_at_one_service_is_not_sent_to_the_other(
    new_session: NewSession, cloud: CloudDouble, freezer: FrozenDateTimeFactory
) -> None:
    with pytest.raises(CredentialsRejectedError):
        await ask(new_session("Wrong-1", LIBREVIEW, SessionState()))  # The global host redirects.
    sent = sign_ins(cloud)
    freezer.tick(24 * 3600)
    live = new_session("Wrong-1", LIBRELINKUP)
    with pytest.raises(RejectedBeforeError):
        await ask(live)
    assert sign_ins(cloud) == sent
    assert live.state.rejected, "after a restart it is known for this service too"


async def test_a_service_that_refuses_what_the_other_just_took_stops_only_itself(
    new_session: NewSession, cloud: CloudDouble, patient_account: Account, freezer: FrozenDateTimeFactory
) -> None:
    await new_session(service=LIBREVIEW).sign_in()
    cloud.fail_next("login", faults.answer({"status": 2, "error": {"message": "notAuthenticated"}}))
    with pytest.raises(CredentialsRejectedError):
        await new_session().sign_in()
    freezer.tick(3600)
    await ask(new_session(service=LIBREVIEW))
    with pytest.raises(RejectedBeforeError):
        await ask(new_session())


async def test_a_password_refused_in_another_country_is_good_where_the_account_is(
    new_session: NewSession, freezer: FrozenDateTimeFactory, cloud: CloudDouble
) -> None:
    cloud.fail_next("login", faults.answer({"status": 2}))
    with pytest.raises(CredentialsRejectedError):
        await new_session(state=SessionState(region="cn")).sign_in()
    freezer.tick(300)
    await ask(new_session())


async def test_what_a_session_remembers_is_no_news_once_the_password_was_taken(
    new_session: NewSession, freezer: FrozenDateTimeFactory
) -> None:
    await new_session().sign_in()
    freezer.tick(300)
    await ask(new_session(state=replace(EU, rejected=True)))


async def test_what_each_service_remembers_as_refused_by_itself_holds_after_a_restart(
    new_session: NewSession, cloud: CloudDouble
) -> None:
    refused = replace(EU, rejected=True)
    for session in [new_session(service=service, state=refused) for service in (LIBRELINKUP, LIBREVIEW)]:
        with pytest.raises(RejectedBeforeError):
            await ask(session)
    assert sign_ins(cloud) == 0


async def test_a_service_that_signs_in_first_after_a_restart_makes_no_other_send_what_it_refused(
    new_session: NewSession, cloud: CloudDouble, freezer: FrozenDateTimeFactory
) -> None:
    await ask(new_session(service=LIBREVIEW))
    freezer.tick(3600)
    with pytest.raises(RejectedBeforeError):
        await ask(new_session(state=replace(EU, rejected=True)))
    assert sign_ins(cloud) == 1


# Locks and waits.


async def test_a_persons_success_ends_the_waits_that_other_sessions_remember(
    new_session: NewSession, freezer: FrozenDateTimeFactory
) -> None:
    in_an_hour = datetime.now(UTC).timestamp() + 3600
    remembered = replace(EU, failed_sign_ins=5, sign_in_after=in_an_hour)
    with pytest.raises(SignInWaitError) as waiting:
        await ask(new_session(state=remembered))
    assert waiting.value.retry_after == pytest.approx(3600)
    await new_session(service=LIBREVIEW).sign_in()
    freezer.tick(300)
    await ask(new_session(state=remembered))


async def test_a_lock_is_one_for_both_services(
    new_session: NewSession, cloud: CloudDouble, freezer: FrozenDateTimeFactory
) -> None:
    cloud.fail_next("login", faults.locked())
    with pytest.raises(LockedError):
        await new_session().sign_in()
    freezer.tick(299)
    with pytest.raises(LockedError) as locked:
        await new_session(service=LIBREVIEW).sign_in()
    assert locked.value.retry_after == pytest.approx(1)
    freezer.tick(1)
    await new_session(service=LIBREVIEW).sign_in()


async def test_trouble_of_one_service_does_not_hold_up_the_other(
    new_session: NewSession, cloud: CloudDouble, freezer: FrozenDateTimeFactory
) -> None:
    cloud.fail_always("web_login", faults.status(500))
    diary = new_session(service=LIBREVIEW)
    for _ in range(4):
        with suppress(CloudError):
            await ask(diary)
        freezer.tick(2400)
    with suppress(CloudError):
        await ask(diary)
    freezer.tick(300)
    await ask(new_session())


async def test_silence_that_a_service_asked_for_holds_for_the_next_session(
    new_session: NewSession, cloud: CloudDouble, freezer: FrozenDateTimeFactory
) -> None:
    cloud.fail_next("login", faults.rate_limited(1800))
    with suppress(CloudError):
        await new_session().sign_in()
    freezer.tick(1799)
    sent = sign_ins(cloud)
    with pytest.raises(NotSentError):
        await new_session().sign_in()
    assert sign_ins(cloud) == sent
    await new_session(service=LIBREVIEW).sign_in()


# The clock, and what is broken off.


async def test_a_clock_that_is_set_back_makes_no_wait_longer(
    new_session: NewSession, cloud: CloudDouble, freezer: FrozenDateTimeFactory
) -> None:
    live = new_session()
    await ask(live)
    cloud.fail_next("user", faults.rate_limited(120))
    with suppress(CloudError):
        await ask(live)
    freezer.move_to(datetime.now(UTC) - timedelta(hours=2))
    with pytest.raises(NotSentError):
        await ask(live)
    freezer.tick(120)
    await ask(live)
    cloud.fail_always("login", faults.answer({"status": 2}))  # The double's own clock is the same.
    await mistype(new_session, "Wrong-1", "Wrong-2")
    freezer.move_to(datetime.now(UTC) - timedelta(hours=2))
    with pytest.raises(SlowDownError):
        await new_session("Wrong-3").sign_in()
    freezer.tick(60)
    await mistype(new_session, "Wrong-3")
    freezer.move_to(datetime.now(UTC) - timedelta(hours=2))
    with pytest.raises(SignInWaitError):
        await ask(new_session())
    freezer.tick(300)
    cloud.heal()
    await ask(new_session())


async def test_a_sign_in_that_is_broken_off_counts_as_a_failure(
    new_session: NewSession, cloud: CloudDouble, freezer: FrozenDateTimeFactory
) -> None:
    answers = asyncio.Event()
    cloud.fail_always("login", faults.slow(answers))
    live = new_session("Wrong-1")
    task = asyncio.create_task(ask(live))
    while not cloud.logins:
        await asyncio.sleep(0)
    assert live.state.sign_in_after == pytest.approx(datetime.now(UTC).timestamp() + 300)
    assert live.state.failed_sign_ins == 1
    task.cancel()
    with suppress(asyncio.CancelledError):
        await task
    answers.set()
    cloud.heal()
    with pytest.raises(SignInWaitError):
        await ask(new_session("Wrong-1"))
    await mistype(new_session, "Wrong-2")
    with pytest.raises(SlowDownError):
        await new_session("Wrong-3").sign_in()
