"""Who comes in: the session cookie, the permit of each route, and forms that only our own pages can send."""

import hmac
from hashlib import sha256
from typing import Any
from urllib.parse import urlsplit

from litestar import Request
from litestar.connection import ASGIConnection
from litestar.datastructures import Cookie, State
from litestar.handlers import BaseRouteHandler
from litestar.types import Guard

from console.staff.permits import Action, may, needed
from console.staff.port import Desk, Viewer
from core.errors import NotAllowed, NotSignedIn

COOKIE = "__Host-staff"

StaffRequest = Request[Any, Any, State]


class Door:
    """The guard of every staff route."""

    def __init__(self, desk: Desk, secret: str) -> None:
        self._desk = desk
        self._secret = secret.encode()

    def guard(self) -> Guard:
        """The check as a plain function: Litestar copies its guards deeply, and would copy the desk with a method."""

        async def check(connection: ASGIConnection[Any, Any, Any, Any], handler: BaseRouteHandler) -> None:
            await self.check(connection, handler)

        return check

    async def check(self, connection: ASGIConnection[Any, Any, Any, Any], handler: BaseRouteHandler) -> None:
        """Refuses a route that names no permit, a stranger, a role without the permit, and a form that is not ours."""
        action = handler.opt.get("permit")
        if not isinstance(action, Action):
            raise NotAllowed("This page says nothing about who may use it, so nobody may.")
        connection.state.typed = None
        posted = str(connection.scope.get("method", "GET")) not in ("GET", "HEAD", "OPTIONS")
        if posted:
            same_site(connection)
        connection.state.viewer = None
        if action is Action.ANYONE:
            return
        token = connection.cookies.get(COOKIE, "")
        viewer = await self._desk.who(token) if token else None
        if viewer is None:
            raise NotSignedIn
        connection.state.viewer = viewer
        connection.state.csrf = self.csrf(token)
        if posted:
            await self._own_form(connection, token)
        if not may(viewer, action):
            raise NotAllowed(f"Your role does not let you do this. It needs {needed(action)}.")

    def csrf(self, token: str) -> str:
        """What a form of this session carries; it says nothing about the session to whoever reads it."""
        return hmac.new(self._secret, b"csrf:" + token.encode(), sha256).hexdigest()

    async def _own_form(self, connection: ASGIConnection[Any, Any, Any, Any], token: str) -> None:
        given = connection.headers.get("x-csrf", "")
        if not given and isinstance(connection, Request):
            sent = await connection.form()
            given = str(sent.get("csrf", ""))
            connection.state.typed = next(
                (str(sent[name]) for name in ("text", "note", "reason", "agreed") if sent.get(name)), None
            )
        if not hmac.compare_digest(given.encode(), self.csrf(token).encode()):
            raise NotAllowed("This form was not made by your own page. Open the page again, then send it.")


def same_site(connection: ASGIConnection[Any, Any, Any, Any]) -> None:
    """Raises NotAllowed unless the browser itself says that one of our own pages sent this."""
    site = connection.headers.get("sec-fetch-site")
    origin = connection.headers.get("origin")
    if site is not None:
        good = site == "same-origin"
    else:
        good = origin is not None and urlsplit(origin).netloc == connection.headers.get("host", "")
    if not good:
        raise NotAllowed("This form came from another site. Open the page again, then send it.")


def viewer_of(request: StaffRequest) -> Viewer:
    """Who is asking; the guard has let them in."""
    viewer = request.state.viewer
    if not isinstance(viewer, Viewer):
        raise NotSignedIn
    return viewer


def session_cookie(token: str) -> Cookie:
    return Cookie(key=COOKIE, value=token, path="/", httponly=True, secure=True, samesite="strict")


def gone_cookie() -> Cookie:
    return Cookie(key=COOKIE, value="", path="/", httponly=True, secure=True, samesite="strict", max_age=0)
