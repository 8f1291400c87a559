"""What a browser does at a page with a form: read its token, send it, see where that leads."""

import re

from starlette.testclient import TestClient

PAGE = {"accept": "text/html"}


def token_of(client: TestClient, path: str) -> str:
    """Return the token of the session that a page carries, empty without one."""
    found = re.search(r'name="csrf-token" content="([^"]+)"', client.get(path, headers=PAGE).text)
    return found[1] if found else ""


def press(client: TestClient, path: str, **fields: str) -> tuple[int, str]:
    """Send the form of a page; return the status, and where it leads or what it shows."""
    answer = client.post(path, data=fields | {"csrf_token": token_of(client, path)}, headers=PAGE)
    return answer.status_code, answer.headers.get("location", answer.text)
