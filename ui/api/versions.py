"""Versions of the HTTP API: `/api/v1/…` is the contract, and `/api/…` the same at its current version.

Routers name their routes `/api/…`; the version is taken off the address before they see it.
"""

from __future__ import annotations

from starlette.types import ASGIApp, Receive, Scope, Send

ROOT = "/api/"
CURRENT = "/api/v1/"


class Versions:
    """ASGI middleware: leads the addresses of the current version to the routes."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """An unknown version stays as it is, and is not found."""
        if scope["type"] == "http" and scope["path"].startswith(CURRENT):
            scope = {**scope, "path": ROOT + scope["path"].removeprefix(CURRENT)}
        await self.app(scope, receive, send)


def versioned(path: str) -> str:
    """The address of a route as the contract has it."""
    return CURRENT + path.removeprefix(ROOT) if path.startswith(ROOT) else path
