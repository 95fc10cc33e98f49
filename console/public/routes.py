"""The public pages' addresses. Every POST answers 303, except the one that shows a return code."""

import asyncio
from secrets import token_urlsafe
from typing import Any
from urllib.parse import quote

from litestar import Response, Router, get, post
from litestar.datastructures import Cookie
from litestar.exceptions import HTTPException
from litestar.handlers import HTTPRouteHandler
from litestar.params import FromPath

from console.public.door import PublicRequest, address_of, chat_cookie, field, gone_cookie, kept, key_to, only_ours
from console.public.paper import CONTENT, HEADERS, LEAVE_TO, STATIC, Paper
from console.public.port import Chats
from core.deployment import Deployment
from core.errors import ConversationOver, LanternError, NotFound, TextRefused, TooMany, Unavailable, UnknownLine
from core.ids import LineId
from core.logs import get as logger

log = logger("public")
PERSON = "person"
"""The choice by which every flow knows that a real person is asked for."""
LEAVE_WITHIN = 0.5
"""Seconds Leave now waits for the record; the page goes whether or not it is written by then."""


def see(path: str, *cookies: Cookie) -> Response[str]:
    """Go there with a GET."""
    return Response("", status_code=303, headers=dict(HEADERS) | {"Location": path}, cookies=list(cookies), media_type="text/html")


def problem_of(request: PublicRequest) -> str:
    """The words for `?problem=`, or ""; an unknown one says nothing."""
    key = request.query_params.get("problem", "")
    return str(CONTENT["problem"].get(key, "")) if key != "heading" else ""


def public_routes(deployment: Deployment, chats: Chats) -> list[Router]:
    """Every public page of one deployment, over whoever keeps the chats."""
    paper = Paper(deployment)
    handlers = [*still_pages(deployment, chats, paper), *doors(deployment, chats, paper), *chat_pages(chats, paper), *leaving(chats)]

    def expected(_: PublicRequest, error: LanternError) -> Response[str]:
        words = CONTENT["refused"].get(error.code) or CONTENT["problem"].get(error.code) or CONTENT["refused"]["broken"]
        return paper.page("refused.jinja", error.http_status, words=words, crisis_open=True)

    def refused(_: PublicRequest, error: HTTPException) -> Response[str]:
        missing = error.status_code == NotFound.http_status
        return paper.page("refused.jinja", error.status_code, words=CONTENT["refused"]["not_found" if missing else "broken"])

    def surprised(request: PublicRequest, error: Exception) -> Response[str]:
        log.error("surprise", exc_info=error, route=request.scope.get("path_template"))
        return paper.page("refused.jinja", 500, words=CONTENT["refused"]["broken"], crisis_open=True)

    return [
        Router(
            "/",
            route_handlers=handlers,
            before_request=only_ours,
            include_in_schema=False,
            exception_handlers={LanternError: expected, HTTPException: refused, Exception: surprised},
        )
    ]


def still_pages(deployment: Deployment, chats: Chats, paper: Paper) -> list[HTTPRouteHandler]:
    """Pages that change nothing."""

    @get("/chat/{line:str}")
    async def start_page(line: FromPath[str], request: PublicRequest) -> Response[str]:
        found = deployment.lines.get(LineId(line))
        if found is None:
            raise UnknownLine
        presence, held = await chats.presence(line), kept(request)
        return paper.page(
            "start.jinja",
            line=found,
            presence=presence,
            problem=problem_of(request),
            back=f"/chat/c/{quote(held[0], safe='')}" if held else "",
            crisis_open=not presence.someone,
        )

    @get("/chat/{line:str}/before")
    async def before_page(line: FromPath[str]) -> Response[str]:
        if LineId(line) not in deployment.lines:
            raise UnknownLine
        return paper.page("before.jinja", line=deployment.lines[LineId(line)])

    @get("/help")
    async def help_page() -> Response[str]:
        return paper.page("help.jinja")

    @get("/privacy")
    async def privacy_page() -> Response[str]:
        return paper.page("privacy.jinja")

    @get("/static/{name:str}")
    async def static(name: FromPath[str]) -> Response[bytes]:
        if name not in STATIC:
            raise NotFound
        body, kind = STATIC[name]
        return Response(body, media_type=kind, headers=dict(HEADERS))

    return [start_page, before_page, help_page, privacy_page, static]


def doors(deployment: Deployment, chats: Chats, paper: Paper) -> list[HTTPRouteHandler]:
    """The ways into a chat."""

    @post("/chat/{line:str}/start")
    async def begin(line: FromPath[str], request: PublicRequest) -> Response[str]:
        if LineId(line) not in deployment.lines:
            raise UnknownLine
        try:
            conversation, token = await chats.start(line, address_of(request))
        except (TooMany, Unavailable) as refused:
            return see(f"/chat/{line}?problem={refused.code}")
        return see(f"/chat/c/{conversation}", chat_cookie(conversation, token))

    @post("/chat/{line:str}/return")
    async def come_back(line: FromPath[str], request: PublicRequest) -> Response[str]:
        if LineId(line) not in deployment.lines:
            raise UnknownLine
        code = (await field(request, "code")).strip()[:100]
        try:
            conversation, token = await chats.come_back(code, address_of(request))
        except NotFound:
            return see(f"/chat/{line}?problem=wrong_code")
        except (TooMany, Unavailable) as refused:
            return see(f"/chat/{line}?problem={refused.code}")
        return see(f"/chat/c/{conversation}", chat_cookie(conversation, token))

    return [begin, come_back]


def chat_pages(chats: Chats, paper: Paper) -> list[HTTPRouteHandler]:
    """One chat, for the browser that holds its cookie."""

    @get("/chat/c/{conversation:str}")
    async def chat(conversation: FromPath[str], request: PublicRequest) -> Response[str]:
        view = await chats.view(conversation, key_to(request, conversation))
        words: dict[str, Any] = {"view": view, "conversation": conversation, "problem": problem_of(request)}
        return paper.page("chat.jinja", **words, client_id=token_urlsafe(12), crisis_open=view.crisis_open)

    @post("/chat/c/{conversation:str}/send")
    async def send(conversation: FromPath[str], request: PublicRequest) -> Response[str]:
        token, here = key_to(request, conversation), f"/chat/c/{conversation}"
        text, choice = await field(request, "text"), await field(request, "choice") or None
        if choice is not None:
            text = await label_of(chats, conversation, token, choice) or text
        try:
            await chats.send(conversation, token, await field(request, "client_id") or token_urlsafe(12), text, choice)
        except (TextRefused, ConversationOver, TooMany, Unavailable) as refused:
            return see(f"{here}?problem={refused.code}")
        return see(f"{here}#end")

    @post("/chat/c/{conversation:str}/person")
    async def ask_person(conversation: FromPath[str], request: PublicRequest) -> Response[str]:
        token, text = key_to(request, conversation), CONTENT["chat"]["person_text"]
        try:
            await chats.send(conversation, token, await field(request, "client_id") or token_urlsafe(12), text, PERSON)
        except (ConversationOver, TooMany, Unavailable) as refused:
            return see(f"/chat/c/{conversation}?problem={refused.code}")
        return see(f"/chat/c/{conversation}#end")

    @post("/chat/c/{conversation:str}/end")
    async def end(conversation: FromPath[str], request: PublicRequest) -> Response[str]:
        await chats.end(conversation, key_to(request, conversation), "person")
        return see(f"/chat/c/{conversation}/ended")

    @get("/chat/c/{conversation:str}/ended")
    async def ended(conversation: FromPath[str], request: PublicRequest) -> Response[str]:
        view = await chats.view(conversation, key_to(request, conversation))
        if view.state != "ended":
            return see(f"/chat/c/{conversation}")
        return paper.page("ended.jinja", view=view, conversation=conversation, crisis_open=view.crisis_open)

    @post("/chat/c/{conversation:str}/code", status_code=200)
    async def give_code(conversation: FromPath[str], request: PublicRequest) -> Response[str]:
        code = await chats.give_code(conversation, key_to(request, conversation))
        return paper.page("code.jinja", code=code, back=f"/chat/c/{conversation}")

    return [chat, send, ask_person, end, ended, give_code]


async def label_of(chats: Chats, conversation: str, token: str, choice: str) -> str:
    """What the pressed button said, so that the record holds the words that were read."""
    return dict((await chats.view(conversation, token)).choices).get(choice, "")


def leaving(chats: Chats) -> list[HTTPRouteHandler]:
    """Leave now: the visit ends, the browser forgets us, the weather shows. Nothing here may hold it up."""
    writing: set[asyncio.Task[None]] = set()

    async def write(conversation: str, token: str) -> None:
        try:
            await chats.end(conversation, token, "left")
        except Exception as error:  # the page must go, whatever the record says
            log.warning("leave_not_recorded", error=type(error).__name__)

    async def go(request: PublicRequest) -> Response[str]:
        held = kept(request)
        fetched_early = "prefetch" in request.headers.get("sec-purpose", "")
        followed_from_elsewhere = request.headers.get("sec-fetch-site") == "cross-site"
        if held and not fetched_early and not followed_from_elsewhere:
            task = asyncio.create_task(write(*held))
            writing.add(task)
            task.add_done_callback(writing.discard)
            await asyncio.wait({task}, timeout=LEAVE_WITHIN)
        forget = {"Clear-Site-Data": '"cache", "cookies", "storage"'}
        if request.method == "POST" and request.headers.get("sec-fetch-dest") == "empty":
            return Response("", status_code=204, headers=dict(HEADERS) | forget, cookies=[gone_cookie()])
        return Response(
            "", status_code=303, headers=dict(HEADERS) | forget | {"Location": LEAVE_TO}, cookies=[gone_cookie()], media_type="text/html"
        )

    @get("/chat/leave")
    async def leave(request: PublicRequest) -> Response[str]:
        return await go(request)

    @post("/chat/leave")
    async def leave_by_script(request: PublicRequest) -> Response[str]:
        return await go(request)

    return [leave, leave_by_script]


