"""Tokens: made at random, kept by whoever uses them; the server knows only their SHA-256.

A token holds 256 random bits, so a fast hash is enough: there is nothing to guess (a password would need a slow one).
"""

from __future__ import annotations

import hashlib
import hmac
import re
import secrets
from collections.abc import Iterable
from dataclasses import dataclass

from rag.errors import SettingsError
from ui.access.roles import Identity, Role, with_reading
from ui.texts import access as texts

PREFIX = "ptce_"
_NAME = r"[\w.-]{1,40}"
_GRANT = re.compile(rf"(?P<roles>[a-z+]+):(?P<digest>[0-9a-f]{{64}})(?::(?P<name>{_NAME}))?")


@dataclass(frozen=True, slots=True)
class Grant:
    """The hash of a token, and who its bearer is."""

    digest: str
    identity: Identity

    @property
    def setting(self) -> str:
        """The grant as it stands in `PTCE_API_TOKENS`: `roles:digest:name`."""
        roles = "+".join(sorted(self.identity.roles - {Role.READER})) or Role.READER.value
        return f"{roles}:{self.digest}:{self.identity.name}"


def create(roles: Iterable[Role], name: str = "") -> tuple[str, Grant]:
    """A new token, and the grant that recognises it; the token cannot be had again from the grant."""
    token = PREFIX + secrets.token_urlsafe(32)
    digest = fingerprint(token)
    return token, parse(f"{'+'.join(roles)}:{digest}:{name or digest[:8]}")[0]


def is_name(name: str) -> bool:
    """Whether a token can have this name."""
    return re.fullmatch(_NAME, name) is not None


def fingerprint(token: str) -> str:
    """The SHA-256 of a token, in hexadecimal."""
    return hashlib.sha256(token.encode(errors="replace")).hexdigest()


def parse(setting: str) -> tuple[Grant, ...]:
    """The grants of `PTCE_API_TOKENS`; `SettingsError` for one that is not `roles:digest:name`."""
    return tuple(_grant(number, entry) for number, entry in enumerate(re.split(r"[\s,]+", setting.strip()), 1) if entry)


def recognised(grants: Iterable[Grant], token: str) -> Grant | None:
    """The grant of `token`. Takes as long whichever it is, and whether there is one or not."""
    digest = fingerprint(token)
    found = None
    for grant in grants:
        if hmac.compare_digest(grant.digest, digest):
            found = grant
    return found


def _grant(number: int, entry: str) -> Grant:
    """The message never repeats what was given: somebody may have put the token itself there."""
    match = _GRANT.fullmatch(entry)
    if not match:
        raise SettingsError(texts.BAD_GRANT.format(number=number))
    try:
        roles = frozenset(Role(role) for role in match["roles"].split("+"))
    except ValueError as error:
        raise SettingsError(texts.BAD_ROLE.format(number=number, known=", ".join(Role))) from error
    return Grant(match["digest"], Identity(match["name"] or match["digest"][:8], with_reading(roles)))
