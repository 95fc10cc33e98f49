"""What staff look at. Every page is a GET that is right by itself; the script only keeps it fresh."""

from secrets import token_hex
from typing import Any

from litestar import Response, get
from litestar.handlers import HTTPRouteHandler
from litestar.response import Redirect

from console.staff import show
from console.staff.door import StaffRequest, viewer_of
from console.staff.paper import HEADERS, STATIC, Paper
from console.staff.permits import Action
from console.staff.port import Desk, QueueRow, Viewer
from core.errors import NotAllowed
from core.ids import ConversationId

REASONS = {
    "queue": "To see whether I should take it",
    "help": "To help the colleague who holds it",
    "quality_review": "Quality review",
    "complaint": "A complaint or an incident",
    "asked": "The young person or their family asked",
}
SEARCHED = ("text", "code_name", "after", "before", "priority", "outcome", "staff", "missed")


def pages(desk: Desk, paper: Paper) -> list[HTTPRouteHandler]:
    """The GET routes."""

    def wanted(request: StaffRequest) -> dict[str, str]:
        return {key: request.query_params.get(key, "") for key in ("priority", "who", "name", "all")}

    async def seen(viewer: Viewer, filters: dict[str, str]) -> dict[str, Any]:
        rows = await desk.queue(viewer)
        return {"queue": show.queue(rows, viewer, filters, paper.clock.now()), "filters": filters}

    @get("/", opt={"permit": Action.SIGNED_IN})
    async def home(request: StaffRequest) -> Response[str]:
        return paper.page(request, "home.jinja", shift=await desk.shift(viewer_of(request)))

    @get("/queue", opt={"permit": Action.QUEUE})
    async def queue(request: StaffRequest) -> Response[str]:
        viewer = viewer_of(request)
        alarms, offers = await desk.alarms(viewer), await desk.transfers(viewer)
        return paper.page(request, "queue.jinja", alarms=alarms, offers=offers, **await seen(viewer, wanted(request)))

    @get("/queue/rows", opt={"permit": Action.QUEUE})
    async def rows(request: StaffRequest) -> Response[str]:
        viewer = viewer_of(request)
        alarms, offers = await desk.alarms(viewer), await desk.transfers(viewer)
        return paper.page(request, "rows.jinja", alarms=alarms, offers=offers, **await seen(viewer, wanted(request)))

    @get("/mine", opt={"permit": Action.QUEUE})
    async def mine(request: StaffRequest) -> Response[str]:
        viewer = viewer_of(request)
        every = await desk.queue(viewer)
        held: tuple[QueueRow, ...] = tuple(row for row in every if row.holder == viewer.id)
        offers = await desk.transfers(viewer)
        view = show.queue(every, viewer, {}, paper.clock.now())
        return paper.page(request, "mine.jinja", rows=held, offers=offers, alarms=(), queue=view, filters={})

    @get("/c/{conversation:str}", opt={"permit": Action.READ})
    async def conversation(request: StaffRequest, conversation: str) -> Response[str]:
        viewer, reason = viewer_of(request), request.query_params.get("reason", "")
        view = await seen(viewer, {})
        try:
            talk = await desk.conversation(viewer, ConversationId(conversation), reason if reason in REASONS else "")
        except NotAllowed:
            return paper.page(request, "reason.jinja", conversation=conversation, reasons=REASONS, alarms=(), offers=(), **view)
        quick = {f"{reply.id}:{reply.version}": reply for reply in paper.deployment.quick_replies}
        picked = request.query_params.get("quick", "")
        return paper.page(
            request,
            "conversation.jinja",
            talk=talk,
            reason=reason,
            client_id=token_hex(16),
            replies=quick,
            picked=picked if picked in quick else "",
            unexplained=show.unexplained(talk.clocks),
            alarms=(),
            offers=(),
            **view,
        )

    @get("/c/{conversation:str}/messages", opt={"permit": Action.READ})
    async def messages(request: StaffRequest, conversation: str, after: int = 0) -> Response[str]:
        reason = request.query_params.get("reason", "")
        talk = await desk.conversation(viewer_of(request), ConversationId(conversation), reason if reason in REASONS else "")
        fresh = tuple(message for message in talk.messages if message.seq > after)
        return paper.page(request, "messages.jinja", talk=talk, messages=fresh)

    @get("/search", opt={"permit": Action.SEARCH})
    async def search(request: StaffRequest) -> Response[str]:
        asked = {key: request.query_params.get(key, "").strip() for key in SEARCHED}
        reason = request.query_params.get("reason", "")
        reason = reason if reason in REASONS else ""
        used = {key: value for key, value in asked.items() if value}
        ready = bool(used and reason)
        found = await desk.search(viewer_of(request), {**used, "reason": reason}) if ready else ()
        return paper.page(
            request, "search.jinja", asked=asked, used=used, reason=reason, reasons=REASONS, found=found, ready=ready
        )

    @get("/clocks", opt={"permit": Action.CLOCKS})
    async def clocks(request: StaffRequest) -> Response[str]:
        return paper.page(request, "clocks.jinja", clocks=await desk.clocks(viewer_of(request)))

    @get("/end-shift", opt={"permit": Action.SHIFT})
    async def end_shift(request: StaffRequest) -> Response[str]:
        viewer = viewer_of(request)
        held = tuple(row for row in await desk.queue(viewer) if row.holder == viewer.id)
        return paper.page(request, "end_shift.jinja", held=held)

    @get("/sign-in", opt={"permit": Action.ANYONE})
    async def sign_in(request: StaffRequest) -> Response[str]:
        return paper.page(
            request, "sign_in.jinja", error=None, onward=onward_of(request.query_params.get("next", "")), username=""
        )

    @get("/sign-out", opt={"permit": Action.ANYONE})
    async def sign_out() -> Redirect:
        return Redirect("/staff", status_code=303)

    @get("/assets/{name:str}", opt={"permit": Action.ANYONE})
    async def asset(request: StaffRequest, name: str) -> Response[bytes]:
        if name not in STATIC:
            return Response(b"", status_code=404)
        kind = "text/css; charset=utf-8" if name.endswith(".css") else "text/javascript; charset=utf-8"
        headers = {**HEADERS, "Cache-Control": "public, max-age=31536000, immutable"}
        return Response(STATIC[name], media_type=kind, headers=headers)

    return [home, queue, rows, mine, conversation, messages, search, clocks, end_shift, sign_in, sign_out, asset]


def onward_of(path: str) -> str:
    """Where to go after signing in: only ever one of our own pages."""
    return path if path.startswith("/staff") and "\\" not in path and not path.startswith("/staff/sign") else "/staff"
