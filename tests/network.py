"""Refuses every address that is not of this machine, whoever asks for it, and remembers what was tried."""

from __future__ import annotations

import ipaddress
import sys

_CONNECTING = frozenset({"socket.connect", "socket.sendto", "socket.sendmsg"})
_RESOLVING = frozenset({"socket.getaddrinfo", "socket.gethostbyname", "socket.gethostbyaddr"})


class RefusedError(ConnectionRefusedError):
    """Somebody tried to leave this machine."""


def refuse_network() -> list[str]:
    """Refuses from now on, to the end of the process; the list names each address that was tried."""
    tried: list[str] = []

    def hook(event: str, arguments: tuple[object, ...]) -> None:
        if event in _CONNECTING:
            address = arguments[1]
            host = address[0] if isinstance(address, tuple) else None  # None: a Unix socket, or already connected
        elif event in _RESOLVING:
            host = arguments[0]
        else:
            return
        if not is_local(host):
            tried.append(f"{event} {host}")
            raise RefusedError(f"tried to reach {host!r}")

    sys.addaudithook(hook)
    return tried


def is_local(host: object) -> bool:
    """Whether `host`, a name or an address, is this machine; nothing, and the address to listen on, are."""
    name = host.decode() if isinstance(host, bytes) else host
    if not isinstance(name, str) or name in ("", "localhost"):
        return True
    try:
        address = ipaddress.ip_address(name)
    except ValueError:
        return False
    return address.is_loopback or address.is_unspecified
