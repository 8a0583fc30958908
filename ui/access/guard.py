"""The guard before every route: whose request it is, from which site, and how many of them."""

from __future__ import annotations

import math
from urllib.parse import quote, urlsplit

from fastapi.responses import RedirectResponse
from starlette.requests import Request
from starlette.responses import Response
from starlette.types import ASGIApp, Receive, Scope, Send

from ui.access.limits import Buckets, network_of
from ui.access.policy import Access, is_private_name
from ui.access.roles import OWNER, VISITOR, Identity, Role
from ui.access.sessions import cookie_name
from ui.api.problems import problem
from ui.texts import access as texts
from ui.texts import page as page_texts

SAFE = frozenset({"GET", "HEAD", "OPTIONS"})
OPEN = frozenset({"/healthz", "/readyz", "/login", "/logout", "/embed.js", "/embed/page.js"})
EMBEDDED = frozenset({"/embed", "/embed/ask"})
# what Gradio brings along: its uploads fill the disk, its proxy fetches other addresses, its editor changes the page
UPLOADS = ("/gradio_api/upload", "/gradio_api/process_recording")
UPLOADERS = frozenset({Role.EDITOR, Role.EVALUATOR})  # documents, question files and readers' sheets
CLOSED = ("/gradio_api/proxy=", "/gradio_api/vibe", "/gradio_api/undo-vibe")
MACHINES = ("/api/", "/v1/", "/mcp")


class Guard:
    """ASGI middleware: lets a request pass with its identity in `state`, or answers it with a problem."""

    def __init__(self, app: ASGIApp, access: Access, rate: int) -> None:
        self.app = app
        self.access = access
        self.buckets = Buckets(rate) if rate and (access.grants or access.origins) else None

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """No route of the guide is a web socket."""
        if scope["type"] == "websocket":
            return await send({"type": "websocket.close", "code": 1008})
        if scope["type"] == "http":
            request = Request(scope)
            identity = self._identity(request)
            refusal = self._refusal(request, identity)
            if refusal:
                return await refusal(scope, receive, send)
            scope.setdefault("state", {})["identity"] = identity
        return await self.app(scope, receive, send)

    def _identity(self, request: Request) -> Identity | None:
        token = _bearer(request)
        if self.access.is_local:
            return OWNER
        known = (
            self.access.bearer(token)
            if token
            else self.access.visitor(request.cookies.get(cookie_name(request.url.scheme), ""))
        )
        return known or (VISITOR if self._is_embedded(request.url.path) else None)

    def _refusal(self, request: Request, identity: Identity | None) -> Response | None:
        """What the request is answered with instead of being passed on."""
        path = request.url.path
        if self.access.is_local and not is_private_name(request.headers.get("host", "localhost")):
            return problem(421, texts.FOREIGN_HOST, "foreign_host", path=path)
        if request.method not in SAFE and not _bearer(request) and _from_another_site(request):
            return problem(403, texts.FOREIGN_SITE, "foreign_site", path=path)
        if wait := self._wait(request, identity):
            seconds = str(math.ceil(wait))
            detail = texts.TOO_MANY.format(seconds=seconds)
            return problem(429, detail, "too_many", {"Retry-After": seconds}, path)
        if not identity:
            return None if _is_open(path) else _unknown(request)
        if path.startswith(CLOSED) or (path.startswith(UPLOADS) and not identity.roles & UPLOADERS):
            return problem(403, page_texts.API_DETAILS[403], "http_403", path=path)
        return None

    def _wait(self, request: Request, identity: Identity | None) -> float:
        """Pages and their parts are free; what is asked, sent or called is counted."""
        counted = request.method not in SAFE or request.url.path.startswith(MACHINES)
        if not counted or not self.buckets:
            return 0.0
        address = network_of(request.client.host) if request.client else ""
        return self.buckets.wait(f"{address} {identity.name if identity else ''}")

    def _is_embedded(self, path: str) -> bool:
        """What the visitors of a site that embeds the guide use: the chat, and the documents that it cites."""
        return bool(self.access.origins) and (path in EMBEDDED or path.startswith("/sources/"))


def _is_open(path: str) -> bool:
    return path in OPEN or path.startswith("/static-ptce/")


def _bearer(request: Request) -> str:
    scheme, _, token = request.headers.get("authorization", "").partition(" ")
    return token.strip() if scheme.lower() == "bearer" else ""


def _from_another_site(request: Request) -> bool:
    """Whether a browser says that another site's page sends this."""
    origin = request.headers.get("origin")
    if origin is None:
        return request.headers.get("sec-fetch-site") in ("cross-site", "same-site")
    return urlsplit(origin).netloc != request.headers.get("host")


def _unknown(request: Request) -> Response:
    """A browser is led to the sign-in page, a program is told what to send."""
    path = request.url.path
    if request.method == "GET" and "text/html" in request.headers.get("accept", "") and not path.startswith(MACHINES):
        target = f"{path}?{request.url.query}" if request.url.query else path
        return RedirectResponse(f"/login?next={quote(target, safe='/')}", 303)
    return problem(401, texts.WHO_ARE_YOU, "unauthenticated", {"WWW-Authenticate": "Bearer"}, path)
