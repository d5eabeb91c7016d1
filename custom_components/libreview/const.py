"""Names shared by the whole integration."""

from typing import Final

DOMAIN: Final = "libreview"
PERSON: Final = "person"
"""The type of the subentries."""

CONF_CLIENT_VERSION: Final = "client_version"
CONF_INTERVAL: Final = "interval"
CONF_PERSONS: Final = "persons"
CONF_DECLINED: Final = "declined"
"""Patient ids of persons who share but were deliberately not added."""

# What a person's subentry holds. What is absent follows the person's own LibreLinkUp settings or a default.
CONF_UNIT: Final = "unit"
CONF_TIME_ZONE: Final = "time_zone"
CONF_MAX_AGE: Final = "max_age"
CONF_SENSOR_LIFE: Final = "sensor_life"
THRESHOLDS: Final = ("very_low", "low", "high", "very_high")

DEFAULT_INTERVAL: Final = 60
LONGEST_INTERVAL: Final = 600

ISSUES_URL: Final = "https://github.com/ha-libreview/libreview/issues"
RELEASES_URL: Final = "https://github.com/ha-libreview/libreview/releases"
LIBRELINKUP_URL: Final = "https://www.librelinkup.com/"
LIBREVIEW_URL: Final = "https://www.libreview.com/"
