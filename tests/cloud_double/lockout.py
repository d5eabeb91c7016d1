"""Three failed sign-ins within a minute lock an account for five minutes (gui-dos/DiaBLE)."""

from datetime import datetime, timedelta

FAILURES = 3
INTERVAL = timedelta(seconds=60)
LOCKOUT = timedelta(seconds=300)


class Lockout:
    """Counts failures by e-mail address and separate cloud, whether the account exists or not."""

    def __init__(self) -> None:
        self._failures: dict[tuple[str, str], list[datetime]] = {}
        self._until: dict[tuple[str, str], datetime] = {}

    def is_locked(self, key: tuple[str, str], now: datetime) -> bool:
        """Whether even a right password is refused."""
        return now < self._until.get(key, now)

    def failed(self, key: tuple[str, str], now: datetime) -> None:
        """One more failure, which may lock; the attempt itself is still answered as a wrong password."""
        recent = [at for at in self._failures.get(key, ()) if now - at < INTERVAL]
        recent.append(now)
        self._failures[key] = recent
        if len(recent) >= FAILURES:
            self.lock(key, now)

    def lock(self, key: tuple[str, str], now: datetime) -> None:
        """Refuse even the right password from now on."""
        self._until[key] = now + LOCKOUT
        self._failures[key] = []

    def succeeded(self, key: tuple[str, str]) -> None:
        """Forget the failures."""
        self._failures.pop(key, None)
