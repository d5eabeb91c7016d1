"""What can go wrong at every step of signing in to LibreView and of its report, and the error that it is."""

from custom_components.libreview.cloud.errors import (
    BlockedError,
    ClientOutdatedError,
    CloudError,
    InvalidAnswerError,
    LockedError,
    RateLimitedError,
    RequestRejectedError,
    ServerTroubleError,
    TicketRejectedError,
    UnreachableError,
    UntrustedRedirectError,
)
from tests.cloud_double import faults

type Failure = tuple[faults.Fault, type[CloudError]]

FAULTS: dict[str, Failure] = {
    "429": (faults.rate_limited(), RateLimitedError),
    "429 with Retry-After": (faults.rate_limited(60), RateLimitedError),
    "430": (faults.rate_limited(code=430), RateLimitedError),
    "locked": (faults.locked(), LockedError),
    "Cloudflare's page": (faults.cloudflare_block(), BlockedError),
    "476": (faults.cloudflare_ban(), BlockedError),
    "500": (faults.status(500), ServerTroubleError),
    "502 page": (faults.status(502, "<html>", content_type="text/html"), ServerTroubleError),
    "911": (faults.maintenance(), ServerTroubleError),
    "920": (faults.version_refused(None), ClientOutdatedError),
    "920 for ever": (faults.version_refused("3.26.0"), ClientOutdatedError),
    "ProductMismatch": (faults.status(400, {"message": "ProductMismatch"}), ClientOutdatedError),
    "401": (faults.ticket_invalid(), TicketRejectedError),
    "MissingCachedUser": (faults.missing_cached_user(200), TicketRejectedError),
    "404": (faults.status(404, {"message": "NotFound"}), RequestRejectedError),
    "404 page": (faults.status(404, "<html>", content_type="text/html"), InvalidAnswerError),
    "302": (faults.http_redirect("https://evil.example/"), UntrustedRedirectError),
    "308": (faults.http_redirect("https://evil.example/", 308), UntrustedRedirectError),
    "half": (faults.truncated(), InvalidAnswerError),
    "page": (faults.html(), InvalidAnswerError),
    "nothing": (faults.empty(), InvalidAnswerError),
    "204": (faults.status(204), InvalidAnswerError),
    "huge": (faults.huge(9_000_000), InvalidAnswerError),
    "huge when unpacked": (faults.huge(9_000_000, compressed=True), InvalidAnswerError),
    "list": (faults.answer([]), InvalidAnswerError),
    "dropped": (faults.dropped(), UnreachableError),
    "cut": (faults.dropped(after=9), UnreachableError),
}
