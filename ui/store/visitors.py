"""Who is who, without knowing anybody: a random key in a cookie, of which the database holds only a digest."""

from __future__ import annotations

import hashlib
import re
import secrets
from collections.abc import Mapping

COOKIE = "ptce_carnet"
LIFETIME = 365 * 24 * 3600
_KEY = re.compile(r"[A-Za-z0-9_-]{43}")


def new_key() -> str:
    """A key that cannot be guessed: 256 random bits."""
    return secrets.token_urlsafe(32)


def key_of(cookies: Mapping[str, str]) -> str:
    """The key that a browser sent, empty when it sent none that we could have made."""
    key = cookies.get(COOKIE, "")
    return key if _KEY.fullmatch(key) else ""


def visitor_of(cookies: Mapping[str, str]) -> str:
    """The visitor's name in the database, empty for a browser without a key."""
    key = key_of(cookies)
    return hashlib.sha256(key.encode()).hexdigest() if key else ""


def cookie_header(key: str, *, secure: bool) -> str:
    """The `Set-Cookie` line: no script reads it, no other site sends it."""
    line = f"{COOKIE}={key}; Max-Age={LIFETIME}; Path=/; HttpOnly; SameSite=Lax"
    return f"{line}; Secure" if secure else line
