"""Patience with limits: slow bodies, slow readers, too many questions at once."""

from __future__ import annotations

import asyncio

from starlette.exceptions import HTTPException
from starlette.requests import ClientDisconnect
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from ui.api import problems
from ui.texts import service as texts

BODY_SECONDS = 30.0
BYTES_A_SECOND = 100_000
READER_SECONDS = 60.0
AT_ONCE = 32
WAITING = 2000
RETRY_SECONDS = 5
_COMPUTING = ("/api/", "/v1/")


class Patience:
    """ASGI middleware: a body has `body` seconds to arrive, a reader `reader` seconds to take each piece.

    A body that does come gets a second more for each `BYTES_A_SECOND`: a big document over a slow line is no attack.
    """

    def __init__(self, app: ASGIApp, body: float = BODY_SECONDS, reader: float = READER_SECONDS) -> None:
        self.app, self.body, self.reader = app, body, reader

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Passes on what comes and goes, in time."""
        if scope["type"] != "http":
            return await self.app(scope, receive, send)
        return await self.app(scope, self._in_time(receive), self._to_a_reader(send))

    def _in_time(self, receive: Receive) -> Receive:
        deadline = asyncio.get_running_loop().time() + self.body
        complete = False

        async def in_time() -> Message:
            nonlocal complete, deadline
            if complete:  # what comes next is the end of the connection, whenever that is
                return await receive()
            try:
                async with asyncio.timeout_at(deadline):
                    message = await receive()
            except TimeoutError as error:
                raise HTTPException(408, headers={"Connection": "close"}) from error
            deadline += len(message.get("body", b"")) / BYTES_A_SECOND
            complete = not message.get("more_body", False)
            return message

        return in_time

    def _to_a_reader(self, send: Send) -> Send:
        async def to_a_reader(message: Message) -> None:
            try:
                async with asyncio.timeout(self.reader):
                    await send(message)
            except TimeoutError as error:
                raise ClientDisconnect() from error

        return to_a_reader


class Turnstile:
    """ASGI middleware: `at_once` questions are worked on, the others wait here without holding a thread.

    So the page's files and the state of the server are served at once, however many questions wait.
    """

    def __init__(self, app: ASGIApp, at_once: int = AT_ONCE, waiting: int = WAITING) -> None:
        self.app, self.most = app, waiting
        self.waiting = 0
        self._places = asyncio.Semaphore(at_once)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Lets the request through in its turn, or refuses it when too many wait."""
        if scope["type"] != "http" or not scope["path"].startswith(_COMPUTING):
            return await self.app(scope, receive, send)
        if self.waiting >= self.most:
            refusal = problems.problem(503, texts.OVERLOADED, "overloaded", {"Retry-After": str(RETRY_SECONDS)})
            return await refusal(scope, receive, send)
        self.waiting += 1
        try:
            await self._places.acquire()
        finally:
            self.waiting -= 1
        try:
            return await self.app(scope, receive, send)
        finally:
            self._places.release()
