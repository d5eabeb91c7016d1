"""Names shared by the whole integration."""

from typing import Final

DOMAIN: Final = "libreview"
PERSON: Final = "person"
"""The type of the subentries."""

CONF_SERVICE: Final = "service"
"""In an entry's data: the key of the service it signs in to, LibreLinkUp where nothing is said."""
CONF_LIVE: Final = "live"
"""In the data of a LibreView account: whether its login serves LibreLinkUp as well."""
CONF_DIARY: Final = "diary"
"""In a person's data: the login of the person's own at LibreView."""
CONF_PATIENT_ID: Final = "patient_id"
"""Among a diary login's data: whose account it is."""

CONF_LOGIN: Final = "login"
"""In the data of a reauthentication: the key of the login that is signed in again."""
CONF_RESUME: Final = "resume"
"""In the data of a reauthentication that a repair started: the password at hand is still good."""

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

CONF_KEPT_DAYS: Final = "kept_days"
"""In an entry's options: for how many days every reading is kept."""
DEFAULT_KEPT_DAYS: Final = 400

DEFAULT_INTERVAL: Final = 60
LONGEST_INTERVAL: Final = 600

ISSUES_URL: Final = "https://github.com/ha-libreview/libreview/issues"
RELEASES_URL: Final = "https://github.com/ha-libreview/libreview/releases"
LIBRELINKUP_URL: Final = "https://www.librelinkup.com/"
LIBREVIEW_URL: Final = "https://www.libreview.com/"
