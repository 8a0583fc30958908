"""Sessions of the page: a signed cookie that names a grant and ends; nothing is kept on the server.

A session ends with its time, with the grant it names, or for all at once when `session.key` is deleted.
"""

from __future__ import annotations

import hashlib
import hmac
import os
import secrets
import time
from collections.abc import Callable, Iterable
from pathlib import Path

from rag.errors import DataDirectoryError
from ui.access.tokens import Grant

COOKIE = "ptce_session"
SECONDS = 12 * 3600
_KEY_BYTES = 32


class Sessions:
    """Issues and reads cookies under one secret key; `clock` gives seconds since 1970."""

    def __init__(self, key: bytes, clock: Callable[[], float] = time.time) -> None:
        self._key = key
        self._clock = clock

    def issue(self, grant: Grant) -> str:
        """The cookie of somebody who showed the token of `grant`."""
        body = f"{grant.digest}.{int(self._clock()) + SECONDS}"
        return f"{body}.{self._signature(body)}"

    def read(self, cookie: str, grants: Iterable[Grant]) -> Grant | None:
        """The grant that a cookie names, when it is ours, in time, and the grant is still given."""
        body, _, signature = cookie.rpartition(".")
        digest, _, end = body.partition(".")
        if not hmac.compare_digest(signature.encode(), self._signature(body).encode()):
            return None
        if int(end) < self._clock():
            return None
        return next((grant for grant in grants if grant.digest == digest), None)

    def _signature(self, body: str) -> str:
        return hmac.new(self._key, body.encode(), hashlib.sha256).hexdigest()


def key_in(data_dir: Path) -> bytes:
    """The key of this data directory, made once, readable by its owner only; all worker processes share it."""
    path = data_dir / "session.key"
    try:
        data_dir.mkdir(parents=True, exist_ok=True)
        if not path.exists():
            _write_once(path)
        return bytes.fromhex(path.read_text(encoding="ascii"))
    except (OSError, ValueError) as error:
        raise DataDirectoryError(data_dir, f"session.key : {error}") from error


def _write_once(path: Path) -> None:
    """Writes a new key whole before it gets its name, so that two workers that start together agree."""
    draft = path.with_name(f".{path.name}.{os.getpid()}")
    with os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w", encoding="ascii") as file:
        file.write(secrets.token_hex(_KEY_BYTES))
    try:
        os.link(draft, path)
    except FileExistsError:
        pass
    finally:
        draft.unlink()
