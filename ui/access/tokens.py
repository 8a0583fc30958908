"""Tokens: made at random, kept by whoever uses them; the server knows only their SHA-256.

A token holds 256 random bits, so a fast hash is enough: there is nothing to guess (a password would need a slow one).
"""

from __future__ import annotations

import hashlib
import hmac
import re
import secrets
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta

from rag.errors import SettingsError
from ui.access.roles import Identity, Role, with_reading
from ui.texts import access as texts

PREFIX = "ptce_"
_DAY = r"\d{4}-\d{2}-\d{2}"
_NAME = rf"(?!{_DAY}(?:\Z|:))[\w.-]{{1,40}}"
_GRANT = re.compile(rf"(?P<roles>[a-z+]+):(?P<digest>[0-9a-f]{{64}})(?::(?P<name>{_NAME}))?(?::(?P<until>{_DAY}))?")


@dataclass(frozen=True, slots=True)
class Grant:
    """The hash of a token, who its bearer is, and the last day on which it is one (in UTC), if there is one."""

    digest: str
    identity: Identity
    until: date | None = None

    @property
    def setting(self) -> str:
        """The grant as it stands in `PTCE_API_TOKENS`: `roles:digest:name`, and `:until` when it ends."""
        roles = "+".join(sorted(self.identity.roles - {Role.READER})) or Role.READER.value
        return f"{roles}:{self.digest}:{self.identity.name}" + (f":{self.until}" if self.until else "")

    @property
    def has_ended(self) -> bool:
        """Whether its last day is over."""
        return self.ends_within(-1)

    def ends_within(self, days: int) -> bool:
        """Whether its last day comes in so many days at most, or is over."""
        return self.until is not None and (self.until - datetime.now(UTC).date()).days <= days


def create(roles: Iterable[Role], name: str = "", days: int = 0) -> tuple[str, Grant]:
    """A new token, and the grant that recognises it for so many `days`, for ever when there are none.

    The token cannot be had again from the grant.
    """
    token = PREFIX + secrets.token_urlsafe(32)
    digest = fingerprint(token)
    grant = parse(f"{'+'.join(roles)}:{digest}:{name or digest[:8]}")[0]
    return token, replace(grant, until=datetime.now(UTC).date() + timedelta(days) if days else None)


def is_name(name: str) -> bool:
    """Whether a token can have this name."""
    return re.fullmatch(_NAME, name) is not None


def fingerprint(token: str) -> str:
    """The SHA-256 of a token, in hexadecimal."""
    return hashlib.sha256(token.encode(errors="replace")).hexdigest()


def parse(setting: str) -> tuple[Grant, ...]:
    """The grants of `PTCE_API_TOKENS`; `SettingsError` for one that is not `roles:digest:name` or `…:until`."""
    return tuple(_grant(number, entry) for number, entry in enumerate(re.split(r"[\s,]+", setting.strip()), 1) if entry)


def recognised(grants: Iterable[Grant], token: str) -> Grant | None:
    """The grant of `token` until it ends. Takes as long whichever it is, and whether there is one or not."""
    digest = fingerprint(token)
    found = None
    for grant in grants:
        if hmac.compare_digest(grant.digest, digest):
            found = grant
    return found if found and not found.has_ended else None


def _grant(number: int, entry: str) -> Grant:
    """The message never repeats what was given: somebody may have put the token itself there."""
    match = _GRANT.fullmatch(entry)
    if not match:
        raise SettingsError(texts.BAD_GRANT.format(number=number))
    try:
        roles = frozenset(Role(role) for role in match["roles"].split("+"))
    except ValueError as error:
        raise SettingsError(texts.BAD_ROLE.format(number=number, known=", ".join(Role))) from error
    try:
        until = date.fromisoformat(match["until"]) if match["until"] else None
    except ValueError as error:
        raise SettingsError(texts.BAD_GRANT.format(number=number)) from error
    return Grant(match["digest"], Identity(match["name"] or match["digest"][:8], with_reading(roles)), until)
