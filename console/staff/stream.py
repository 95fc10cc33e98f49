"""The live stream: hints that something changed. The page asks again; a GET is the truth."""

import asyncio
from collections.abc import AsyncIterator
from datetime import UTC, datetime
from json import dumps
from typing import Any

from litestar import get
from litestar.handlers import HTTPRouteHandler
from litestar.response import ServerSentEvent, ServerSentEventMessage

from console.staff.permits import Action
from console.staff.port import Desk

BEAT = 10.0
GATHER = 0.5


async def hints(desk: Desk, beat: float = BEAT, gather: float = GATHER) -> AsyncIterator[ServerSentEventMessage]:
    """Named events: `queue`, `msg` with a conversation's id, and `hb` so that the page can notice silence.

    At most two bursts a second, each thing once a burst.
    """
    changes = desk.changes()
    coming = asyncio.ensure_future(_next(changes))
    try:
        yield _beat()
        while True:
            await asyncio.wait({coming}, timeout=beat)
            if not coming.done():
                yield _beat()
                continue
            changed: dict[str, None] = {}
            ends = asyncio.get_running_loop().time() + gather
            while coming.done():
                name = coming.result()
                if name is None:
                    return
                changed[name] = None
                coming = asyncio.ensure_future(_next(changes))
                await asyncio.wait({coming}, timeout=max(0.0, ends - asyncio.get_running_loop().time()))
                if asyncio.get_running_loop().time() >= ends:
                    break
            for name in changed:
                yield _hint(name)
    finally:
        coming.cancel()
        await asyncio.gather(coming, return_exceptions=True)
        closing: Any = getattr(changes, "aclose", None)
        if closing is not None:
            await closing()


async def _next(changes: AsyncIterator[str]) -> str | None:
    return await anext(changes, None)


def _hint(name: str) -> ServerSentEventMessage:
    if name == "queue":
        return ServerSentEventMessage(event="queue", data="{}")
    return ServerSentEventMessage(event="msg", data=dumps({"c": name}))


def _beat() -> ServerSentEventMessage:
    return ServerSentEventMessage(event="hb", data=str(int(datetime.now(UTC).timestamp() * 1000)), retry=3000)


def stream(desk: Desk) -> HTTPRouteHandler:
    """GET /staff/stream."""

    @get("/stream", opt={"permit": Action.QUEUE})
    async def live() -> ServerSentEvent:
        return ServerSentEvent(hints(desk), headers={"Cache-Control": "no-store", "X-Accel-Buffering": "no"})

    return live
