"""The keys that apps read with. What is stored of one opens nothing.

Nightscout apps send a key as it is, or its SHA-1: both lead to the stored hash. A key is random and long, so
that neither needs a slow hash.
"""

from hashlib import sha1, sha256
import re
import secrets
from typing import Final
import unicodedata

_RANDOM_BYTES: Final = 16
_LONGEST_NAME: Final = 10
_NAMELESS: Final = "libreview"
_SHA1: Final = re.compile(r"[0-9a-f]{40}")
_LONGEST_KEY: Final = 200


def make_key(name: str) -> str:
    """Return a new key, which begins with the person's first name to be told apart by."""
    plain = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode().lower()
    first, *_ = re.findall(r"[a-z0-9]+", plain) or [_NAMELESS]
    return f"{first[:_LONGEST_NAME]}-{secrets.token_hex(_RANDOM_BYTES)}"


def hash_key(key: str) -> str:
    """Return what is stored of a key. A presented one may be of bytes that are no text, as no key is."""
    return _hash_sha1(sha1(key.encode(errors="replace"), usedforsecurity=False).hexdigest())


def possible_hashes(presented: str) -> tuple[str, ...]:
    """Return the hashes that a presented key may have in store: it may be a key, or the SHA-1 of one."""
    if len(presented) > _LONGEST_KEY:
        return ()
    lowered = presented.lower()
    return hash_key(presented), *([_hash_sha1(lowered)] if _SHA1.fullmatch(lowered) else [])


def _hash_sha1(sha1_hex: str) -> str:
    return sha256(sha1_hex.encode()).hexdigest()
