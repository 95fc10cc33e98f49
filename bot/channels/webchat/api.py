"""The web chat's JSON interface and its live stream. Paths and shapes are stable: other programs are written against them."""

from collections.abc import AsyncIterator
from datetime import datetime
from typing import Annotated, Any, Literal

import msgspec
import orjson
from litestar import Request, get, post
from litestar.params import Parameter
from litestar.response import ServerSentEvent, ServerSentEventMessage
from litestar.status_codes import HTTP_200_OK, HTTP_201_CREATED, HTTP_202_ACCEPTED

from bot.channels.webchat.chats import WebChats, shown, token_of
from core.errors import NotAllowed
from core.messages import LONGEST_TEXT

COOKIE = "__Host-chat"
State = Literal["bot", "waiting", "staff", "ended"]
BEAT = 10.0
"""Seconds between heartbeats of a stream; a missed wake-up is found by the poll that comes with each."""


class Nothing(msgspec.Struct, forbid_unknown_fields=False):
    """An empty object."""


class Started(msgspec.Struct):
    conversation: str
    token: str


class Sending(msgspec.Struct):
    """`client_id` is made by the sender, once per message, and repeated on every retry."""

    client_id: Annotated[str, msgspec.Meta(min_length=1, max_length=64, pattern=r"^[\x21-\x7e]+$")]
    text: Annotated[str, msgspec.Meta(max_length=LONGEST_TEXT * 4)]
    choice: Annotated[str, msgspec.Meta(max_length=64)] | None = None


class Sent(msgspec.Struct):
    seq: int


class Message(msgspec.Struct):
    seq: int
    from_: str = msgspec.field(name="from")
    name: str = ""
    text: str = ""
    at: datetime | None = None


class Messages(msgspec.Struct):
    messages: list[dict[str, Any]]
    choices: list[dict[str, str]]
    state: str


def _token(request: Request[Any, Any, Any], conversation: str) -> str:
    """The key. With a cookie, a change must come from our own page (the browser says so in Origin or Sec-Fetch-Site)."""
    header = request.headers.get("authorization")
    if header is None and request.method != "GET":
        site = request.headers.get("sec-fetch-site")
        if site not in (None, "same-origin") or (site is None and "origin" not in request.headers):
            raise NotAllowed
    return token_of(header, request.cookies.get(COOKIE), conversation)


@post("/chat/api/{line:str}/conversations", status_code=HTTP_201_CREATED)
async def start(line: str, data: Nothing, chats: WebChats) -> Started:
    """Start a chat. No name, no number."""
    conversation, token = await chats.start(line)
    return Started(conversation, token)


@post("/chat/api/conversations/{conversation:str}/messages", status_code=HTTP_202_ACCEPTED)
async def send(conversation: str, data: Sending, request: Request[Any, Any, Any], chats: WebChats) -> Sent:
    """Send a message. Answered after the commit; the same `client_id` again gets the same seq."""
    token = _token(request, conversation)
    return Sent(await chats.send(conversation, token, data.client_id, data.text, data.choice))


@get("/chat/api/conversations/{conversation:str}/messages")
async def messages(
    conversation: str,
    request: Request[Any, Any, Any],
    chats: WebChats,
    after: Annotated[int, Parameter(ge=0, le=2**31 - 1)] = 0,
) -> Messages:
    """Messages after a seq, oldest first."""
    opened = await chats.open(conversation, _token(request, conversation), after)
    name = chats.service.deployment.wording.get("bot_name", "Lantern bot")
    return Messages(
        messages=[shown(line, name) for line in opened.lines],
        choices=[{"key": key, "label": label} for key, label in opened.choices],
        state=state_of(opened.standing.ended, opened.standing.held, opened.standing.case_open),
    )


def state_of(ended: bool, held: bool, case_open: bool) -> State:
    return "ended" if ended else "staff" if held else "waiting" if case_open else "bot"


@get("/chat/api/conversations/{conversation:str}/stream", include_in_schema=False)
async def stream(conversation: str, request: Request[Any, Any, Any], chats: WebChats) -> ServerSentEvent:
    """Live messages. `id` is the seq; a client that comes back sends the last it saw and misses nothing."""
    token = _token(request, conversation)
    last = request.headers.get("last-event-id") or request.query_params.get("after") or "0"
    await chats.open(conversation, token, 2**31 - 1)
    return ServerSentEvent(_follow(conversation, token, int(last) if last.isdigit() else 0, chats))


async def _follow(conversation: str, token: str, after: int, chats: WebChats) -> AsyncIterator[ServerSentEventMessage]:
    name = chats.service.deployment.wording.get("bot_name", "Lantern bot")
    while True:
        opened = await chats.open(conversation, token, after)
        for line in opened.lines:
            after = line.seq
            yield ServerSentEventMessage(data=orjson.dumps(shown(line, name)).decode(), id=str(line.seq), event="message")
        state = {
            "state": state_of(opened.standing.ended, opened.standing.held, opened.standing.case_open),
            "choices": [{"key": key, "label": label} for key, label in opened.choices],
        }
        yield ServerSentEventMessage(data=orjson.dumps(state).decode(), event="state")
        if opened.standing.ended:
            return
        await chats.service.wake.wait(f"talk:{conversation}", BEAT)
        yield ServerSentEventMessage(data=str(int(chats.service.clock.now().timestamp() * 1000)), event="hb")


@post("/chat/api/conversations/{conversation:str}/end", status_code=HTTP_200_OK)
async def end(conversation: str, request: Request[Any, Any, Any], chats: WebChats) -> dict[str, str]:
    """End the chat."""
    await chats.end(conversation, _token(request, conversation))
    return {"state": "ended"}


ROUTES = [start, send, messages, stream, end]
