"""What is found in the log of a Home Assistant."""

import pytest

from .homes import complaints

AT = "2026-11-30 05:25:37.099+00:00"
TRACE = "\nTraceback (most recent call last):\n  File\nSystemExit\n"
LEFT = (
    '\nTraceback (most recent call last):\n  File "aiohttp/_websocket/writer.py"\n'
    "aiohttp.client_exceptions.ClientConnectionResetError: Cannot write to closing transport\n"
)


@pytest.mark.parametrize(
    "entry",
    [
        f"{AT} ERROR (MainThread) [homeassistant.core] Error doing job\n",
        f"2026-11-30 05:25:37.099 WARNING (MainThread) [homeassistant.core] Odd{TRACE}",
        f"{AT} WARNING (MainThread) [custom_components.libreview.coordinator] Odd\n",
        f"{AT} WARNING (MainThread) [homeassistant.helpers.frame] Detected that custom integration\n",
        f"{AT} WARNING (MainThread) [homeassistant.helpers.frame] This will stop working in 2027.1\n",
        f"{AT} ERROR (MainThread) [homeassistant] Reset: Cannot write to closing transport\n",
    ],
)
def test_an_entry_to_complain_of_is_found(entry: str) -> None:
    quiet = f"{AT} DEBUG (MainThread) [custom_components.libreview] All is well\n"
    assert complaints(f"{quiet}{entry}{quiet}") == [entry]
    assert not complaints(entry, provoked=["Odd|job|Detected|stop|Reset"])


@pytest.mark.parametrize(
    "entry",
    [
        f"{AT} DEBUG (MainThread) [custom_components.libreview] Full error:{TRACE}",
        f"{AT} WARNING (MainThread) [homeassistant.loader] We found a custom integration libreview\n",
        f"{AT} CRITICAL (SyncWorker_10) [concurrent.futures] Exception in worker{TRACE}",
        f"{AT} ERROR (MainThread) [homeassistant] Error doing job: Task exception was never retrieved{LEFT}",
    ],
)
def test_an_entry_that_is_not_ours_to_cure_is_left_alone(entry: str) -> None:
    assert not complaints(entry)
