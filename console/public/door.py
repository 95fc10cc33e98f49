"""Who may come through: the cookie that opens one chat, and whether a POST came from our own page."""

from typing import Any
from urllib.parse import urlsplit

from litestar import Request
from litestar.datastructures import Cookie

from core.errors import NotAllowed, WrongToken

COOKIE = "__Host-chat"
PublicRequest = Request[Any, Any, Any]


def chat_cookie(conversation: str, token: str) -> Cookie:
    """Lives until the browser closes; no script can read it."""
    return Cookie(key=COOKIE, value=f"{conversation}.{token}", path="/", secure=True, httponly=True, samesite="lax")


def gone_cookie() -> Cookie:
    return Cookie(key=COOKIE, value="", path="/", secure=True, httponly=True, samesite="lax", max_age=0)


def kept(request: PublicRequest) -> tuple[str, str] | None:
    """The conversation and token this browser holds, if any."""
    conversation, _, token = request.cookies.get(COOKIE, "").partition(".")
    return (conversation, token) if conversation and token else None


def key_to(request: PublicRequest, conversation: str) -> str:
    """The token for this conversation. Raises WrongToken when the browser holds none, or another's."""
    held = kept(request)
    if held is None or held[0] != conversation:
        raise WrongToken
    return held[1]


def from_elsewhere(request: PublicRequest) -> bool:
    """Whether another site sent the browser here.

    Our pages say no-referrer, so browsers send our own forms with `Origin: null`; Sec-Fetch-Site tells them apart.
    A browser too old to send it is let in with null: SameSite=Lax keeps the cookie from other sites' POSTs there.
    """
    site = request.headers.get("sec-fetch-site")
    if site is not None:
        return site != "same-origin"
    origin = request.headers.get("origin")
    return origin is None or (origin != "null" and urlsplit(origin).netloc != request.headers.get("host"))


async def only_ours(request: PublicRequest) -> None:
    """Runs before every handler. Raises NotAllowed for a POST that is not from our own page."""
    if request.method == "POST" and from_elsewhere(request):
        raise NotAllowed


def address_of(request: PublicRequest) -> str:
    return request.client.host if request.client else ""


async def field(request: PublicRequest, name: str) -> str:
    """One field of the form, or ""."""
    value = (await request.form()).get(name, "")
    return value if isinstance(value, str) else ""
