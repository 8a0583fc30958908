"""The sign-in page: a token is shown once, and a session cookie stands for it until it ends."""

from __future__ import annotations

from html import escape
from typing import Annotated

from fastapi import APIRouter, Form, Request
from fastapi.responses import HTMLResponse, RedirectResponse, Response

from ui.access.policy import Access
from ui.access.roles import Identity
from ui.access.sessions import SECONDS, cookie_name
from ui.access.tokens import recognised
from ui.html.document import page
from ui.texts import access as texts

LONGEST = 2_000


def sign_in(access: Access) -> APIRouter:
    """`/login` and `/logout`."""
    router = APIRouter(include_in_schema=False)

    @router.get("/login", response_class=HTMLResponse)
    def form(request: Request, next: str = "/") -> str:
        return _page(access, access.visitor(request.cookies.get(cookie_name(request.url.scheme), "")), next)

    @router.post("/login")
    def enter(
        request: Request,
        shown: Annotated[str, Form(alias="token", max_length=LONGEST)] = "",
        next: Annotated[str, Form(max_length=LONGEST)] = "/",
    ) -> Response:
        grant = recognised(access.grants, shown.strip())
        if not grant or not access.sessions:
            return HTMLResponse(_page(access, None, next, texts.SIGN_IN_WRONG), 401)
        response = RedirectResponse(local(next), 303)
        secure = request.url.scheme == "https"
        cookie = access.sessions.issue(grant)
        response.set_cookie(
            cookie_name(request.url.scheme), cookie, SECONDS, httponly=True, samesite="lax", secure=secure
        )
        return response

    @router.post("/logout")
    def leave(request: Request) -> Response:
        name = cookie_name(request.url.scheme)
        if access.sessions:
            access.sessions.end(request.cookies.get(name, ""))
        response = RedirectResponse("/login", 303)
        response.delete_cookie(name, httponly=True, samesite="lax", secure=request.url.scheme == "https")
        return response

    return router


def local(target: str) -> str:
    """`target` when it is an address of this server, else its first page: nobody is sent elsewhere after signing in."""
    plain = target.startswith("/") and target.isprintable() and "\\" not in target
    return target if plain and not target.startswith("//") else "/"


def _page(access: Access, known: Identity | None, next: str, wrong: str = "") -> str:
    if access.is_local:
        return page(texts.SIGN_IN, f"<h1>{texts.SIGN_IN}</h1><p>{texts.NO_SIGN_IN}</p>")
    return page(texts.SIGN_IN, _signed_in(known) if known else _form(next, wrong))


def _signed_in(known: Identity) -> str:
    roles = ", ".join(texts.ROLES[role] for role in sorted(known.roles))
    return (
        f"<h1>{texts.SIGN_OUT}</h1><p>{escape(texts.SIGNED_IN.format(name=known.name, roles=roles))}</p>"
        f'<form class="sign" method="post" action="/logout"><button>{texts.SIGN_OUT}</button></form>'
    )


def _form(next: str, wrong: str) -> str:
    alert = f'<p class="problem" role="alert">{wrong}</p>' if wrong else ""
    return (
        f"<h1>{texts.SIGN_IN}</h1><p>{texts.SIGN_IN_WHY}</p>{alert}"
        f'<form class="sign" method="post" action="/login"><label for="token">{texts.SIGN_IN_LABEL}</label>'
        f'<input id="token" name="token" type="password" autocomplete="current-password" maxlength="{LONGEST}" '
        f'required autofocus><input type="hidden" name="next" value="{escape(local(next))}">'
        f"<button>{texts.SIGN_IN}</button></form>"
    )
