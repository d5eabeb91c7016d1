"""The region of an account is found, by redirect or by country, and nobody else's host is."""

import pytest

from custom_components.libreview.cloud.errors import CredentialsRejectedError, UntrustedRedirectError
from tests.cloud_double import Account, CloudDouble, faults

from .conftest import Client, recorded, regions_asked


async def test_the_region_is_found_from_the_global_host_and_kept(
    client: Client, cloud: CloudDouble, account: Account
) -> None:
    account.region = "eu2"
    await client.session.sign_in()
    assert regions_asked(cloud) == ["global", "eu2"]
    assert client.state.region == "eu2"
    assert client.kept[-1] == client.state
    assert await client.read() == 1


async def test_an_account_that_moved_is_followed_to_its_new_region(
    signed_in: Client, cloud: CloudDouble, account: Account
) -> None:
    account.region = "us"
    await signed_in.session.sign_in()
    assert regions_asked(cloud) == ["eu", "us"]
    assert signed_in.state.region == "us"


async def test_a_redirect_in_a_circle_ends(client: Client, cloud: CloudDouble) -> None:
    cloud.fail_always("login", faults.redirect_loop("eu", "us"))
    with pytest.raises(UntrustedRedirectError):
        await client.session.sign_in()
    assert regions_asked(cloud) == ["global", "eu", "us"]


async def test_a_redirect_from_region_to_region_without_end_ends(client: Client, cloud: CloudDouble) -> None:
    for region in ("eu", "us", "fr", "de", "jp", "au"):
        cloud.fail_next("login", faults.redirect(region))
    with pytest.raises(UntrustedRedirectError):
        await client.session.sign_in()
    assert len(cloud.logins) == 4


async def test_a_redirect_without_a_region_is_refused(client: Client, cloud: CloudDouble) -> None:
    cloud.fail_next("login", faults.answer({"status": 0, "data": {"redirect": True}}))
    with pytest.raises(UntrustedRedirectError):
        await client.session.sign_in()


async def test_a_new_region_is_believed_when_the_cloud_itself_lists_it(
    client: Client, cloud: CloudDouble
) -> None:
    cloud.fail_next("login", faults.redirect("SA"))
    cloud.fail_next("config", faults.answer({"status": 0, "data": {"regionalMap": {"sa": {}}}}))
    cloud.fail_next("sa:unknown", faults.answer(recorded("llu_login.nightscout-librelink-up.json")))
    await client.session.sign_in()
    assert client.state.region == "sa"
    assert [request.region for request in cloud.log] == ["global", "global", "sa"]


@pytest.mark.parametrize(
    "config",
    [None, faults.status(500), faults.answer({"status": 0, "data": {"regionalMap": ["sa"]}}), faults.empty()],
    ids=["does not list it", "is in trouble", "is odd", "is empty"],
)
async def test_a_new_region_is_not_believed_when_the_cloud_s_own_list(
    client: Client, cloud: CloudDouble, config: faults.Fault | None
) -> None:
    cloud.fail_next("login", faults.redirect("sa"))
    if config is not None:
        cloud.fail_next("config", config)
    with pytest.raises(UntrustedRedirectError):
        await client.session.sign_in()
    assert len(cloud.logins) == 1
    assert client.state.region == "global"


@pytest.mark.parametrize(
    ("country", "region"), [("GB", "eu2"), ("PL", "eu"), ("BR", "la"), ("SG", "ap"), ("US", "us")]
)
async def test_the_region_of_a_country_is_the_one_that_the_cloud_names(
    client: Client, cloud: CloudDouble, country: str, region: str
) -> None:
    assert await client.session.region_of_country(country) == region
    assert cloud.log[0].query == {"country": country}
    assert "authorization" not in cloud.log[0].headers


@pytest.mark.parametrize(
    "config",
    [
        faults.status(500),
        faults.dropped(),
        faults.answer({"status": 0, "data": None}),
        faults.answer({"status": 0, "data": {"lslApi": 5}}),
        faults.answer({"status": 0, "data": {"lslApi": "https://evil.example/"}}),
        faults.answer({"status": 0, "data": {"lslApi": "https://["}}),
    ],
    ids=["500", "dropped", "null", "number", "foreign", "no address"],
)
@pytest.mark.parametrize(("country", "region"), [("GB", "eu2"), ("PL", "global")])
async def test_our_own_table_is_used_when_the_cloud_does_not_answer(
    client: Client, cloud: CloudDouble, config: faults.Fault, country: str, region: str
) -> None:
    cloud.fail_always("config", config)
    assert await client.session.region_of_country(country) == region


@pytest.mark.parametrize(("country", "region"), [("RU", "ru"), ("CN", "cn")])
async def test_accounts_of_russia_and_china_are_reached_by_their_country(
    client: Client, cloud: CloudDouble, account: Account, country: str, region: str
) -> None:
    account.region = region
    with pytest.raises(CredentialsRejectedError):
        await client.session.sign_in()
    cloud.log.clear()
    client.session.start_at(await client.session.region_of_country(country))
    await client.session.sign_in()
    assert [request.region for request in cloud.log] == [region]
    assert await client.read() == 1


async def test_an_account_that_moves_while_it_is_read_is_followed(
    signed_in: Client, cloud: CloudDouble, account: Account
) -> None:
    cloud.fail_next("connections", faults.redirect("us"))
    account.region = "us"
    assert await signed_in.read() == 1
    assert regions_asked(cloud) == ["us"]
    assert signed_in.state.region == "us"


async def test_data_are_never_fetched_from_a_host_that_is_not_abbotts(
    signed_in: Client, cloud: CloudDouble
) -> None:
    cloud.fail_always("connections", faults.redirect("evil.example/"))
    with pytest.raises(UntrustedRedirectError):
        await signed_in.read()
    assert cloud.logins == []
