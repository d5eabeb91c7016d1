"""Constants shared by the whole integration."""

from typing import Final

DOMAIN: Final = "libreview"
SUBENTRY_PERSON: Final = "person"
"""The type of the subentries, one for each followed person."""

SUBENTRY_READER: Final = "reader"
"""The type of the subentries of apps and programs that may read persons' data."""

SUBENTRY_NIGHTSCOUT: Final = "nightscout"
"""The type of the subentries of Nightscout servers that a person's values are sent to."""

CONF_SERVICE: Final = "service"
"""In an entry's data: the key of the service it signs in to. LibreLinkUp where it is absent."""
CONF_LIVE: Final = "live"
"""In the data of a LibreView account: whether its login serves LibreLinkUp as well."""
CONF_KIND: Final = "kind"
"""In an entry's data: KIND_PRACTICE for a professional's login, absent for all others."""
KIND_PRACTICE: Final = "practice"
CONF_PRACTICE: Final = "practice"
"""In a practice's data: the Practice ID that followed persons have to be patients of, absent for any."""
MOST_PATIENTS: Final = 50
"""Persons whom one practice's login follows at most: each report costs the cloud a good deal."""
CONF_DIARY: Final = "diary"
"""In a person's data: the person's own login at LibreView."""
CONF_PATIENT_ID: Final = "patient_id"
"""In a diary login's data: Abbott's id of the account, by which reports are asked for."""

CONF_LOGIN: Final = "login"
"""In the data of a reauthentication: the key of the login that is signed in again."""
CONF_RESUME: Final = "resume"
"""In the data of a reauthentication that a repair started: the password at hand is still good."""

CONF_CLIENT_VERSION: Final = "client_version"
CONF_PERSONS: Final = "persons"
CONF_DECLINED: Final = "declined"
"""In an entry's data: patient ids of persons who share but were deliberately not added."""

# In a person's subentry. What is absent follows the person's own LibreLinkUp settings or a default.
CONF_UNIT: Final = "unit"
CONF_TIME_ZONE: Final = "time_zone"
CONF_MAX_AGE: Final = "max_age"
CONF_SENSOR_LIFE: Final = "sensor_life"
THRESHOLDS: Final = ("very_low", "low", "high", "very_high")
"""The keys of the thresholds in mg/dL."""

# In a reader's subentry, beside `persons`: their patient ids. A reader has a key or a client id.
CONF_KEY_HASH: Final = "key_hash"
CONF_CLIENT_ID: Final = "client_id"
CONF_LOCAL_ONLY: Final = "local_only"
# Whether it may read the diary, too: `diary`.

# In the subentry of a Nightscout server, beside `url` and `diary`.
CONF_PERSON: Final = "person"
"""The patient id of the person whose values are sent. In forms, the person whom something is about."""
CONF_SHA1: Final = "sha1"
"""The SHA-1 of a token or an API secret: all that Nightscout wants to see of it."""
CONF_SINCE: Final = "since"
"""The epoch second before which nothing is sent."""

CONF_FOLLOW_EVERYBODY: Final = "follow_everybody"
"""In an entry's options: whether persons who newly share are followed without a question."""
CONF_KEPT_DAYS: Final = "kept_days"
"""In an entry's options: the days for which every reading is kept; older ones are thinned out."""
DEFAULT_KEPT_DAYS: Final = 400
MIN_KEPT_DAYS: Final = 30
"""The summaries cover two weeks, which must be stored whole."""
MAX_KEPT_DAYS: Final = 3650
CONF_INTERVAL: Final = "interval"
"""In an entry's options: the seconds between two polls of the live feed."""
DEFAULT_INTERVAL: Final = 60
MAX_INTERVAL: Final = 600

MAX_RETRY_AFTER: Final = 24 * 3600.0
"""Seconds. Longer waits that the cloud asks for are cut to this; 65620 s was seen with HTTP 476."""

ISSUES_URL: Final = "https://github.com/ha-libreview/libreview/issues"
RELEASES_URL: Final = "https://github.com/ha-libreview/libreview/releases"
LIBRELINKUP_URL: Final = "https://www.librelinkup.com/"
LIBREVIEW_URL: Final = "https://www.libreview.com/"
SERVICE_LINKS: Final = {"librelinkup": LIBRELINKUP_URL, "libreview": LIBREVIEW_URL}
"""By the key of the service, which is also the placeholder that texts know the link by."""
