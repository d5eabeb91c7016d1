"""The names that may be shown of an undocumented answer, because they cannot be those of a person.

A key of an answer is mostly a name that Abbott's programmers chose, but a map can have ids, dates, e-mail
addresses and names of persons as keys. So a key is shown if the public descriptions of the cloud have it, or
if it is made of nothing but common words of the field; anything else is left out.
"""

from functools import lru_cache
import re
from typing import Final

DOCUMENTED: Final = frozenset(
    """
    a accountType action activeSensors alarmRules alarmType alarmVersions alarms alarmsEnabled appSettings
    args authTicket avgGlucose blocks c capabilities code communicationLanguage componentName connection
    connectionId consents country created currentStep d data dataSources dataType dateEnd dateFormat
    dateOfBirth dateStart daysData daysOfData declined details device deviceId deviceType devices did dob
    dtid duration email emailDay endDate error errorMsgKey errors expires f failures features
    firmwareVersion firstName fixedLowAlarmValues fixedLowThreshold glucoseAlarm glucoseItem
    glucoseMeasurement graphData h highThreshold history hl i id includePatientInfo interval invitations
    isHigh isLow l lastLogin lastAvailableData lastName lastUpload lateJoined libreViewStatus lj ll llu
    lockout lowThreshold lp max message messages mgdl min minimumVersion mmoll name nameOrder nd nickname
    noData notifications number on operation p passwordRules patient patientDevice patientId patients
    percentGlucoseInTarget period periods policyAccept practices primaryMethod primaryValue programs props
    pt r reaccept realWorldEvidence redirect region regulatoryUdiDom results s sd secondaryMethod
    secondaryValue sensor sensorDailyScans serialNumber settings sn special status std step system t
    targetHigh targetLow targetRange th thmm ticket time timeFormat title titleKey tl tlmm token
    totalSteps touAccept trustedDeviceToken twoFactor type u uiLanguage units unread unresolved uom
    uploadDate url urls user v value w ws x Data Days FactoryTimestamp Glucose GlucoseUnits IsTimeChange
    MeasurementColor SensorScans Timestamp TrendArrow TrendMessage Value ValueInMgPerDl practiceId
    """.split()
)
"""The keys in recordings and in the clients that public sources have."""

_WORDS: Final = frozenset(
    """
    abbott accept accepted access account acting action actions active activity actual address after age
    alarm alarms alert all allowed amount analytics android annotation annotations answer app apple arg
    args array arrow at attempt attempts attribute attributes auth authenticate authentication author
    authorization available average avg axis background band bands banner basal base battery before begin
    below between birth blob block blocked blocks blood body bolus boluses bool both button by calendar
    calories cancel cancelled captcha carb carbohydrate carbohydrates carbs category cell cells center cgm
    change changed channel chart check child children class client clinic clinical clock code codes color
    colors colour column columns comment comments common communication complete completed component config
    configuration confirm confirmation connect connected connection connections consent consents container
    content context continue correction count country create created credential credentials csv culture
    current custom daily data dataset date dates day days declined decrypt default delete deleted delivery
    description detail details device devices diary did digit disabled dismissed display distance do
    document documents dose doses doctor download due duration during edit email empty enabled encrypted
    end ended ends energy enter entered entries entry epoch error errors evening event events every
    example exchange exercise exists expire expired expires expiry export extended extra factor factory
    fail failed failure failures fast fasting fat feature features feed field fields file filter fixed
    flag flags food foods for format forced from full gap generate generated generation generic given
    glucose goal goals gram grams graph group groups has hash header height hidden high highest historic
    history home hour hourly hours html hydration hyper hypo icon id ids image in include included index
    info information injection injections insulin insulins intake intensity interval intervals invalid
    invitation invitations is issued item items journal kept ketone ketones key keys kind label language
    last latest length level levels libre life limit limits line lines link linked list lists load local
    locale location lock locked lockout log logbook logged login logs long lot low lowest main manual map
    marker markers master max maximum meal meals mean measure measured measurement measurements
    median medication medications message messages meta method methods metric mgdl mid middle midnight
    millis min minimum minute minutes missing mmol mmoll mode model modified modify moment moments mood
    morning must name names new next night no node non normal not note notes notice notification
    notifications number numeric object objects occurred of off offset old on only open operation option
    optional options order other out outdated overnight own owner pages panel parameters part parts
    password past patient patients payload pen percent percentile percentiles period periods permission
    phone picture place plan planned plot point points policy portal portion position practice practices
    pre prefer preferences previous primary print priority privacy product profile program programs
    progress prompt properties property protein provider pump quantity query queue quick range ranges
    rapid rate raw read reading readings ready real reason record recorded records redirect reference
    region register regular rejected reminder remote remove removed renew repeat report reports request
    require required requires reset resource response result results resume retry role row rows rule rules
    safety sample samples save scan scanned scans schedule scheduled score screen search second secondary
    seconds section sections security segment select selected send sensor sensors sent sequence serial
    series server serving servings session set settings severity share shared sharing short show side sign
    signal signature size sleep slot slots slow snack snacks snooze socket sort source sources span
    speed standard start started starts state statistics status std step steps stop stopped streaming
    strength strip style sub subject subtype sugar sum summary support suspect symbol symptom sync synced
    system table tag tags taken target targets task temporary term terms test text third threshold
    thresholds tick ticket time timeline times timestamp title to today token tokens tooltip total totals
    treatment treatments trend trends trusted try two type types unit units unknown unspecified until
    update updated upload uploaded uploads urgent url urls use used user users utc valid validation value
    values verification verify version versions view visible volume wait waiting wall warm warning was web
    week weekday weekly weeks weight when width window with within without work worn wrapper wrong
    year yesterday zone zones
    """.split()
)
"""Common words of programs, and of life with diabetes. None is a name that people are called by alone."""

MESSAGES: Final = frozenset(
    {
        "couldNotLoadPatient",
        "failedToLoadHistory",
        "incorrect username/password",
        "invalid or expired jwt",
        "locked",
        "MissingCachedUser",
        "notAuthenticated",
        "PasswordExpired",
        "ProductMismatch",
        "RequiredHeaderMissing",
        "unsupported country",
        "wrongDeviceForUser",
    }
)
"""The texts with which the cloud refuses something, as far as they are public."""

STEPS: Final = frozenset({"tou", "pp", "verifyEmail", "2faVerify"})
"""The types of the steps of signing in that are public."""
HIDDEN: Final = "<key>"
_NAME: Final = re.compile(r"[A-Za-z]+(?:[_-][A-Za-z]+)*")
_PART: Final = re.compile(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+")
_LONGEST: Final = 40
_SHORTEST_ALONE: Final = 4
"""Letters of a name of a single word. Shorter ones, such as Max, are names of people too."""


@lru_cache(maxsize=4096)
def is_harmless(name: str) -> bool:
    """Return whether a name consists of common words alone, so that it tells nothing of anybody."""
    if len(name) > _LONGEST or _NAME.fullmatch(name) is None:
        return False
    parts = [part.lower() for part in _PART.findall(name)]
    return all(part in _WORDS for part in parts) and (len(parts) > 1 or len(name) >= _SHORTEST_ALONE)


def show_key(name: str, *, is_new_shown: bool = True) -> str:
    """Return a key as it may be shown: by its name, with `?` after one that is documented nowhere."""
    if name in DOCUMENTED:
        return name
    return f"{name}?" if is_new_shown and is_harmless(name) else HIDDEN
