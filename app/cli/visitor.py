"""A visitor without a browser: pages, forms and cookies over HTTP, as the demonstration uses the service."""

import re
from http.cookies import SimpleCookie
from typing import Any

from app.cli.trouble import Trouble

REDIRECTS_MAX = 5
# It plays the part of people: with the name that its library gives, it would count as a robot.
AGENT = "Mozilla/5.0 (Vis-a-vis, demonstration)"
TOKEN = re.compile(r'<meta name="csrf-token" content="([^"]+)">')


class Visitor:
    """One person at one browser.

    Cookies are kept by hand: HTTP libraries do not send `__Host-` cookies to http://127.0.0.1, browsers do.
    """

    def __init__(self, name: str, url: str) -> None:
        try:
            import httpx2  # noqa: PLC0415 - only the demonstration needs it (extra `demo`)
        except ModuleNotFoundError as missing:
            raise Trouble("Il manque httpx2 : pip install 'visavis[demo]'.") from missing
        self.name = name
        self.broken = httpx2.TransportError
        self.http = httpx2.Client(base_url=url, timeout=30, headers={"user-agent": AGENT})
        self.cookies: dict[str, str] = {}
        self.token = ""

    def request(self, method: str, path: str, **options: Any) -> Any:
        """Send one request with the cookies and the token of the page; raise Trouble on a refusal."""
        headers = {
            "accept": "text/html",
            "cookie": "; ".join(f"{name}={value}" for name, value in self.cookies.items()),
            "x-csrf-token": self.token,
        } | options.pop("headers", {})
        try:
            answer = self.http.request(method, path, headers=headers, **options)
        except self.broken as trouble:
            raise Trouble(f"{self.name} : {method} {path} n’a pas eu de réponse ({trouble}).") from trouble
        for line in answer.headers.get_list("set-cookie"):
            for name, morsel in SimpleCookie(line).items():
                self.cookies[name] = morsel.value
        if answer.is_error:
            title = re.search(r"<h1>(.*?)</h1>", answer.text)
            said = title[1] if title else answer.text[:300]
            raise Trouble(f"{self.name} : {method} {path} a répondu {answer.status_code} ({said}).")
        return answer

    def open(self, path: str) -> str:
        """Return the text of a page, following redirects as a browser does."""
        return self.arrive(self.request("GET", path))

    def send(self, path: str, fields: dict[str, Any]) -> str:
        """Send a form and return the text of the page where it leads."""
        return self.arrive(self.request("POST", path, data=fields | {"csrf_token": self.token}))

    def arrive(self, answer: Any) -> str:
        """Follow the redirects of an answer and keep the token of the page where they end."""
        for _ in range(REDIRECTS_MAX):
            if not answer.has_redirect_location:
                break
            answer = self.request("GET", answer.headers["location"])
        found = TOKEN.search(answer.text)
        self.token = found[1] if found else self.token
        return str(answer.text)

    def read(self, path: str) -> Any:
        """Return the JSON that a script of the page would fetch."""
        return self.request("GET", path, headers={"accept": "application/json"}).json()

    def tell(self, path: str, document: dict[str, Any]) -> Any:
        """Send JSON as a script of the page would, and return the JSON answered."""
        return self.request("POST", path, json=document, headers={"accept": "application/json"}).json()
