"""The regions of the cloud, and which one serves a country.

The region codes are those of the recorded `/llu/config/country` answer (FokkeZB/libreview-unofficial), with
`la` (timoschlueter/nightscout-librelink-up), `ru` and `cn` (gui-dos/DiaBLE) beside them. It is public that
Britain and Ireland live in `eu2`; the other countries are put where one would look for them.
"""

from typing import Final

GLOBAL: Final = "global"
"""Name of the start host, which serves nobody itself and redirects."""

WORLD: Final = ("ae", "ap", "au", "ca", "de", "eu", "eu2", "fr", "jp", "us", "la")
"""Regions that know of each other, and of which the global host knows."""

ISLANDS: Final = ("ru", "cn")
"""Clouds of their own: nobody is redirected to them or from them."""

ALL: Final = (GLOBAL, *WORLD, *ISLANDS)

_COUNTRIES: Final = {
    "ae": "AE BH EG JO KW LB OM QA SA",
    "ap": "HK IN KR PH SG TW",
    "au": "AU NZ",
    "ca": "CA",
    "cn": "CN",
    "de": "DE",
    "eu": "AT BE CH CZ DK ES FI GR HR IL IT LU NL NO PL PT SE SI SK TR ZA",
    "eu2": "GB IE",
    "fr": "FR",
    "jp": "JP",
    "la": "AR BR CL CO MX",
    "ru": "RU",
    "us": "US",
}

REGION_OF_COUNTRY: Final = {
    country: region for region, countries in _COUNTRIES.items() for country in countries.split()
}


def island(region: str) -> str:
    """The separate cloud a region belongs to: `ru`, `cn`, or `world` for all others."""
    return region if region in ISLANDS else "world"
