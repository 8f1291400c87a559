"""The route table as the house reads it."""

from dataclasses import dataclass

from fastapi import FastAPI
from fastapi.dependencies.models import Dependant
from fastapi.routing import iter_route_contexts
from starlette.routing import Mount

SAFE_METHODS = {"GET", "HEAD", "OPTIONS"}
OPEN_MOUNTS = {"/static"}


@dataclass(frozen=True)
class Address:
    """A route as the law reads it."""

    path: str
    methods: frozenset[str]
    dependant: Dependant | None
    module: str
    own_permission: str | None = None

    @property
    def writes(self) -> bool:
        """Whether it has a method that changes something."""
        return bool(self.methods - SAFE_METHODS)


def addresses(application: FastAPI) -> list[Address]:
    """Return every address that the application answers."""
    return [
        Address(
            route.path or "",
            frozenset(route.methods or ()),
            getattr(route, "dependant", None),
            getattr(route.endpoint, "__module__", ""),
            getattr(route.endpoint, "permission", None),
        )
        for route in iter_route_contexts(application.routes)
        if not (isinstance(route.original_route, Mount) and route.path in OPEN_MOUNTS)
    ]
