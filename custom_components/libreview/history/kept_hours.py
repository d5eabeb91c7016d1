"""The hours of an account's history, as the statistics ask for them."""

from collections.abc import Collection, Mapping, Sequence

from ..glucose.hourly import HOUR, Hour, hourly
from .history import History
from .store import Store


class KeptHours:
    """A source of hours for StatisticsBackfill: the history. Its methods raise HomeAssistantError."""

    def __init__(self, history: History) -> None:
        """Take the hours from this history."""
        self._history = history

    async def async_due_hours(self, patient_id: str, *, before: int) -> Mapping[int, int]:
        """Return the due hours that began before `before`, oldest first, with how often each was marked."""
        return await self._history.async_run(Store.due_hours, patient_id, before)

    async def async_get_hours(self, patient_id: str, hours: Sequence[int]) -> Mapping[int, Hour]:
        """Return those of `hours` that readings reach into, with their glucose."""
        return await self._history.async_run(_hours, patient_id, hours)

    async def async_unmark_hours(self, patient_id: str, hours: Mapping[int, int]) -> None:
        """Remove marks whose counter is still that of `hours`."""
        await self._history.async_run(Store.unmark_hours, patient_id, hours)

    async def async_emptied_hours(self, patient_id: str, *, before: int) -> Mapping[int, Hour]:
        """Return the hours before `before` that lost all readings with a file, and their glucose of then."""
        return await self._history.async_run(Store.emptied_hours, patient_id, before)

    async def async_forget_emptied(self, patient_id: str, hours: Collection[int]) -> None:
        """Forget that these hours were emptied."""
        await self._history.async_run(Store.forget_emptied, patient_id, hours)


def _hours(store: Store, patient_id: str, hours: Sequence[int]) -> dict[int, Hour]:
    return hourly(store.window(patient_id, hours[0], hours[-1] + HOUR), hours)
