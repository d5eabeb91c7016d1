"""What must never happen, looked for at every minute and at the end."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import pairwise
from typing import Final

from custom_components.libreview.history.store import Store
from tests.cloud_double import CloudDouble
from tests.cloud_double.readings import graph
from tests.support.prompts import prompts
from tests.support.states import state

from .truth import may_be_shown, must_be_low
from .world import World

GLUCOSE, LOW = "sensor.alex_example_glucose", "binary_sensor.alex_example_low_glucose"
LIMIT = timedelta(minutes=15)
MOMENT = timedelta(seconds=10)
PATIENCE, PATIENCE_WHEN_SLOWED = timedelta(minutes=4), timedelta(minutes=11)
SIGN_INS: Final = ("login", "web_login")
BETWEEN_SIGN_INS = timedelta(minutes=5)
PER_HOUR, DEBT = 61, 12
"""Requests of one service, and what may be owed to the hours after in a low (`RequestBudget`)."""
HOLE = timedelta(minutes=11)
"""For a pause as long, two readings of a five-minute sensor and a minute, nobody asks for the curve."""
COPY = timedelta(seconds=10)
"""A point of the curve this close to a reading is that reading."""
SETTLED = timedelta(minutes=45)
"""After this the curve has everything of before, and was asked for it."""


@dataclass(slots=True)
class Watch:
    """Remembers since when all is well, and complains."""

    cloud: CloudDouble
    well_since: datetime | None = None
    """By the cloud's clock; None while something is the matter."""
    slowed: bool = False

    def look(self, world: World) -> None:
        """Look at what is shown now."""
        refused = self.cloud.refused_passwords
        assert len(refused) == len(set(refused)), "a refused password was sent again"
        if not world.is_up:
            return
        now = world.cloud.now()
        shown = state(world.hass, GLUCOSE)
        if shown not in ("unknown", "unavailable"):
            possible = may_be_shown(world.person, now, LIMIT + MOMENT)
            assert int(shown) in possible, f"{shown} is shown, which was not measured within {LIMIT}"
        patience = PATIENCE_WHEN_SLOWED if self.slowed else PATIENCE
        if self.well_since is not None and now - self.well_since > patience:
            assert shown != "unavailable"
            if must_be_low(world.person, now, patience):
                assert state(world.hass, LOW) == "on", "a low is not shown"

    def has_answer(self, since: datetime) -> bool:
        """Return whether the live feed has had a good answer since."""
        return any(each.status == 200 for each in self.cloud.requests("connections", since))

    def look_at_requests(self, world: World) -> None:
        """Look at the pace of sign-ins, and at that of everything else."""
        times = sorted({request.at for request in self.cloud.log if request.endpoint in SIGN_INS})
        for before, after in pairwise(times):
            by_person = any(timedelta() <= after - acted <= timedelta(minutes=1) for acted in world.acted)
            assert by_person or after - before >= BETWEEN_SIGN_INS or after - before < MOMENT, (
                f"sign-ins at {before} and {after}"
            )
        asked = [each.at for each in self.cloud.log if each.endpoint in ("connections", "graph", "logbook")]
        for place, at in enumerate(asked):
            within = sum(other - at < timedelta(hours=1) for other in asked[place : place + 2 * PER_HOUR])
            assert within <= PER_HOUR + DEBT, f"{within} requests in the hour from {at}"
        if asked:
            hours = (asked[-1] - asked[0]) / timedelta(hours=1)
            assert len(asked) <= PER_HOUR * hours + DEBT, f"{len(asked)} requests in {hours:.1f} hours"

    async def look_at_store(self, world: World, until: datetime) -> None:
        """Look whether everything is kept that the curve still tells of the time before `until`."""
        now = world.cloud.now()
        points = [point for point in graph(world.person, now) if point.at <= until]
        if not points:
            return
        span = (int((points[0].at - HOLE).timestamp()), int(now.timestamp()))
        kept = await world.entry.runtime_data.history.async_run(
            Store.readings, world.person.patient_id, *span
        )
        times = [points[0].at - HOLE, *(each.reading.at for each in kept), now]
        holes = [(before, after) for before, after in pairwise(times) if after - before > HOLE]
        lost = [
            point.at
            for point in points
            if any(before + COPY < point.at < after - COPY for before, after in holes)
        ]
        assert not lost, f"not kept: {[f'{at:%d %H:%M:%S}' for at in lost]}"

    def look_at_end(self, world: World) -> None:
        """Look whether everything is as if nothing had happened."""
        assert prompts(world.hass) == set()
        assert world.is_up
        assert state(world.hass, GLUCOSE) != "unknown"
