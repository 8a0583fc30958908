"""Sessions of the page: a signed cookie that names a grant and ends; only those that were left early are kept in mind.

A session ends with its time, with the grant it names, when one signs out, or for all at once when `session.key` is
deleted.
"""

from __future__ import annotations

import hashlib
import hmac
import os
import secrets
import time
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Self

from rag.errors import DataDirectoryError
from rag.journal import Journal
from ui.access.tokens import Grant

COOKIE = "ptce_session"
SECURE_COOKIE = f"__Host-{COOKIE}"  # over https: a browser takes it from this very host only
SECONDS = 12 * 3600
_KEY_BYTES = 32
_NONCE_BYTES = 16


class Sessions:
    """Issues, reads and ends cookies under one secret key; `clock` gives seconds since 1970.

    `ended` is where the sessions that were left are noted, so that a restart does not open them again.
    """

    def __init__(self, key: bytes, clock: Callable[[], float] = time.time, ended: Path | None = None) -> None:
        self._key = key
        self._clock = clock
        self._journal = Journal(ended) if ended else None
        noted = self._journal.entries() if self._journal else ()
        self._ended = {str(entry["session"]) for entry in noted if entry.get("until", 0) > clock()}

    @classmethod
    def in_folder(cls, data_dir: Path) -> Self:
        """The sessions of a data directory."""
        return cls(key_in(data_dir), ended=data_dir / "sessions-ended.jsonl")

    def issue(self, grant: Grant) -> str:
        """The cookie of somebody who showed the token of `grant`; no two are the same."""
        body = f"{grant.digest}.{int(self._clock()) + SECONDS}.{secrets.token_hex(_NONCE_BYTES)}"
        return f"{body}.{self._signature(body)}"

    def end(self, cookie: str) -> None:
        """Closes a session before its time: who copied the cookie has nothing. A cookie that is not ours is nothing."""
        body = self._body(cookie)
        if body and body not in self._ended:
            self._ended.add(body)
            if self._journal:
                self._journal.append({"session": body, "until": int(body.split(".")[1])})

    def read(self, cookie: str, grants: Iterable[Grant]) -> Grant | None:
        """The grant that a cookie names, when it is ours, in time, and the grant is still given and has not ended."""
        body = self._body(cookie)
        if not body or body in self._ended:
            return None
        digest, end, _ = body.split(".")
        if int(end) < self._clock():
            return None
        return next((grant for grant in grants if grant.digest == digest and not grant.has_ended), None)

    def _body(self, cookie: str) -> str:
        """What we signed, empty when it was not us."""
        body, _, signature = cookie.rpartition(".")
        ours = hmac.compare_digest(signature.encode(), self._signature(body).encode())
        return body if ours and body.count(".") == 2 else ""

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


def cookie_name(scheme: str) -> str:
    """The name of the cookie: under https, one that no other host of the same domain can set."""
    return SECURE_COOKIE if scheme == "https" else COOKIE
