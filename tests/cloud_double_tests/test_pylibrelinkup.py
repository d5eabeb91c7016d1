"""A client from PyPI works against the double, unchanged but for its host."""

import asyncio
from collections.abc import Callable
from datetime import timedelta
from itertools import pairwise
from types import SimpleNamespace
from typing import Any, cast

from pylibrelinkup import APIUrl, PyLibreLinkUp
from pylibrelinkup.exceptions import (
    AuthenticationError,
    EmailVerificationError,
    LLUAPIRateLimitError,
    PatientNotFoundError,
    PrivacyPolicyError,
    RedirectError,
    TermsOfUseError,
)
import pytest

from tests.cloud_double import Account, Alarm, CloudDouble, Person, Uom, faults

from .conftest import Clock


@pytest.fixture
def client(cloud: CloudDouble) -> Callable[..., PyLibreLinkUp]:
    """Makes a client that asks the double instead of Abbott's host of a region."""

    def make(account: Account, region: str | None = None, password: str | None = None) -> PyLibreLinkUp:
        url = SimpleNamespace(value=cloud.url_template.format(region=region or account.region))
        return PyLibreLinkUp(account.email, password or account.password, cast("APIUrl", url))

    return make


@pytest.fixture
async def signed_in(client: Callable[..., PyLibreLinkUp], account: Account) -> PyLibreLinkUp:
    made = client(account)
    await asyncio.to_thread(made.authenticate)
    return made


async def _raises(error: type[Exception], work: Callable[..., Any], *words: Any) -> Exception:
    with pytest.raises(error) as caught:
        await asyncio.to_thread(work, *words)
    return caught.value


async def test_it_is_redirected_to_the_accounts_region(
    client: Callable[..., PyLibreLinkUp], account: Account
) -> None:
    account.region = "eu2"
    redirect = await _raises(RedirectError, client(account, "global").authenticate)
    assert isinstance(redirect, RedirectError)
    assert redirect.region is APIUrl.EU2
    there = client(account, "eu2")
    await asyncio.to_thread(there.authenticate)
    assert there.account_id_hash == account.account_id


@pytest.mark.parametrize(
    ("step", "error"),
    [("tou", TermsOfUseError), ("pp", PrivacyPolicyError), ("verifyEmail", EmailVerificationError)],
)
async def test_it_understands_the_steps(
    client: Callable[..., PyLibreLinkUp], account: Account, step: str, error: type[Exception]
) -> None:
    account.steps = [step]
    await _raises(error, client(account).authenticate)


async def test_it_understands_a_wrong_password(
    client: Callable[..., PyLibreLinkUp], account: Account
) -> None:
    await _raises(AuthenticationError, client(account, password="wrong").authenticate)


async def test_it_lists_the_persons(signed_in: PyLibreLinkUp, person: Person) -> None:
    patients = await asyncio.to_thread(signed_in.get_patients)
    assert [(str(each.patient_id), each.first_name) for each in patients] == [(person.patient_id, "Alex")]


@pytest.mark.parametrize("uom", list(Uom))
async def test_it_reads_the_latest_value(
    signed_in: PyLibreLinkUp, account: Account, person: Person, clock: Clock, uom: Uom
) -> None:
    account.uom = uom
    person.curve = lambda _: 115
    latest = await asyncio.to_thread(signed_in.latest, person.patient_id)
    assert (latest.value, latest.value_in_mg_per_dl) == (6.4 if uom is Uom.MMOL_L else 115, 115)
    assert timedelta(0) < clock.now - latest.factory_timestamp < timedelta(minutes=2)
    assert latest.trend.name == "STABLE"


async def test_it_reads_the_graph(signed_in: PyLibreLinkUp, person: Person) -> None:
    graph = await asyncio.to_thread(signed_in.graph, person.patient_id)
    assert 139 <= len(graph) <= 141
    assert all(a.factory_timestamp < b.factory_timestamp for a, b in pairwise(graph))


async def test_it_reads_the_logbook(signed_in: PyLibreLinkUp, person: Person, clock: Clock) -> None:
    person.curve = lambda _: 120
    person.add_alarm(clock.now - timedelta(hours=1), Alarm.LOW, 66)
    logbook = await asyncio.to_thread(signed_in.logbook, person.patient_id)
    assert [each.value for each in logbook] == [66]


async def test_it_cannot_load_an_unknown_patient(signed_in: PyLibreLinkUp) -> None:
    await _raises(PatientNotFoundError, signed_in.graph, "00000000-0000-4000-8000-000000000000")


async def test_it_is_told_how_long_to_wait(signed_in: PyLibreLinkUp, cloud: CloudDouble) -> None:
    cloud.fail_next("connections", faults.rate_limited(retry_after=90))
    error = await _raises(LLUAPIRateLimitError, signed_in.get_patients)
    assert isinstance(error, LLUAPIRateLimitError)
    assert error.retry_after == 90
