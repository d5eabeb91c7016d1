"""The hours of an account's history, as the statistics ask for them."""

from collections.abc import Mapping, Sequence

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

    async def async_written_hours(self, patient_id: str, hours: Sequence[int]) -> Mapping[int, Hour]:
        """Return the glucose that was written to statistics of those of `hours`, oldest first, if it was."""
        return await self._history.async_run(Store.written_hours, patient_id, hours)

    async def async_settle_hours(
        self, patient_id: str, hours: Mapping[int, int], written: Mapping[int, Hour]
    ) -> None:
        """Note what the statistics hold of `hours` now, and remove marks whose counter is still that."""
        await self._history.async_run(Store.settle_hours, patient_id, hours, written)


def _hours(store: Store, patient_id: str, hours: Sequence[int]) -> dict[int, Hour]:
    return hourly(store.window(patient_id, hours[0], hours[-1] + HOUR), hours)
