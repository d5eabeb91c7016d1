"""What a professional can ask: the dashboard, a search for patients, one patient. Exporting needs a captcha.

The calls are those of DenerRodrigues/LibreViewApi and allainclair (dashboard), skobkars/lvconnect (patient)
and other public clients (search). How the rest of the world is refused is public nowhere.
"""

from . import data_sources, practice_wire, refusals, reports
from .account import Account
from .call import Call
from .data import renewed
from .practice import LinkStatus, PracticePatient
from .wire import Json

_MOST_AT_ONCE = 100


def dashboard(call: Call) -> Json:
    """`POST /dashboard`: a page of all patients, sorted; pages begin at 1."""
    owner = _professional(call)
    match call.fields():
        case {
            "columns": list(columns),
            "filters": list(),
            "interval": int() | str(),
            "view": "Dashboard.allPatients",
            "count": int(count),
            "page": int(page),
            "searching": dict(),
        } as body if 0 < count <= _MOST_AT_ONCE and page > 0:
            sort = body.get("sort") or {}
        case _:
            raise refusals.bad_request("dashboard")
    forms, now = call.world.practice_forms, call.world.now()
    key = "last_name" if sort.get("key") == "lastName" else "first_name"
    patients = sorted(
        call.world.patients_of(owner),
        key=lambda patient: getattr(patient.account, key),
        reverse=bool(sort.get("desc")),
    )
    rows = [practice_wire.row(forms, each, columns, now) for each in patients]
    return renewed(call, owner, {"results": rows[(page - 1) * count : page * count]})


def search(call: Call) -> Json:
    """`POST /patients/search`: whose named fields contain the terms, in any case; an empty term finds all."""
    owner = _professional(call)
    match call.fields():
        case {"limit": int(limit), "match": [*matches]} if limit > 0 and matches:
            pass
        case _:
            raise refusals.bad_request("search")
    forms, world = call.world.practice_forms, call.world
    hits = [each for each in world.patients_of(owner) if all(_contains(each, match) for match in matches)]
    patients = [practice_wire.found(forms, each, world.practices_with(owner, each)) for each in hits[:limit]]
    return renewed(call, owner, {"patients": patients})


def patient(call: Call) -> Json:
    """`GET /patients/{id}`."""
    owner, found = _patient(call)
    if found is None:
        return renewed(call, owner, practice_wire.MISSING[call.world.practice_forms.missing]())
    practices = call.world.practices_with(owner, found)
    return renewed(call, owner, {"patient": practice_wire.found(call.world.practice_forms, found, practices)})


def settings(call: Call) -> Json:
    """`GET /patients/{id}/reportSettings`; there are no data of somebody who has not accepted yet."""
    owner, found = _patient(call)
    if found is None:
        return renewed(call, owner, practice_wire.MISSING[call.world.practice_forms.missing]())
    now = call.world.now()
    is_connected = found.status is LinkStatus.CONNECTED
    sources = data_sources.data_sources(found.person, now) if is_connected else {}
    return renewed(call, owner, reports.report_settings(sources, now))


def glucose_history(call: Call) -> Json:
    """`GET /patients/{id}/glucoseHistory`: averages, which nobody who has the readings needs."""
    owner, found = _patient(call)
    if found is None:
        raise refusals.could_not_load_patient()
    return renewed(call, owner, {"lastUpload": 0, "reminderSent": 0, "devices": [], "periods": []})


def export(call: Call) -> Json:
    """`POST /export` and `POST /patients/{id}/export`, which want a captcha and are not for machines."""
    call.account_here()
    raise refusals.Refusal({"message": "CaptchaRequired"}, 403)


def _professional(call: Call) -> Account:
    owner = call.account_here()
    if owner.professional is None or not call.world.practices_of(owner):
        refusal = practice_wire.NOT_A_MEMBER[call.world.practice_forms.not_a_member]()
        raise refusal
    return owner


def _patient(call: Call) -> tuple[Account, PracticePatient | None]:
    """Who asks, and the patient named in the path, None where that is none of theirs."""
    owner = call.account_here()
    return owner, call.world.patient_of(owner, call.name)


def _contains(patient: PracticePatient, match: Json) -> bool:
    account = patient.account
    values = {"firstName": account.first_name, "lastName": account.last_name, "email": account.email}
    match match:
        case {"term": str(term), "fields": [*names]} if names and set(names) <= values.keys():
            return any(term.casefold() in values[name].casefold() for name in names)
    raise refusals.bad_request("match")
