"""One request on its way through the double, and the checks that the cloud makes on it."""

from dataclasses import dataclass
from http import HTTPMethod
import json

from aiohttp import web

from . import refusals, regions
from .account import Account
from .person import Person
from .tickets import TICKET_LIFE, WEB, Claims
from .wire import Json
from .world import World

LIBRELINKUP = ("llu.android", "llu.ios")
LIBREVIEW = (WEB,)
EITHER = (*LIBRELINKUP, *LIBREVIEW)


@dataclass(frozen=True, slots=True)
class Call:
    """A request to an endpoint of a region.

    `name` is what stood in the variable part of its path, `products` are those it is for.
    """

    world: World
    http: web.Request
    region: str
    name: str
    body: bytes
    products: tuple[str, ...] = EITHER

    def product(self) -> str:
        """The client's product. LibreView takes a client that names none for its own (skobkars/lvconnect)."""
        product = self.http.headers.get("product", "")
        if not product and WEB in self.products:
            return WEB
        if not product or (product != WEB and not self.http.headers.get("version")):
            raise refusals.header_missing()
        if product not in self.products:
            raise refusals.product_mismatch()
        return product

    def claims(self) -> Claims:
        """What the bearer's ticket says; a report page is given it in its address."""
        scheme, _, token = self.http.headers.get("Authorization", "").partition(" ")
        if "session" in self.http.query:
            scheme, token = "Bearer", self.http.query["session"]
        claims = self.world.tickets.read(token, self.world.now()) if scheme == "Bearer" else None
        if claims is None:
            raise refusals.ticket_invalid()
        if claims.product != self.product():
            raise refusals.product_mismatch()
        return claims

    def account(self) -> Account:
        """Whose data are asked for, after every check a data call has to pass."""
        product = self.product()
        claims = self.claims()
        account = self.world.holder(claims)
        if account is None or claims.step is not None:
            raise refusals.ticket_invalid()
        minimum = None if product == WEB else self.world.minimum_version
        if minimum is not None and _version(self.http.headers["version"]) < _version(minimum):
            raise refusals.version_too_old(minimum)
        account_id = self.http.headers.get("account-id")
        if account_id != account.account_id and not (product == WEB and account_id is None):
            raise refusals.header_missing()
        if not account.cached:
            raise refusals.missing_cached_user(self.world.missing_cached_user_status)
        return account

    def account_here(self) -> Account:
        """The same, on a host that serves the account."""
        account = self.account()
        if account.region != self.region:
            raise refusals.wrong_server()
        return account

    def person(self) -> tuple[Account, Person]:
        """The person named in the path, whom the account must follow on the host that serves it."""
        account = self.account()
        person = account.person(self.name)
        if person is None or account.region != self.region:
            raise refusals.could_not_load_patient()
        return account, person

    def ticket(self, account: Account, step: str | None = None) -> Json:
        """A new ticket for the account."""
        product = self.product()
        life = self.world.web_ticket_life if product == WEB else TICKET_LIFE
        return self.world.tickets.issue(account, product=product, now=self.world.now(), life=life, step=step)

    def fields(self) -> Json:
        """The JSON object that was sent."""
        try:
            body = json.loads(self.body)
        except ValueError:
            raise refusals.bad_request() from None
        if self.http.content_type != "application/json" or not isinstance(body, dict):
            raise refusals.bad_request()
        return body


def same_island(call: Call, account: Account) -> bool:
    """Whether the host asked belongs to the cloud that the account lives in."""
    return regions.island(call.region) == regions.island(account.region)


def _version(text: str) -> tuple[int, ...]:
    """`4.16.0` as numbers; what is no version is older than any."""
    parts = text.split(".")
    return tuple(map(int, parts)) if all(part.isdecimal() for part in parts) else ()


GET, POST = HTTPMethod.GET, HTTPMethod.POST
