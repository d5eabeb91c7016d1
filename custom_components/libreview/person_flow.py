"""Following one more person, and the settings of a followed person."""

from typing import TYPE_CHECKING, Any, Final

from homeassistant.config_entries import ConfigEntryState, ConfigSubentryFlow, SubentryFlowResult
from homeassistant.helpers.selector import (
    NumberSelector,
    NumberSelectorConfig,
    NumberSelectorMode,
    SelectOptionDict,
    SelectSelector,
    SelectSelectorConfig,
    SelectSelectorMode,
)
import voluptuous as vol

from .const import CONF_MAX_AGE, CONF_PERSONS, CONF_SENSOR_LIFE, CONF_UNIT, PERSON, THRESHOLDS
from .glucose.units import high_limit_mg_dl, low_limit_mg_dl, shown
from .models import GlucoseUnit, Person
from .person import DEFAULT_MAX_AGE, PersonSettings
from .subentries import subentry_of, title_of

if TYPE_CHECKING:
    from .account import LibreViewConfigEntry

AUTOMATIC: Final = "automatic"
_LIVES: Final = ("14", "15")
_LOWEST, _HIGHEST = 40, 400
"""mg/dL: what the sensors can measure."""
_SHORTEST_AGE, _LONGEST_AGE = 5, 60
_LOW_LIMITS: Final = ("very_low", "low")
_STEP: Final = {GlucoseUnit.MG_DL: 1.0, GlucoseUnit.MMOL_L: 0.1}


class PersonFlow(ConfigSubentryFlow):
    """A followed person."""

    async def async_step_user(self, user_input: dict[str, Any] | None = None) -> SubentryFlowResult:
        """Choose one of those who share but are not followed."""
        entry: LibreViewConfigEntry = self._get_entry()
        if entry.state is not ConfigEntryState.LOADED:
            return self.async_abort(reason="not_loaded")
        live = entry.runtime_data.live
        if user_input is None:
            await live.async_request_refresh()
        followed = {subentry.unique_id for subentry in entry.get_subentries_of_type(PERSON)}
        persons = {key: person for key, person in live.shared.items() if key not in followed}
        if user_input is not None and (person := persons.get(user_input[CONF_PERSONS])) is not None:
            new = subentry_of(person)
            return self.async_create_entry(title=new["title"], data=new["data"], unique_id=new["unique_id"])
        if not persons:
            return self.async_abort(reason="nobody_else")
        options = [SelectOptionDict(value=key, label=title_of(person)) for key, person in persons.items()]
        selector = SelectSelector(SelectSelectorConfig(options=options, mode=SelectSelectorMode.DROPDOWN))
        return self.async_show_form(
            step_id="user", data_schema=vol.Schema({vol.Required(CONF_PERSONS): selector})
        )

    async def async_step_reconfigure(self, user_input: dict[str, Any] | None = None) -> SubentryFlowResult:
        """Change a person's thresholds, and when data are too old."""
        entry: LibreViewConfigEntry = self._get_entry()
        subentry = self._get_reconfigure_subentry()
        person = self._person(entry, subentry.unique_id)
        settings = PersonSettings.parse(subentry.data)
        unit = (person and person.unit) or settings.unit or GlucoseUnit.MG_DL
        errors = {}
        if user_input is not None:
            data = _data(user_input, unit, settings)
            try:
                PersonSettings.parse(data).checked_thresholds(person)
            except ValueError:
                errors["base"] = "thresholds_order"
            else:
                return self.async_update_and_abort(entry, subentry, data=data)
        followed = PersonSettings().thresholds_for(person)
        return self.async_show_form(
            step_id="reconfigure",
            data_schema=self.add_suggested_values_to_schema(
                _schema(unit), user_input if user_input is not None else _suggested(settings, unit)
            ),
            errors=errors,
            description_placeholders={
                "person": subentry.title,
                "unit": unit,
                **{key: f"{shown(getattr(followed, key), unit):g}" for key in THRESHOLDS},
            },
        )

    @staticmethod
    def _person(entry: LibreViewConfigEntry, patient_id: str | None) -> Person | None:
        """The person as last told of, None while the account is not loaded."""
        if entry.state is not ConfigEntryState.LOADED:
            return None
        live = entry.runtime_data.live.data.get(patient_id or "")
        return live.person if live else None


def _schema(unit: GlucoseUnit) -> vol.Schema:
    threshold = NumberSelector(
        NumberSelectorConfig(
            min=shown(_LOWEST, unit),
            max=shown(_HIGHEST, unit),
            step=_STEP[unit],
            unit_of_measurement=unit,
            mode=NumberSelectorMode.BOX,
        )
    )
    max_age = NumberSelector(
        NumberSelectorConfig(
            min=_SHORTEST_AGE,
            max=_LONGEST_AGE,
            step=1,
            unit_of_measurement="min",
            mode=NumberSelectorMode.SLIDER,
        )
    )
    life = SelectSelector(
        SelectSelectorConfig(
            options=[AUTOMATIC, *_LIVES], translation_key=CONF_SENSOR_LIFE, mode=SelectSelectorMode.LIST
        )
    )
    return vol.Schema(
        {
            **{vol.Optional(key): threshold for key in THRESHOLDS},
            vol.Required(CONF_MAX_AGE, default=DEFAULT_MAX_AGE): max_age,
            vol.Required(CONF_SENSOR_LIFE, default=AUTOMATIC): life,
        }
    )


def _suggested(settings: PersonSettings, unit: GlucoseUnit) -> dict[str, Any]:
    """What the form starts with: the choices made before, thresholds as people read them."""
    days = settings.sensor_life_days
    return {
        **{key: shown(mg_dl, unit) for key, mg_dl in settings.thresholds.items()},
        CONF_MAX_AGE: settings.max_age.total_seconds() / 60,
        CONF_SENSOR_LIFE: AUTOMATIC if days is None else str(days),
    }


def _data(user_input: dict[str, Any], unit: GlucoseUnit, before: PersonSettings) -> dict[str, Any]:
    """A subentry's data out of a filled form: thresholds in mg/dL, nothing for what was left to follow."""
    data: dict[str, Any] = {CONF_UNIT: unit, CONF_MAX_AGE: int(user_input[CONF_MAX_AGE])}
    for key in THRESHOLDS:
        if (limit := user_input.get(key)) is None:
            continue
        old = before.thresholds.get(key)
        if old is not None and shown(old, unit) == limit:
            data[key] = old  # Left as it was: two values in mg/dL can look the same in mmol/L.
        else:
            data[key] = (low_limit_mg_dl if key in _LOW_LIMITS else high_limit_mg_dl)(limit, unit)
    if (life := user_input[CONF_SENSOR_LIFE]) != AUTOMATIC:
        data[CONF_SENSOR_LIFE] = int(life)
    return data
