"""The roles, who somebody is, and what a route asks of them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from fastapi import Depends
from starlette.exceptions import HTTPException
from starlette.requests import HTTPConnection


class Role(StrEnum):
    """What somebody may do. Editors and evaluators read too; neither may do the other's work."""

    READER = "reader"
    EDITOR = "editor"
    EVALUATOR = "evaluator"


@dataclass(frozen=True, slots=True)
class Identity:
    """Somebody who may use the guide: the name is that of a token, never of a person unless the token says so."""

    name: str
    roles: frozenset[Role]

    def __post_init__(self) -> None:
        if Role.READER not in self.roles:
            raise ValueError("whoever may use the guide may read")


OWNER = Identity("local", frozenset(Role))
VISITOR = Identity("visiteur", frozenset({Role.READER}))


def with_reading(roles: frozenset[Role]) -> frozenset[Role]:
    """The roles with reading, which goes with every other."""
    return roles | {Role.READER}


def identity_of(connection: HTTPConnection | None) -> Identity:
    """Who sends this request, as the guard found; 401 where no guard stood before the route.

    In a callback of the page, `connection` is the `request` of a `gradio.Request`.
    """
    state: Mapping[str, Any] = connection.scope.get("state", {}) if connection else {}
    identity = state.get("identity")
    if not isinstance(identity, Identity):
        raise HTTPException(401, headers={"WWW-Authenticate": "Bearer"})
    return identity


def requires(role: Role) -> Any:  # noqa: ANN401 - what FastAPI's Depends returns
    """A dependency of routes: the identity of the sender, who has `role`; 403 otherwise."""

    def check(connection: HTTPConnection) -> Identity:
        identity = identity_of(connection)
        if role not in identity.roles:
            raise HTTPException(403)
        return identity

    return Depends(check)
