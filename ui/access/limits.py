"""Rates per client: a token bucket each, in the memory of this process; every worker process counts for itself."""

from __future__ import annotations

import ipaddress
import time
from collections.abc import Callable

MOST_CLIENTS = 10_000


class Buckets:
    """`per_minute` requests a client, a minute's worth at once at most; `clock` gives seconds."""

    def __init__(self, per_minute: int, clock: Callable[[], float] = time.monotonic) -> None:
        self._size = float(per_minute)
        self._clock = clock
        self._left: dict[str, tuple[float, float]] = {}

    def wait(self, client: str) -> float:
        """Takes one from the client's bucket: 0 when there was one, else the seconds until there is."""
        now = self._clock()
        if len(self._left) >= MOST_CLIENTS and client not in self._left:
            self._forget(now)
        left = min(self._filled(client, now), self._size)
        if left < 1:
            return (1 - left) * 60 / self._size
        self._left[client] = (left - 1, now)
        return 0.0

    def _filled(self, client: str, now: float) -> float:
        left, since = self._left.get(client, (self._size, now))
        return left + (now - since) * self._size / 60

    def _forget(self, now: float) -> None:
        """Drops the buckets that are full again, which are as good as new; all of them when none is."""
        kept = {client: bucket for client, bucket in self._left.items() if self._filled(client, now) < self._size}
        self._left = kept if len(kept) < MOST_CLIENTS else {}


def network_of(address: str) -> str:
    """What counts as one client: an IPv4 address, or the /64 that one subscriber of IPv6 has."""
    try:
        ip = ipaddress.ip_address(address)
    except ValueError:
        return address
    return str(ipaddress.ip_network((ip, 64), strict=False)) if ip.version == 6 else address
