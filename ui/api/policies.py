"""The headers of every response: what a browser may do with it. Each kind of page has the strictest policy it can."""

from __future__ import annotations

from collections.abc import Iterable

# Gradio compiles its HTML templates in the browser, hence unsafe-eval; nothing may come from or go elsewhere
POLICY = (
    "default-src 'self'; script-src 'self' 'unsafe-inline' 'unsafe-eval'; style-src 'self' 'unsafe-inline'; "
    "img-src 'self' data: blob:; font-src 'self' data:; connect-src 'self'; object-src 'none'; "
    "base-uri 'self'; form-action 'self'; frame-ancestors 'self'"
)
READING_POLICY = "default-src 'none'; style-src 'self'; img-src 'self'; base-uri 'none'; frame-ancestors 'self'"
SIGN_IN_POLICY = (
    "default-src 'none'; style-src 'self'; img-src 'self'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'"
)
DATA_POLICY = "default-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'self'"
EMBED_POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; base-uri 'none'; "
    "form-action 'none'; frame-ancestors 'self'"
)
STRICT = {
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=(), payment=(), usb=()",
    "Cross-Origin-Opener-Policy": "same-origin",
}
_READING, _SIGNING = ("/sources/",), ("/login", "/logout")
_DATA = ("/api/", "/v1/", "/mcp", "/healthz", "/readyz", "/metrics", "/openapi.json")
_A_YEAR = 365 * 24 * 3600


def strict_headers(path: str, scheme: str = "http", origins: Iterable[str] = ()) -> dict[str, str]:
    """The headers for what is at `path`; only the embedded chat may stand in a frame of one of `origins`."""
    headers = STRICT | {"Content-Security-Policy": _policy(path, origins)}
    if path.startswith(_SIGNING):  # under no-referrer a browser would not say that its form comes from here
        headers["Referrer-Policy"] = "same-origin"
    if path != "/embed":  # that header knows no list of sites
        headers["X-Frame-Options"] = "DENY" if path.startswith(_SIGNING) else "SAMEORIGIN"
    headers["Cross-Origin-Resource-Policy"] = "cross-origin" if path in ("/embed", "/embed.js") else "same-origin"
    if path == "/" or path.startswith((*_DATA, *_SIGNING, *_READING, "/embed/")):
        headers["Cache-Control"] = "no-store"
    if scheme == "https":
        headers["Strict-Transport-Security"] = f"max-age={_A_YEAR}"
    return headers


def _policy(path: str, origins: Iterable[str]) -> str:
    if path == "/embed":
        return " ".join([EMBED_POLICY, *origins])
    if path.startswith(_READING):
        return READING_POLICY
    if path.startswith(_SIGNING):
        return SIGN_IN_POLICY
    return DATA_POLICY if path.startswith(_DATA) else POLICY
