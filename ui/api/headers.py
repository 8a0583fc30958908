"""Strict headers on every response, a limit on what the API takes, and the page in French from the start."""

from __future__ import annotations

import re

from starlette.datastructures import Headers, MutableHeaders
from starlette.exceptions import HTTPException
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from ui.api import problems
from ui.api.policies import strict_headers
from ui.api.problems import LIMIT
from ui.texts import page as texts

UPLOADS = "/api/documents"
ANSWERS = ("/api/", "/v1/", "/mcp")  # data for programs: a browser that is led there saves it and shows nothing
SHARING = (
    "access-control-allow-origin", "access-control-allow-credentials", "access-control-allow-methods",
    "access-control-allow-headers", "access-control-max-age", "access-control-expose-headers",
    "access-control-allow-private-network",
)  # fmt: skip
LIMITED = ("/api/", "/v1/", "/mcp", "/embed/", "/login")
_SHEETS = (b"style.css", b"parts.css", b"page.css", b"briefs.css", b"corpus.css", b"opinion.css")
_STYLES = (
    b"".join(b'<link rel="stylesheet" href="/static-ptce/%s">' % name for name in _SHEETS)
    + b'<link rel="icon" href="/static-ptce/icon.svg">'
)
# Gradio fetches the address that a visitor puts there, and asks a name server of its own choice about it first
_ELSEWHERE = re.compile(r"/file=\s*[a-z][a-z0-9+.-]*:", re.IGNORECASE)
_ADVERTISEMENT = re.compile(rb'<meta\s+(?:property="og:|name="twitter:)[^>]*>\s*')


class Protection:
    """ASGI middleware: headers for all, and the limit for what programs send."""

    def __init__(self, app: ASGIApp, origins: tuple[str, ...] = (), uploads: int = LIMIT) -> None:
        """`uploads`: how many bytes a request that brings documents may have."""
        self.app = app
        self.origins = origins
        self.uploads = uploads

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Passes the request on, unless it is announced as too big."""
        if scope["type"] != "http":
            return await self.app(scope, receive, send)
        send = _with_headers(scope, send, self.origins)
        if _ELSEWHERE.search(scope["path"]):
            refusal = problems.problem(404, texts.API_DETAILS[404], "http_404")
            return await refusal(scope, receive, send)
        if scope["path"].startswith(LIMITED):
            limit = self.uploads if scope["path"].rstrip("/") == UPLOADS else LIMIT
            receive = _limited(receive, limit)
            if _announced(scope) > limit:
                detail = texts.API_DETAILS[413].format(limit=limit)
                refusal = problems.problem(413, detail, "http_413", path=scope["path"])
                return await refusal(scope, receive, send)
        return await self.app(scope, receive, send)


class French:
    """ASGI middleware: says that Gradio's page is in French, and takes out its own advertisement."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Rewrites the page at `/`, which has to come uncompressed for that."""
        if scope["type"] != "http" or scope["path"] != "/":
            return await self.app(scope, receive, send)
        plain = [(name, value) for name, value in scope["headers"] if name != b"accept-encoding"]
        return await self.app({**scope, "headers": plain}, receive, _Rewriter(send))


class _Rewriter:
    """Collects the page, rewrites it, sends it in one piece."""

    def __init__(self, send: Send) -> None:
        self.send = send
        self.start: Message = {}
        self.body = b""

    async def __call__(self, message: Message) -> None:
        if message["type"] == "http.response.start":
            self.start = message
            return
        if message["type"] != "http.response.body":
            await self.send(message)
            return
        self.body += message.get("body", b"")
        if message.get("more_body"):
            return
        body = in_french(self.body)
        MutableHeaders(scope=self.start)["content-length"] = str(len(body))
        await self.send(self.start)
        await self.send({"type": "http.response.body", "body": body})


def in_french(page: bytes) -> bytes:
    """Gradio's page with `lang="fr"` and our style sheets, without what advertises Gradio."""
    head, end, rest = page.partition(b"</head>")
    return _ADVERTISEMENT.sub(b"", head).replace(b'lang="en"', b'lang="fr"', 1) + _STYLES + end + rest


def _with_headers(scope: Scope, send: Send, origins: tuple[str, ...]) -> Send:
    strict = strict_headers(scope["path"], scope["scheme"], origins)

    async def with_headers(message: Message) -> None:
        if message["type"] == "http.response.start":
            headers = MutableHeaders(scope=message)
            for name in SHARING:  # Gradio lets the page of any site read its answers
                del headers[name]
            if scope["path"].startswith(ANSWERS) and "content-type" in headers:
                headers.setdefault("Content-Disposition", 'attachment; filename="api.json"')
            headers.update(strict)
        await send(message)

    return with_headers


def _announced(scope: Scope) -> int:
    length = Headers(scope=scope).get("content-length", "0")
    return int(length) if length.isdigit() else 0


def _limited(receive: Receive, limit: int) -> Receive:
    """A body sent in pieces is counted as it comes."""
    size = 0

    async def limited() -> Message:
        nonlocal size
        message = await receive()
        size += len(message.get("body", b""))
        if size > limit:
            raise HTTPException(413)
        return message

    return limited
