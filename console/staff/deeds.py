"""What staff do. Every deed is a form POST that answers 303 to a page that shows the result."""

from urllib.parse import urlencode

from litestar import Response, post
from litestar.handlers import HTTPRouteHandler
from litestar.response import Redirect

from console.staff.door import COOKIE, StaffRequest, gone_cookie, session_cookie, viewer_of
from console.staff.pages import onward_of
from console.staff.paper import Paper
from console.staff.permits import Action
from console.staff.port import Desk
from console.staff.show import priority_of
from core.errors import NotSignedIn, TextEmpty, TooMany
from core.ids import AlarmId, CaseId, StaffId, TransferId
from core.text import clean


async def field(request: StaffRequest, name: str) -> str:
    """One field of the form, or ""."""
    value = (await request.form()).get(name, "")
    return value.strip() if isinstance(value, str) else ""


async def needs(request: StaffRequest, name: str, ask: str) -> str:
    """A field that must be filled in. Raises TextEmpty with what to do."""
    value = await field(request, name)
    if not value:
        raise TextEmpty(ask)
    return clean(value)


def see(path: str) -> Redirect:
    return Redirect(path, status_code=303)


async def back(request: StaffRequest) -> Redirect:
    """To the conversation the form was on, with the reason it was opened for; else to the queue."""
    conversation, reason = await field(request, "conversation"), await field(request, "why")
    if not conversation.isalnum():
        return see("/staff/queue")
    return see(f"/staff/c/{conversation}" + (f"?{urlencode({'reason': reason})}" if reason else ""))


def deeds(desk: Desk, paper: Paper) -> list[HTTPRouteHandler]:
    """The POST routes that are not about one case."""

    @post("/sign-in", opt={"permit": Action.ANYONE})
    async def sign_in(request: StaffRequest) -> Response[str] | Redirect:
        username, onward = await field(request, "username"), onward_of(await field(request, "next"))
        form = await request.form()
        address = request.client.host if request.client else ""
        try:
            token = await desk.sign_in(username, str(form.get("password", "")), await field(request, "code"), address)
        except NotSignedIn:
            words = "That didn't match. Check the name, the password and the newest code."
            return paper.page(request, "sign_in.jinja", 401, error=words, onward=onward, username=username)
        except TooMany as refused:
            return paper.page(request, "sign_in.jinja", 429, error=refused.message, onward=onward, username=username)
        return Redirect(onward, status_code=303, cookies=[session_cookie(token)])

    @post("/sign-out", opt={"permit": Action.SIGNED_IN})
    async def sign_out(request: StaffRequest) -> Redirect:
        await desk.sign_out(request.cookies.get(COOKIE, ""), bool(await field(request, "everywhere")))
        return Redirect("/staff/sign-in", status_code=303, cookies=[gone_cookie()])

    @post("/start-shift", opt={"permit": Action.SHIFT})
    async def start_shift(request: StaffRequest) -> Redirect:
        await desk.start_shift(viewer_of(request), await field(request, "reason") or None)
        return see("/staff/queue")

    @post("/end-shift", opt={"permit": Action.SHIFT})
    async def end_shift(request: StaffRequest) -> Redirect:
        note = await needs(request, "note", "Write what the next person needs to know, even if it is “nothing waiting”.")
        await desk.end_shift(viewer_of(request), note)
        return see("/staff")

    @post("/heartbeat", opt={"permit": Action.SIGNED_IN}, status_code=204)
    async def heartbeat(request: StaffRequest) -> None:
        await desk.heartbeat(viewer_of(request))

    @post("/alarms/{alarm:str}/acknowledge", opt={"permit": Action.ACKNOWLEDGE})
    async def acknowledge(request: StaffRequest, alarm: str) -> Redirect:
        await desk.acknowledge(viewer_of(request), AlarmId(alarm))
        return see("/staff/queue")

    @post("/transfers/{transfer:str}/accept", opt={"permit": Action.TRANSFER})
    async def accept(request: StaffRequest, transfer: str) -> Redirect:
        await desk.accept_transfer(viewer_of(request), TransferId(transfer))
        return await back(request)

    @post("/transfers/{transfer:str}/decline", opt={"permit": Action.TRANSFER})
    async def decline(request: StaffRequest, transfer: str) -> Redirect:
        await desk.decline_transfer(viewer_of(request), TransferId(transfer))
        return see("/staff/queue")

    @post("/transfers/{transfer:str}/withdraw", opt={"permit": Action.TRANSFER})
    async def withdraw(request: StaffRequest, transfer: str) -> Redirect:
        await desk.withdraw_transfer(viewer_of(request), TransferId(transfer))
        return await back(request)

    return [sign_in, sign_out, start_shift, end_shift, heartbeat, acknowledge, accept, decline, withdraw]


def case_deeds(desk: Desk) -> list[HTTPRouteHandler]:
    """The POST routes of one case."""

    @post("/cases/{case:str}/claim", opt={"permit": Action.CLAIM})
    async def claim(request: StaffRequest, case: str) -> Redirect:
        await desk.claim(viewer_of(request), CaseId(case))
        return await back(request)

    @post("/cases/{case:str}/release", opt={"permit": Action.RELEASE})
    async def release(request: StaffRequest, case: str) -> Redirect:
        reason = await needs(request, "reason", "Say why you are giving this back.")
        await desk.release(viewer_of(request), CaseId(case), reason)
        return see("/staff/queue")

    @post("/cases/{case:str}/close", opt={"permit": Action.CLOSE})
    async def close(request: StaffRequest, case: str) -> Redirect:
        outcome = await needs(request, "outcome", "Choose how it ended.")
        agreed = await needs(request, "agreed", "Write what was agreed.")
        await desk.close(viewer_of(request), CaseId(case), outcome, agreed)
        return see("/staff/queue")

    @post("/cases/{case:str}/reply", opt={"permit": Action.REPLY})
    async def reply(request: StaffRequest, case: str) -> Redirect:
        text = await needs(request, "text", "The message is empty. Write something, then send.")
        client_id = await needs(request, "client_id", "This form is incomplete. Open the page again, then send.")
        await desk.reply(viewer_of(request), CaseId(case), text, client_id, await field(request, "quick_reply") or None)
        return await back(request)

    @post("/cases/{case:str}/note", opt={"permit": Action.NOTE})
    async def note(request: StaffRequest, case: str) -> Redirect:
        text = await needs(request, "text", "The note is empty. Write something, then save.")
        client_id = await needs(request, "client_id", "This form is incomplete. Open the page again, then save.")
        await desk.note(viewer_of(request), CaseId(case), text, client_id)
        return await back(request)

    @post("/cases/{case:str}/priority", opt={"permit": Action.PRIORITY})
    async def priority(request: StaffRequest, case: str) -> Redirect:
        chosen = priority_of(await field(request, "priority"))
        if chosen is None:
            raise TextEmpty("Choose a priority.")
        reason = await needs(request, "reason", "Say why you are changing the priority.")
        await desk.change_priority(viewer_of(request), CaseId(case), chosen, reason)
        return await back(request)

    @post("/cases/{case:str}/transfer", opt={"permit": Action.TRANSFER})
    async def transfer(request: StaffRequest, case: str) -> Redirect:
        to = await needs(request, "to", "Choose a colleague who is on shift.")
        reason = await needs(request, "reason", "Say why you are handing this over.")
        note = await needs(request, "note", "Write what your colleague needs to know.")
        await desk.offer_transfer(viewer_of(request), CaseId(case), StaffId(to), reason, note)
        return await back(request)

    @post("/cases/{case:str}/clocks/{kind:str}/meet", opt={"permit": Action.CLOCKS})
    async def meet(request: StaffRequest, case: str, kind: str) -> Redirect:
        await desk.meet_clock(viewer_of(request), CaseId(case), kind)
        return await back(request)

    @post("/cases/{case:str}/clocks/{kind:str}/explain", opt={"permit": Action.EXPLAIN})
    async def explain(request: StaffRequest, case: str, kind: str) -> Redirect:
        reason = await needs(request, "reason", "Say why the time was missed.")
        await desk.explain_breach(viewer_of(request), CaseId(case), kind, reason)
        return await back(request)

    @post("/cases/{case:str}/decide", opt={"permit": Action.DECIDE})
    async def decide(request: StaffRequest, case: str) -> Redirect:
        decision = await needs(request, "decision", "Choose what was decided.")
        reason = await needs(request, "reason", "Say why this was decided.")
        await desk.decide_emergency(viewer_of(request), CaseId(case), decision, reason)
        return await back(request)

    return [claim, release, close, reply, note, priority, transfer, meet, explain, decide]
