"""What Nightscout apps are answered."""

from datetime import timedelta
from typing import Any

from aiohttp.test_utils import TestClient
from homeassistant.config_entries import ConfigSubentry
from homeassistant.core import HomeAssistant
import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry

from custom_components.libreview.const import CONF_DIARY
from custom_components.libreview.history.store import Store
from custom_components.libreview.models import EntryKind, Precision, Source
from tests.cloud_double import Person
from tests.conftest import NOON
from tests.support.clock import PassTime
from tests.support.readers import HEADER, PREFIX, read, values
from tests.support.stored_history import DAY, HOUR, LIBRE, MINUTE, keep, readings_before, written

ROOTS = pytest.mark.parametrize("root", ["", PREFIX], ids=["root", "prefix"])


def let_read_the_diary(hass: HomeAssistant, entry: MockConfigEntry, reader: ConfigSubentry) -> None:
    hass.config_entries.async_update_subentry(entry, reader, data={**reader.data, CONF_DIARY: True})


@ROOTS
@pytest.mark.parametrize("ending", ["", ".json"])
async def test_the_newest_readings_come_first_with_their_own_times(
    hass: HomeAssistant,
    app: TestClient[Any, Any],
    quiet: MockConfigEntry,
    person: Person,
    root: str,
    ending: str,
) -> None:
    await keep(hass, quiet, person, readings_before(NOON, [100, 101, 102]))

    entries = await read(app, f"{root}/api/v1/entries/sgv{ending}?count=2")

    assert values(entries) == [102, 101]
    assert entries[0]["dateString"] == "2026-06-01T11:55:00.000Z"
    assert entries == await read(app, f"{root}/api/v1/entries{ending}?count=2")


async def test_readings_are_looked_for_in_the_time_that_is_asked_for(
    hass: HomeAssistant, app: TestClient[Any, Any], quiet: MockConfigEntry, person: Person
) -> None:
    await keep(hass, quiet, person, readings_before(NOON, [100, 101, 102]))
    await keep(hass, quiet, person, readings_before(NOON - 20 * DAY, [90]))
    since = int((NOON - 10 * MINUTE).timestamp() * 1000)

    async def found(query: str) -> list[int]:
        return values(await read(app, f"{PREFIX}/api/v1/entries/sgv.json?{query}"))

    assert await found(f"find[date][$gte]={since}") == [102, 101]
    assert await found(f"find%5Bdate%5D%5B%24gt%5D={since}") == [102]
    assert await found("find[dateString][$gte]=2026-05-10") == [102, 101, 100, 90]
    assert await found("") == [102, 101, 100]
    assert await found("find[type]=mbg") == []


async def test_a_question_that_is_not_understood_is_refused(app: TestClient[Any, Any]) -> None:
    for path in ("entries.json?find[sgv][$gte]=70", "treatments.json?find[insulin][$exists]=true"):
        response = await app.get(f"/api/v1/{path}", headers={"api-secret": "x"})
        assert response.status == 401
        with pytest.raises(AssertionError, match="is not supported"):
            await read(app, f"/api/v1/{path}")


async def test_a_live_reading_is_told_at_once_with_its_trend_and_change(
    hass: HomeAssistant, app: TestClient[Any, Any], person: Person, pass_time: PassTime
) -> None:
    person.has_reading = True
    for _ in range(7):
        await pass_time(minutes=1)

    (entry,) = await read(app, "/api/v1/entries/current.json")
    assert (entry["sgv"], entry["direction"], entry["device"]) == (120, "Flat", "FreeStyle Libre 3")
    assert values(await read(app, "/api/v1/entries.json?count=1")) == [120]
    (bg,) = (await read(app, "/pebble"))["bgs"]
    assert (bg["sgv"], bg["direction"], bg["bgdelta"]) == ("120", "Flat", 0)
    assert (await read(app, "/pebble?units=mmol"))["bgs"][0]["sgv"] == "6.7"
    assert len((await read(app, "/pebble?count=3"))["bgs"]) == 3
    told = await read(app, "/api/v2/properties")
    assert (told["bgnow"]["last"], told["delta"]["display"], told["direction"]["label"]) == (120, "+0", "→")
    assert set(await read(app, "/api/v2/properties/bgnow,delta")) == {"bgnow", "delta"}


async def test_nothing_old_is_told_as_current(
    hass: HomeAssistant, app: TestClient[Any, Any], person: Person, pass_time: PassTime
) -> None:
    person.has_reading = True
    await pass_time(minutes=2)
    (before,) = await read(app, "/api/v1/entries/current")
    person.pause(NOON + 2 * MINUTE)
    await pass_time(minutes=30)

    assert await read(app, "/api/v1/entries/current") == []
    assert (await read(app, "/pebble?count=5"))["bgs"] == []
    assert await read(app, "/api/v2/properties") == {}
    (newest,) = await read(app, "/api/v1/entries.json?count=1")
    assert newest["date"] == before["date"]


async def test_the_site_speaks_the_persons_unit_with_their_thresholds(app: TestClient[Any, Any]) -> None:
    status = await read(app, "/api/v1/status.json")
    assert (status["status"], status["version"], status["settings"]["units"]) == ("ok", "15.0.3", "mg/dl")
    assert status["settings"]["thresholds"]["bgLow"] == 54
    assert (status["careportalEnabled"], status["apiEnabled"]) == (False, True)


@pytest.mark.parametrize(
    ("path", "answer"),
    [("profile", []), ("profile/current", {}), ("devicestatus", []), ("treatments", [])],
)
async def test_what_there_is_none_of_is_empty(app: TestClient[Any, Any], path: str, answer: Any) -> None:
    assert await read(app, f"/api/v1/{path}.json") == answer


async def test_a_key_may_read_and_nothing_else(app: TestClient[Any, Any]) -> None:
    rights = (await read(app, "/api/v1/verifyauth"))["message"]
    assert (rights["canRead"], rights["canWrite"], rights["isAdmin"]) == (True, False, False)
    for method in (app.post, app.put, app.delete):
        assert (await method("/api/v1/entries.json")).status == 405
    assert (await app.get("/api/v3/version")).status == 404


async def test_the_diary_is_told_only_where_it_may_be_read(
    hass: HomeAssistant,
    app: TestClient[Any, Any],
    quiet: MockConfigEntry,
    person: Person,
    reader: ConfigSubentry,
) -> None:
    diary = [
        written(EntryKind.CARBOHYDRATES, amount=45),
        written(EntryKind.LONG_ACTING_INSULIN, NOON - 2 * HOUR, amount=12),
        written(EntryKind.BLOOD_GLUCOSE, NOON - 3 * HOUR, amount=98),
    ]
    await keep(hass, quiet, person, entries=diary)
    assert await read(app, "/api/v1/treatments") == []
    assert await read(app, "/api/v1/entries/mbg") == []

    let_read_the_diary(hass, quiet, reader)

    carbs, long_acting, strip = await read(app, "/api/v1/treatments")
    assert (carbs["eventType"], carbs["carbs"]) == ("Carb Correction", 45)
    assert (long_acting["notes"], "insulin" in long_acting) == ("Long-acting insulin 12 U", False)
    assert (strip["eventType"], strip["glucose"]) == ("BG Check", 98)
    assert [each["mbg"] for each in await read(app, "/api/v1/entries.json")] == [98]
    (only,) = await read(app, "/api/v1/treatments?find[eventType]=Carb Correction")
    assert only == carbs


async def test_an_entry_to_the_hour_is_told_when_the_middle_of_its_hour_is_past(
    hass: HomeAssistant,
    app: TestClient[Any, Any],
    quiet: MockConfigEntry,
    person: Person,
    reader: ConfigSubentry,
    pass_time: PassTime,
) -> None:
    let_read_the_diary(hass, quiet, reader)
    entry = written(EntryKind.CARBOHYDRATES, NOON, amount=45, precision=Precision.HOUR)
    await keep(hass, quiet, person, entries=[entry])
    assert await read(app, "/api/v1/treatments") == []

    await pass_time(minutes=31)

    (told,) = await read(app, "/api/v1/treatments")
    assert (told["created_at"], told["libreviewPrecision"]) == ("2026-06-01T12:30:00.000Z", "hour")
    assert told["notes"] == "(12:00-13:00)"


async def test_what_has_not_changed_is_not_sent_again(
    hass: HomeAssistant, app: TestClient[Any, Any], quiet: MockConfigEntry, person: Person
) -> None:
    await keep(hass, quiet, person, readings_before(NOON, [100]))
    response = await app.get("/api/v1/entries.json", headers=HEADER)
    assert response.headers["Cache-Control"] == "no-store"
    known = {**HEADER, "If-None-Match": response.headers["ETag"]}
    assert (await app.get("/api/v1/entries.json", headers=known)).status == 304

    await keep(hass, quiet, person, readings_before(NOON - DAY, [90]))

    assert (await app.get("/api/v1/entries.json", headers=known)).status == 200


async def test_no_answer_has_more_than_two_days_of_minutes(
    hass: HomeAssistant, app: TestClient[Any, Any], quiet: MockConfigEntry, person: Person
) -> None:
    readings = readings_before(NOON, [100] * 3000, every=timedelta(minutes=1))
    history = quiet.runtime_data.history
    await history.async_run(Store.keep, [(person.patient_id, Source.LIVE, LIBRE, readings)])

    entries = await read(app, "/api/v1/entries/sgv.json?count=100000")

    assert len(entries) == 2880
    assert entries[0]["date"] == int((NOON - MINUTE).timestamp() * 1000)
