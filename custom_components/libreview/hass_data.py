"""What of this integration survives a reload of an account, but no restart: one object in `hass.data`."""

from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING, Final

from homeassistant.core import HomeAssistant, callback
from homeassistant.util.hass_dict import HassKey

from .const import DOMAIN

if TYPE_CHECKING:  # They stand above this module, which knows of them no more than their names.
    from .automation.announced_expiries import AnnouncedExpiries
    from .backoff import Backoff
    from .cloud.answer_shapes import AnswerShapes
    from .cloud.request_budget import RequestBudget
    from .cloud.session_state import SessionState
    from .cloud.sign_in_guard import SignInGuard
    from .cloud.transport import CloudClock
    from .diary.store import DiaryStore
    from .history.backup_pause import Pausable
    from .history.history import History
    from .live.handed_over import HandedOver
    from .read_api.nightscout_views import NightscoutViews
    from .readers.last_use import LastUse
    from .send.cursors import Cursors
    from .send.senders import Senders
    from .sign_in.session_store import SessionStore
    from .sign_in.shape_store import ShapeStore

_KEY: Final[HassKey[LibreViewData]] = HassKey(f"{DOMAIN}_data")


@dataclass(slots=True, kw_only=True)
class LibreViewData:
    """The objects that are shared by all accounts, or outlive the reload of one."""

    histories: dict[str, History] = field(default_factory=dict)
    """The histories that are open, by entry id."""
    pausable: list[Pausable] = field(default_factory=list)
    """The files to pause during a backup."""
    paused: list[Pausable] = field(default_factory=list)
    """Those that are paused, also of accounts that were unloaded meanwhile."""
    diary_stores: dict[str, DiaryStore] = field(default_factory=dict)
    """By entry id. A second one of an entry would overwrite its file with an older state."""
    live_backoffs: dict[str, Backoff] = field(default_factory=dict)
    """By entry id. Every attempt to set an entry up would start over with the shortest wait without it."""
    diary_backoffs: dict[str, Backoff] = field(default_factory=dict)
    """By entry id and login."""
    report_orders: dict[str, datetime] = field(default_factory=dict)
    """When a practice's login ordered its last report (UTC), by e-mail address, whoever is followed since."""
    request_budgets: dict[str, RequestBudget] = field(default_factory=dict)
    """By entry id and login. Every reload would make room for more requests without it."""
    followed: dict[str, set[str]] = field(default_factory=dict)
    """Patient ids by entry id. Nobody listens for persons who are removed during a reload."""
    cloud_clocks: dict[str, CloudClock] = field(default_factory=dict)
    """By entry id and login. After a reload a clock that was set back would pass for right without it."""
    answer_shapes: dict[str, AnswerShapes] = field(default_factory=dict)
    """By e-mail address, for sessions and dialogs alike."""
    shape_stores: dict[str, ShapeStore] = field(default_factory=dict)
    """By entry id. A second one of an entry would overwrite its file with older shapes."""
    session_stores: dict[str, SessionStore] = field(default_factory=dict)
    """By entry id. A second one of an entry would overwrite its file with older states."""
    stashed_sessions: dict[str, dict[str, SessionState]] = field(default_factory=dict)
    """Sessions begun in a dialog, for the entry that it creates: by Abbott's user id, then by login."""
    handed_over: dict[str, HandedOver] = field(default_factory=dict)
    """What a dialog has read of the persons, for the entry that it creates: by Abbott's user id."""
    sign_in_guards: dict[str, SignInGuard] = field(default_factory=dict)
    """By e-mail address, for all entries and services."""
    nightscout_views: NightscoutViews | None = None
    """None before the set-up. Home Assistant cannot take back an address that it serves."""
    last_use: LastUse | None = None
    """When readers read last. None before the first look at it."""
    cursors: Cursors | None = None
    """Up to where was sent to Nightscout servers. None before the first look at it."""
    senders: dict[str, Senders] = field(default_factory=dict)
    """Who sends to Nightscout servers, by entry id, while the entry is loaded."""
    announced_expiries: AnnouncedExpiries | None = None
    """None before the first automation that waits for the end of a sensor."""

    def forget(self, entry_id: str) -> None:
        """Drop what belongs to an entry that is removed. Its keys begin with the entry id."""
        for by_key in (
            self.diary_stores,
            self.live_backoffs,
            self.diary_backoffs,
            self.request_budgets,
            self.followed,
            self.cloud_clocks,
            self.shape_stores,
        ):
            for key in [key for key in by_key if key.split(".")[0] == entry_id]:
                del by_key[key]


@callback
def get_data(hass: HomeAssistant) -> LibreViewData:
    """Return the one object of this Home Assistant."""
    if _KEY not in hass.data:
        hass.data[_KEY] = LibreViewData()
    return hass.data[_KEY]
