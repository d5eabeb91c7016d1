"""The regions of Abbott's cloud: their hosts, the countries they serve, and the override for development."""

import os
import re
from typing import Final
from urllib.parse import urlsplit

from yarl import URL

GLOBAL: Final = "global"
"""The host where everyone starts; it redirects an account to its region (except Russia and China)."""

CLOUD_URL_VARIABLE: Final = "LIBREVIEW_CLOUD_URL"
"""Replaces every host, for development and tests: a template such as http://127.0.0.1:8765/{region}."""

# FokkeZB/libreview-unofficial records the regional map; `la` was added by nightscout-librelink-up,
# `ru` and `cn` stand in gui-dos/DiaBLE.
_HOSTS: Final = {
    GLOBAL: "api.libreview.io",
    **{
        region: f"api-{region}.libreview.io"
        for region in (
            "ae",
            "ap",
            "au",
            "ca",
            "de",
            "eu",
            "eu2",
            "fr",
            "jp",
            "la",
            "us",
        )
    },
    "ru": "api.libreview.ru",
    "cn": "api-cn.myfreestyle.cn",
}
_ABBOTT: Final = re.compile(r"(?:[a-z0-9-]+\.)*(?:libreview\.io|libreview\.ru|myfreestyle\.cn)(?::443)?")
_REGION_CODE: Final = re.compile(r"[a-z]{2}\d?")

COUNTRIES: Final = tuple(
    "AE AR AT AU BE BH BR CA CH CL CN CO CZ DE DK EG ES FI FR GB GR HK HR IE IL IN IT JO JP KR KW LB LU MX"
    " NL NO NZ OM PH PL PT QA RU SA SE SG SI SK TR TW US ZA".split()
)
"""ISO codes of the countries Abbott serves."""

# Only what is certain. Every other country starts at the global host, which redirects.
_REGION_OF_COUNTRY: Final = {
    "AE": "ae",
    "AU": "au",
    "CA": "ca",
    "DE": "de",
    "FR": "fr",
    "GB": "eu2",
    "IE": "eu2",
    "JP": "jp",
    "US": "us",
}
UNREDIRECTED: Final = {"CN": "cn", "RU": "ru"}
"""Countries whose accounts the global host neither knows nor redirects (gui-dos/DiaBLE)."""


def address(region: str) -> str:
    """Return the base address of a region, without a trailing slash.

    Raise KeyError for a region that is neither known nor of the form Abbott gives its regions, so that
    nothing an answer names can lead outside Abbott's domain.
    """
    if region not in _HOSTS and not _REGION_CODE.fullmatch(region):
        raise KeyError(region)
    if template := os.environ.get(CLOUD_URL_VARIABLE):
        return template.format(region=region).rstrip("/")
    return f"https://{_HOSTS.get(region) or f'api-{region}.libreview.io'}"


def is_ours(url: str) -> bool:
    """Return whether an address that the cloud names is one of Abbott's hosts; no other is contacted."""
    try:
        named = URL(url)  # As the HTTP client reads it, so that no spelling has two meanings.
        if template := os.environ.get(CLOUD_URL_VARIABLE):
            own = URL(template)
            return (named.scheme, named.raw_authority) == (own.scheme, own.raw_authority)
        return named.scheme == "https" and _ABBOTT.fullmatch(named.raw_authority) is not None
    except ValueError:
        return False


def is_known(region: str) -> bool:
    """Return whether this region is in our own table."""
    return region in _HOSTS


def is_region_code(text: str) -> bool:
    """Return whether a text has the form of Abbott's region codes: two letters and perhaps a digit."""
    return _REGION_CODE.fullmatch(text) is not None


def find_region_by_country(country: str) -> str:
    """Return the region of a country in our own table, the global host for one that it does not hold."""
    country = country.upper()
    return UNREDIRECTED.get(country) or _REGION_OF_COUNTRY.get(country, GLOBAL)


def find_region_by_address(url: str) -> str | None:
    """Return the known region that an address named by the cloud belongs to, None for any other address."""
    try:
        wanted = _origin_and_path(url)
    except ValueError:
        return None
    return next(
        (region for region in _HOSTS if _origin_and_path(address(region)) == wanted),
        None,
    )


def _origin_and_path(url: str) -> tuple[str, str, str]:
    parts = urlsplit(url)
    return parts.scheme, parts.netloc.lower(), parts.path.rstrip("/")
