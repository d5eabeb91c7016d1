"""The diary that automations and scripts get."""

from homeassistant.core import HomeAssistant
import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry
import voluptuous as vol

from custom_components.libreview.models import EntryKind
from tests.cloud_double import Account, CloudDouble, Person
from tests.conftest import NOON
from tests.support.entries import entry_of
from tests.support.stored_history import MINUTE, ask, device_id_of, keep, written


async def test_the_diary_is_given_by_the_persons_own_clock(
    hass: HomeAssistant, cloud: CloudDouble, account: Account, person: Person
) -> None:
    person.has_reading = False  # Their readings would tell that the phone is elsewhere.
    entry = entry_of(account)
    entry.add_to_hass(hass)
    (subentry,) = entry.subentries.values()
    hass.config_entries.async_update_subentry(entry, subentry, data={"time_zone": "Asia/Tokyo"})
    await hass.config_entries.async_setup(entry.entry_id)
    await keep(hass, entry, person, entries=[written(EntryKind.CARBOHYDRATES, amount=45)])

    answer = await ask(hass, "get_diary", person=device_id_of(hass, entry, person))

    assert answer == {
        "entries": [
            {
                "kind": "carbohydrates",
                "at": "2026-06-01T20:00:00+09:00",
                "precision": "minute",
                "amount": 45,
                "unit": "g",
                "text": "",
            }
        ]
    }
    assert isinstance(answer["entries"][0]["amount"], int)


async def test_a_dose_without_amount_has_none_and_a_note_its_text(
    hass: HomeAssistant, quiet: MockConfigEntry, alex: str, person: Person
) -> None:
    dose = written(EntryKind.RAPID_ACTING_INSULIN)
    note = written(EntryKind.NOTE, NOON - MINUTE, text='Läufe, "easy"\n<b>')
    await keep(hass, quiet, person, entries=[dose, note])

    told = (await ask(hass, "get_diary", person=alex))["entries"]

    assert [(each["kind"], each["amount"], each["unit"], each["text"]) for each in told] == [
        ("rapid_acting_insulin", None, None, ""),
        ("note", None, None, 'Läufe, "easy"\n<b>'),
    ]


@pytest.mark.parametrize(
    ("kinds", "found"),
    [
        ("note", ["note"]),
        (["note", "ketones"], ["note", "ketones"]),
        ([], []),
        (None, ["note", "carbohydrates", "ketones"]),
    ],
)
async def test_only_the_kinds_that_are_asked_for_are_given(
    hass: HomeAssistant,
    quiet: MockConfigEntry,
    alex: str,
    person: Person,
    kinds: str | list[str] | None,
    found: list[str],
) -> None:
    entries = [
        written(EntryKind.NOTE, NOON - 3 * MINUTE, text="Cake"),
        written(EntryKind.CARBOHYDRATES, NOON - 2 * MINUTE, amount=30),
        written(EntryKind.KETONES, NOON - MINUTE, amount=0.3),
    ]
    await keep(hass, quiet, person, entries=entries)

    fields = {} if kinds is None else {"kind": kinds}
    answer = await ask(hass, "get_diary", person=alex, **fields)

    assert [each["kind"] for each in answer["entries"]] == found


@pytest.mark.parametrize(("unit", "told"), [("mg_dl", (99, "mg/dL")), ("mmol_l", (5.5, "mmol/L"))])
async def test_a_finger_prick_is_given_in_the_unit_that_is_asked_for(
    hass: HomeAssistant,
    quiet: MockConfigEntry,
    alex: str,
    person: Person,
    unit: str,
    told: tuple[float, str],
) -> None:
    await keep(hass, quiet, person, entries=[written(EntryKind.BLOOD_GLUCOSE, amount=99)])

    (entry,) = (await ask(hass, "get_diary", person=alex, unit=unit))["entries"]

    assert (entry["amount"], entry["unit"]) == told


async def test_a_kind_that_does_not_exist_is_refused(hass: HomeAssistant, alex: str) -> None:
    with pytest.raises(vol.Invalid):
        await ask(hass, "get_diary", person=alex, kind="mood")
