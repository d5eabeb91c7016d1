"""Where requests may go: to Abbott, or where a developer sends them all."""

from urllib.parse import urlsplit

from hypothesis import given, strategies as st
import pytest

from custom_components.libreview.cloud import regions

ABBOTT = (".libreview.io", ".libreview.ru", ".myfreestyle.cn")
codes = st.from_regex(r"[a-z]{2}[0-9]?", fullmatch=True)


@pytest.fixture(autouse=True)
def no_override(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("LIBREVIEW_CLOUD_URL", raising=False)


@pytest.mark.parametrize(
    ("region", "address"),
    [
        ("global", "https://api.libreview.io"),
        ("eu", "https://api-eu.libreview.io"),
        ("eu2", "https://api-eu2.libreview.io"),
        ("la", "https://api-la.libreview.io"),
        ("ru", "https://api.libreview.ru"),
        ("cn", "https://api-cn.myfreestyle.cn"),
        ("sa", "https://api-sa.libreview.io"),
    ],
)
def test_a_region_has_its_host(region: str, address: str) -> None:
    assert regions.address(region) == address


@given(st.text() | codes | st.from_regex(r"\A[a-z.@/:\\]{1,12}\Z"))
def test_no_region_code_leads_outside_of_abbott(word: str) -> None:
    try:
        address = urlsplit(regions.address(word))
    except KeyError:
        return
    assert address.scheme == "https"
    assert address.hostname is not None
    assert address.hostname.endswith(ABBOTT)
    assert (address.port, address.username, address.path) == (None, None, "")


@given(codes)
def test_the_host_of_a_known_region_leads_back_to_it(region: str) -> None:
    found = regions.find_region_by_address(f"{regions.address(region).upper().replace('HTTPS', 'https')}/")
    assert found == (region if regions.is_known(region) else None)


@given(st.text() | st.text().map("https://{}".format))
def test_any_other_address_is_no_region(url: str) -> None:
    assert regions.find_region_by_address(url) is None


@pytest.mark.parametrize(
    "url",
    [
        "http://api-eu.libreview.io/",
        "https://api-eu.libreview.io.evil.example/",
        "https://api-eu.libreview.io@evil.example/",
        "https://api-eu.libreview.io:444/",
        "https://api-eu.libreview.io/elsewhere",
        "https://[",
    ],
)
def test_an_address_that_only_looks_like_abbott_s_is_no_region(url: str) -> None:
    assert regions.find_region_by_address(url) is None


def test_every_served_country_has_a_place_to_start() -> None:
    assert len(set(regions.COUNTRIES)) == len(regions.COUNTRIES) >= 50
    for country in regions.COUNTRIES:
        assert regions.is_known(regions.find_region_by_country(country))
        assert regions.find_region_by_country(country.lower()) == regions.find_region_by_country(country)


@pytest.mark.parametrize(
    ("country", "region"),
    [
        ("GB", "eu2"),
        ("IE", "eu2"),
        ("DE", "de"),
        ("RU", "ru"),
        ("CN", "cn"),
        ("PL", "global"),
        ("XX", "global"),
    ],
)
def test_our_own_table_knows_only_what_is_certain(country: str, region: str) -> None:
    assert regions.find_region_by_country(country) == region


@given(codes | st.just("global"))
def test_a_developer_s_address_replaces_every_host(region: str) -> None:
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("LIBREVIEW_CLOUD_URL", "http://127.0.0.1:8765/{region}/")
        assert regions.address(region) == f"http://127.0.0.1:8765/{region}"


@pytest.mark.parametrize("region", ["", "EU", "e", "europe", "eu22", "eu\n", "127.0.0.1", "../"])
def test_a_developer_s_address_is_for_regions_only(monkeypatch: pytest.MonkeyPatch, region: str) -> None:
    monkeypatch.setenv("LIBREVIEW_CLOUD_URL", "http://127.0.0.1:8765/{region}")
    with pytest.raises(KeyError):
        regions.address(region)
