"""How the guide is open, from the settings: to this machine alone, or to whoever has a token."""

from __future__ import annotations

import ipaddress
from dataclasses import dataclass

from rag.errors import GuideError
from rag.settings import Settings
from ui.access.roles import Identity
from ui.access.sessions import Sessions
from ui.access.tokens import Grant, parse, recognised
from ui.texts import access as texts


class AccessError(GuideError):
    """The guide would be open to others without any token."""

    code = "access"


@dataclass(frozen=True)
class Access:
    """The tokens that are recognised; with none, the guide is its owner's, on this machine."""

    grants: tuple[Grant, ...] = ()
    sessions: Sessions | None = None
    origins: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        if bool(self.grants) != bool(self.sessions):
            raise ValueError("sessions go with tokens")

    @classmethod
    def of(cls, settings: Settings) -> Access:
        """Raises `AccessError` when the guide would listen to others with no token, `SettingsError` for a bad one."""
        grants = check(settings)
        sessions = Sessions.in_folder(settings.data_dir) if grants else None
        return cls(grants, sessions, tuple(settings.embed_origins.split()))

    @property
    def is_local(self) -> bool:
        """Whether the guide serves its owner only."""
        return not self.grants

    def bearer(self, token: str) -> Identity | None:
        """Who shows `token`."""
        grant = recognised(self.grants, token)
        return grant.identity if grant else None

    def visitor(self, cookie: str) -> Identity | None:
        """Who has this session."""
        grant = self.sessions.read(cookie, self.grants) if self.sessions and cookie else None
        return grant.identity if grant else None


def check(settings: Settings) -> tuple[Grant, ...]:
    """The grants of `settings`, when the guide may listen where it is told to."""
    grants = parse(settings.api_tokens.get_secret_value())
    if not grants and not is_loopback(settings.host):
        raise AccessError(texts.OPEN_TO_OTHERS.format(host=settings.host))
    return grants


def is_loopback(host: str) -> bool:
    """Whether only this machine can reach what listens at `host`."""
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


def is_private_name(host: str) -> bool:
    """Whether a `Host` header can be that of a direct visit to this machine: an address, or a name without a dot.

    Any other name may be a stranger's, who made it point here to read the guide through the visitor's browser (DNS
    rebinding).
    """
    name = host.rsplit(":", 1)[0] if not host.endswith("]") else host
    try:
        ipaddress.ip_address(name.strip("[]"))
    except ValueError:
        return "." not in name
    return True
