"""Gives each browser that opens the page its key, and renews it at every visit."""

from __future__ import annotations

from starlette.datastructures import MutableHeaders
from starlette.requests import HTTPConnection
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from ui.store.visitors import cookie_header, key_of, new_key


class Visitors:
    """ASGI middleware for the page at `/`."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Adds the cookie to the page's response."""
        if scope["type"] != "http" or scope["path"] != "/":
            return await self.app(scope, receive, send)
        key = key_of(HTTPConnection(scope).cookies) or new_key()
        line = cookie_header(key, secure=scope["scheme"] == "https")

        async def with_cookie(message: Message) -> None:
            if message["type"] == "http.response.start":
                MutableHeaders(scope=message).append("set-cookie", line)
            await send(message)

        return await self.app(scope, receive, with_cookie)
