"""Requests that no honest app sends are refused or answered, and never fail."""

import asyncio
from typing import Any, Final

from aiohttp.test_utils import TestClient
import pytest

from tests.support.readers import KEY

BYTES: Final = b"\xff\xed\xa0\x80"
"""Bytes that are no text."""
ESCAPED: Final = b"%FF%ED%A0%80"
DIGITS: Final = b"1" * 5000
"""More digits than Python takes for a number."""
NOTHING: Final = b"x: y"
RIGHT: Final = f"api-secret: {KEY}".encode()
ENTRIES: Final = b"/api/v1/entries"
DATA: Final = b"/api/libreview/data/PERSON"
CHANGES: Final = b"/api/libreview/changes/PERSON"
ODD: Final[dict[str, tuple[bytes, bytes, int]]] = {
    # what is asked for, a header, and the status of the answer
    "a key that is no text": (b"/pebble", b"api-secret: " + BYTES, 401),
    "a key for ours that is no text": (b"/api/libreview/persons", b"api-secret: " + BYTES, 401),
    "a bearer that is no text": (b"/api/libreview/persons", b"authorization: bearer " + ESCAPED, 401),
    "a key in the address that is no text": (b"/pebble?token=" + ESCAPED, NOTHING, 401),
    "a tag that is no text": (b"/pebble", RIGHT + b"\r\nif-none-match: " + BYTES, 200),
    "a parameter that is no text": (ENTRIES + b"?x=" + ESCAPED, RIGHT, 200),
    "a kind that is no text": (ENTRIES + b"?find[type]=" + ESCAPED, RIGHT, 200),
    "a field that is no text": (ENTRIES + b"?find[" + ESCAPED + b"]=1", RIGHT, 400),
    "an operator of no use": (ENTRIES + b"?find[date][$where]=1", RIGHT, 400),
    "a property that is no text": (b"/api/v2/properties/" + ESCAPED, RIGHT, 200),
    "a person that is no text": (b"/api/libreview/data/" + ESCAPED, RIGHT, 404),
    "a cursor that is no text": (CHANGES + b"?cursor=" + ESCAPED + b".SIGHT.1", RIGHT, 200),
    "a cursor of too many digits": (CHANGES + b"?cursor=0.SIGHT." + DIGITS, RIGHT, 200),
    "a count of too many digits": (ENTRIES + b"?count=" + DIGITS, RIGHT, 200),
    "a watch's count of too many digits": (b"/pebble?count=" + DIGITS, RIGHT, 200),
    "a count in another script": (b"/pebble?count=%D9%A3", RIGHT, 200),
    "a count below zero": (ENTRIES + b"?count=-1", RIGHT, 200),
    "a count with an exponent": (ENTRIES + b"?count=1e9", RIGHT, 200),
    "two counts": (ENTRIES + b"?count=1&count=x", RIGHT, 200),
    "a date that is no number": (ENTRIES + b"?find[date][$gte]=NaN", RIGHT, 400),
    "an end long ago": (ENTRIES + b"?find[date][$lte]=0001-01-01T00:00%2B14:00", RIGHT, 200),
    "a start far ahead": (ENTRIES + b"?find[date][$gte]=9999-12-31T23:59:59-14:00", RIGHT, 200),
    "data of long ago": (DATA + b"?startDate=0001-01-01&endDate=0001-01-02", RIGHT, 200),
    "the latest of long ago": (DATA + b"?latest&endDate=0001-01-01", RIGHT, 200),
    "a date with what is no text": (DATA + b"?startDate=2026-05-31" + ESCAPED + b"12:00", RIGHT, 400),
}


async def ask(app: TestClient[Any, Any], target: bytes, header: bytes) -> int:
    """Ask with these very bytes, which an HTTP client would refuse to send. Return the status."""
    reader, writer = await asyncio.open_connection(app.host, app.port)
    request = [b"GET " + target + b" HTTP/1.1", b"host: localhost", b"connection: close", header, b"", b""]
    writer.write(b"\r\n".join(request))
    answer = await reader.read()
    writer.close()
    return int(answer.split()[1])


@pytest.mark.parametrize("what", ODD)
async def test_an_odd_request_does_not_fail(app: TestClient[Any, Any], what: str) -> None:
    target, header, status = ODD[what]
    headers = {"api-secret": KEY}
    (person,) = await (await app.get("/api/libreview/persons", headers=headers)).json()
    page = await (await app.get(f"/api/libreview/changes/{person['id']}", headers=headers)).json()
    target = target.replace(b"PERSON", person["id"].encode())
    target = target.replace(b"SIGHT", page["cursor"].split(".")[1].encode())

    assert await ask(app, target, header) == status
