"""Built files: their name carries their hash, so that a browser asks for each of them once."""

from starlette.responses import Response
from starlette.staticfiles import StaticFiles
from starlette.types import Scope

BUILD = "build/"
A_YEAR_S = 365 * 24 * 3600


class HashedFiles(StaticFiles):
    """Static files, kept for ever by browsers where the name is hashed."""

    async def get_response(self, path: str, scope: Scope) -> Response:
        """Return the file, with how long it may be kept."""
        response = await super().get_response(path, scope)
        hashed = path.startswith(BUILD) and not path.endswith("manifest.json")
        response.headers["cache-control"] = f"public, max-age={A_YEAR_S}, immutable" if hashed else "no-cache"
        return response
