"""What the double was asked."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any


@dataclass(slots=True, kw_only=True)
class Request:
    """One request. Of the body only the names are kept; `status` is None when there was no answer (yet)."""

    at: datetime
    method: str
    region: str
    endpoint: str
    path: str
    query: dict[str, str]
    headers: dict[str, str]
    body_fields: tuple[str, ...] = ()
    status: int | None = None

    def public(self) -> dict[str, Any]:
        """The request for other processes, without its ticket."""
        return {
            "at": self.at.isoformat(),
            "method": self.method,
            "region": self.region,
            "endpoint": self.endpoint,
            "path": self.path,
            "query": {name: value for name, value in self.query.items() if name != "session"},
            "headers": {name: value for name, value in self.headers.items() if name != "authorization"},
            "body_fields": list(self.body_fields),
            "status": self.status,
        }
