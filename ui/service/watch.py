"""Every request gets an id, a line in the journal and its place in the figures; never its question."""

from __future__ import annotations

import logging
import re
from time import perf_counter
from uuid import uuid4

from starlette.datastructures import Headers, MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from rag.service.logs import request_id
from rag.types import Answer
from ui.service.metrics import Metrics

HEADER = "X-Request-ID"
OTHER = "(autre)"
_SOUND = re.compile(r"[A-Za-z0-9._-]{1,64}")
_TOLD = ("/api/", "/v1/", "/sources/", "/mcp")
_log = logging.getLogger(__name__)


class Watch:
    """ASGI middleware, the outermost: what was asked, how it ended, how long it took to begin and to end."""

    def __init__(self, app: ASGIApp, metrics: Metrics) -> None:
        self.app, self.metrics = app, metrics

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Passes the request on with its id, which the caller may have chosen, and the response with the same."""
        if scope["type"] != "http":
            return await self.app(scope, receive, send)
        given = Headers(scope=scope).get(HEADER, "")
        id = given if _SOUND.fullmatch(given) else uuid4().hex[:16]
        request_id.set(id)
        began = perf_counter()
        status, seconds = 500, 0.0

        async def watched(message: Message) -> None:
            nonlocal status, seconds
            if message["type"] == "http.response.start":
                status, seconds = message["status"], perf_counter() - began
                MutableHeaders(scope=message)[HEADER] = id
            await send(message)

        try:
            await self.app(scope, receive, watched)
        finally:
            route = _route(scope)
            self.metrics.requested(scope["method"], route, status, seconds or perf_counter() - began)
            level = logging.INFO if status >= 400 or scope["path"].startswith(_TOLD) else logging.DEBUG
            told = {"method": scope["method"], "route": route, "status": status}
            _log.log(level, "request", extra=told | {"ms": round((perf_counter() - began) * 1000, 1)})


class Journalist:
    """Writes a line for each answer: how it ended and how long each stage took."""

    def __init__(self, *, questions: bool) -> None:
        self.questions = questions

    def answered(self, answer: Answer) -> None:
        """The line; the question is in it only when the settings say so."""
        stages = {f"{stage}_ms": round(seconds * 1000, 1) for stage, seconds in answer.seconds.items()}
        told: dict[str, object] = {
            "status": answer.status.value,
            "refusal": answer.refusal.type.value if answer.refusal else "",
            "citations": len(answer.citations),
        }
        asked = {"question": answer.query.question} if self.questions else {}
        _log.info("answer", extra=told | stages | asked)


def _route(scope: Scope) -> str:
    """The route as it was declared, without what the caller put into the address."""
    return str(getattr(scope.get("route"), "path", OTHER))
