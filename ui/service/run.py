"""The server as a process: it listens, waits for nobody for ever, and finishes what it began before it stops."""

from __future__ import annotations

import asyncio
import logging
import socket
from typing import Any

import uvicorn
from starlette.routing import Mount
from starlette.types import ASGIApp
from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

from rag.service.served import ServedGuide
from rag.settings import Settings
from ui.app import server_of
from ui.texts import service as texts

CONNECTIONS = 1000
_log = logging.getLogger(__name__)


class PatientProtocol(HttpToolsProtocol):
    """HTTP over one connection; closed when the head of a request takes too long or is too big.

    uvicorn waits for ever for the first line of a request, and takes headers of any size.
    """

    seconds = 15.0
    most = 64 * 1024

    def __init__(self, *args: Any, **options: Any) -> None:  # noqa: ANN401 - passed on
        super().__init__(*args, **options)
        self._limit: asyncio.TimerHandle | None = None
        self._head = 0

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        """Starts to wait for the first request."""
        super().connection_made(transport)
        self._wait()

    def connection_lost(self, exc: Exception | None) -> None:
        """Nothing is waited for any more."""
        self._unlimited()
        super().connection_lost(exc)

    def data_received(self, data: bytes) -> None:
        """Counts what comes while the head of a request is not complete."""
        if self._limit and self._head > self.most:
            self.transport.close()
            return
        self._head += len(data)
        super().data_received(data)

    def on_message_begin(self) -> None:
        """Starts to wait for the head of a further request on the same connection."""
        super().on_message_begin()
        if not self._limit:
            self._wait()

    def on_headers_complete(self) -> None:
        """The head is there: the body has its own limit."""
        self._unlimited()
        super().on_headers_complete()

    def _wait(self) -> None:
        self._head = 0
        self._limit = self.loop.call_later(self.seconds, self.transport.close)

    def _unlimited(self) -> None:
        if self._limit:
            self._limit.cancel()
            self._limit = None


class OrderlyServer(uvicorn.Server):
    """Tells the pages that are open to let go before it waits for the answers that are under way."""

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        """Stops listening, waits for what was begun, and ends."""
        _log.info(texts.STOPPING.format(seconds=self.config.timeout_graceful_shutdown))
        for route in getattr(self.config.app, "routes", ()):
            stop = getattr(route.app, "stop_event", None) if isinstance(route, Mount) else None
            if stop:  # Gradio's: each open page holds a connection that ends with it
                stop.set()
        await super().shutdown(sockets)


def run(guide: ServedGuide, settings: Settings) -> None:
    """Serves until it is told to stop (SIGTERM or Ctrl+C)."""
    try:
        OrderlyServer(config(server_of(guide, settings), settings)).run()
    finally:
        guide.close()


def config(app: ASGIApp, settings: Settings) -> uvicorn.Config:
    """How the server listens."""
    return uvicorn.Config(
        app,
        host=settings.host,
        port=settings.port,
        http=PatientProtocol,
        ws="none",
        log_config=None,
        access_log=False,
        server_header=False,
        limit_concurrency=CONNECTIONS,
        timeout_graceful_shutdown=settings.stop_seconds,
    )
