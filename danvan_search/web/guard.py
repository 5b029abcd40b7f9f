"""What stands around each request: checks before it is read, headers on its answer, counts."""

import base64
import binascii
import hmac
import re
import time
from ipaddress import ip_address
from typing import Final

from starlette.datastructures import Headers
from starlette.responses import Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from danvan_search.web.answers import problem_of
from danvan_search.web.site import Site

POLICY: Final = "; ".join(
    (
        "default-src 'none'",
        "script-src 'self'",
        "style-src 'self'",
        "img-src 'self'",
        "connect-src 'self'",
        "form-action 'self'",
        "base-uri 'none'",
        "frame-ancestors 'none'",
    )
)
"""Nothing inline, and nothing from elsewhere."""

HEADERS: Final = {
    "Content-Security-Policy": POLICY,
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "no-referrer",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
}
"""The headers of each answer."""

OPEN_PATH: Final = "/healthz"
"""What is answered without a token: it says nothing of the index."""

_READING: Final = ("GET", "HEAD")
_HOST: Final = re.compile(r"(\[[0-9a-fA-F:.]+\]|[^\[\]:/@\s]+)(?::\d{1,5})?")
_RAW_HEADERS: Final = [
    (name.lower().encode("ascii"), value.encode("ascii")) for name, value in HEADERS.items()
]


class Guard:
    """Refuses requests of a wrong host or without the token, and adds headers to each answer.

    A page of another site can make a browser send requests here under a name of its own, which
    then leads to this machine (DNS rebinding): the header Host shows it.

    :param app: what answers the requests that are not refused.
    """

    def __init__(self, app: ASGIApp, site: Site) -> None:
        self._app = app
        self.site = site
        self._names = site.settings.host_names

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer a request."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        started = time.perf_counter()
        status = 500

        async def send_with_headers(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
                message["headers"] = [*message["headers"], *_RAW_HEADERS]
            await send(message)

        answer = self._refusal(scope) or self._app
        try:
            await answer(scope, receive, send_with_headers)
        finally:
            route = getattr(scope.get("endpoint"), "path", "other")
            self.site.metrics.add(route, status, time.perf_counter() - started)

    def _refusal(self, scope: Scope) -> Response | None:
        """Return the answer to a request that is refused; None for another one."""
        headers = Headers(scope=scope)
        hosts = headers.getlist("host")
        if len(hosts) != 1 or not self.is_known(hosts[0]):
            return problem_of(
                400,
                "host-unknown",
                "The header Host names no host of this server: call it by its address, or let "
                "the operator give --allow-host.",
            )
        token = self.site.settings.token
        if token is None or scope["path"] == OPEN_PATH or shows(headers, token, scope["method"]):
            return None
        refusal = problem_of(
            401,
            "token-needed",
            "Give the token of this server: as the password, or as `Authorization: Bearer TOKEN`.",
        )
        refusal.headers["WWW-Authenticate"] = 'Basic realm="danvan-search", charset="UTF-8"'
        return refusal

    def is_known(self, host: str) -> bool:
        """Return whether a value of the header Host names this server.

        An address leads nowhere else, so any one will do where other machines can reach this one.
        """
        match = _HOST.fullmatch(host)
        if match is None:
            return False
        name = match[1].lower()
        if name in self._names:
            return True
        return not self.site.settings.is_local and _is_address(name)


def shows(headers: Headers, token: str, method: str) -> bool:
    """Return whether a request shows the token: as a bearer, or as the password of a user.

    A browser sends a password by itself, also with requests that the page of another site makes.
    So what changes something needs a bearer.
    """
    scheme, _, value = headers.get("authorization", "").partition(" ")
    given = value.strip()
    if scheme.lower() == "basic" and method in _READING:
        try:
            user_and_password = base64.b64decode(given, validate=True).decode("utf-8", "replace")
        except (binascii.Error, ValueError):
            return False
        given = user_and_password.partition(":")[2]
    elif scheme.lower() != "bearer":
        return False
    return hmac.compare_digest(given.encode("utf-8", "replace"), token.encode("ascii"))


def _is_address(name: str) -> bool:
    try:
        ip_address(name.strip("[]"))
    except ValueError:
        return False
    return True
