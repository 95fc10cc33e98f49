"""What staff do to a case: load it locked, decide in `escalation`, record, commit, then wake whoever watches."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING

from console.staff import port
from core.errors import NotFound, TransitionRefused
from core.events import Act, ConversationEnded, Event, NoteAdded, SystemSaid
from core.ids import CaseId, ConversationId, ShiftId, StaffId, TransferId
from core.priority import Priority
from core.text import clean
from escalation import case as decisions
from escalation.case import Case
from escalation.clocks import Clock
from escalation.queue import room_for
from escalation.transfer import Transfer, TransferState
from storage import people, worklist
from storage.database import Connection
from storage.record import record
from storage.talks import TalkState, known, load

if TYPE_CHECKING:
    from console.desk.desk import ServiceDesk


@dataclass(frozen=True, slots=True)
class Held:
    """A case in hand, locked until the transaction ends."""

    connection: Connection
    talk: TalkState
    case: Case
    clocks: tuple[Clock, ...]

    def says(self, wording: str, step: str, after: int = 1) -> SystemSaid:
        return SystemSaid(self.talk.id, self.talk.seq + after, wording, step)


async def write(desk: ServiceDesk, connection: Connection, staff: StaffId, *events: Event) -> None:
    """An act of staff that is about no case."""
    await record(connection, desk.sealer, [Act(desk.clock.now(), f"staff:{staff}", events)])


async def shift_of(connection: Connection, staff: StaffId) -> ShiftId | None:
    return await people.shift_of(connection, staff)


@asynccontextmanager
async def _held(desk: ServiceDesk, case: str) -> AsyncIterator[Held]:
    """The case's conversation is locked first, as every turn does, so that nobody waits for each other."""
    async with desk.database.write() as connection:
        row = await worklist.case_row(connection, case)
        if row is None:
            raise NotFound
        talk = (await load(connection, desk.sealer, [ConversationId(row.conversation)]))[ConversationId(row.conversation)]
        if talk.case is None or talk.case.id != case:
            raise TransitionRefused("This case is closed.")
        yield Held(connection, talk, talk.case, talk.clocks)


async def _done(desk: ServiceDesk, held: Held, viewer: port.Viewer, *events: Event) -> None:
    act = Act(desk.clock.now(), f"staff:{viewer.id}", events, held.talk.id, held.case.id)
    await record(held.connection, desk.sealer, [act])


async def _change(desk: ServiceDesk, viewer: port.Viewer, case: str, decide: Callable[[Held], tuple[Event, ...]]) -> None:
    async with _held(desk, case) as held:
        await _done(desk, held, viewer, *decide(held))
    await desk.wake.wake([f"talk:{held.talk.id}", "queue"])


def _cap(desk: ServiceDesk) -> int:
    return int(desk.deployment.policy.get("cap", 3))


def _filled(desk: ServiceDesk, key: str, name: str, job: str = "") -> str:
    return desk.deployment.wording[key].replace("{name}", name).replace("{job}", job)


async def claim(desk: ServiceDesk, viewer: port.Viewer, case: str) -> None:
    """One winner: the row is locked, and the loser is told who won."""
    now = desk.clock.now()
    async with _held(desk, case) as held:
        priorities = await people.held_priorities(held.connection, viewer.id)
        if held.case.holder and held.case.holder != viewer.id:
            winner = (await worklist.names(held.connection)).get(held.case.holder, ("Someone else", ""))[0]
            raise decisions.ClaimLost(f"{winner} has claimed this case.")
        events = decisions.claim(held.case, viewer.id, now, desk.settings.claim_lease, holding=len(priorities), cap=_cap(desk))
        room_for(held.case.priority, priorities, most=_cap(desk))
        joined = held.says(_filled(desk, "joined", viewer.first_name, viewer.job), "joined")
        await _done(desk, held, viewer, *events, joined)
    await desk.wake.wake([f"talk:{held.talk.id}", "queue"])


async def release(desk: ServiceDesk, viewer: port.Viewer, case: str, reason: str) -> None:
    def decide(held: Held) -> tuple[Event, ...]:
        events = decisions.release(held.case, held.clocks, viewer.id, reason, desk.clock.now(), desk.fresh)
        return (*events, held.says(_filled(desk, "released", viewer.first_name), "released"))

    await _change(desk, viewer, case, decide)


async def close(desk: ServiceDesk, viewer: port.Viewer, case: str, outcome: str, agreed: str) -> None:
    def decide(held: Held) -> tuple[Event, ...]:
        events = decisions.close(held.case, held.clocks, viewer.id, outcome, agreed, desk.clock.now())
        said = held.says(_filled(desk, "closed_by_staff", viewer.first_name), "closed_by_staff")
        return (*events, said, ConversationEnded(held.talk.id, "staff"))

    await _change(desk, viewer, case, decide)


async def reply(desk: ServiceDesk, viewer: port.Viewer, case: str, text: str, client_id: str, quick: str | None) -> None:
    """Sent once however often `client_id` comes; the answer clock stops here and nowhere else."""
    words = clean(text)
    async with _held(desk, case) as held:
        key = ("staff", f"{held.talk.id}:{client_id}")
        if key in await known(held.connection, [key]):
            return
        events = decisions.reply(
            held.case, held.clocks, viewer.id, held.talk.seq + 1, words, client_id, desk.clock.now(), quick_reply=quick
        )
        await _done(desk, held, viewer, *events)
    await desk.wake.wake([f"talk:{held.talk.id}", "queue"])


async def note(desk: ServiceDesk, viewer: port.Viewer, case: str, text: str, client_id: str) -> None:
    words = clean(text)
    await _change(
        desk, viewer, case, lambda held: (NoteAdded(f"{held.case.id}:{client_id}", held.case.id, held.talk.id, viewer.id, words),)
    )


async def change_priority(desk: ServiceDesk, viewer: port.Viewer, case: str, priority: Priority, reason: str) -> None:
    await _change(
        desk,
        viewer,
        case,
        lambda held: decisions.change_priority(held.case, held.clocks, viewer.id, priority, reason, desk.clock.now()),
    )


async def offer_transfer(desk: ServiceDesk, viewer: port.Viewer, case: str, to: StaffId, reason: str, note: str) -> None:
    now = desk.clock.now()
    async with _held(desk, case) as held:
        there = {row[0] for row in await people.on_shift(held.connection, desk.present_since)}
        if to not in there:
            raise NotFound("They are not on shift now. Offer it to someone who is, or release it to the queue.")
        waiting = bool(await worklist.offers(held.connection, case=held.case.id))
        events = decisions.offer_transfer(
            held.case, viewer.id, to, reason, note, now, desk.settings.transfer_timeout, offered=waiting, fresh=desk.fresh
        )
        await _done(desk, held, viewer, *events)
    await desk.wake.wake(["queue"])


async def _case_of(desk: ServiceDesk, transfer: str) -> CaseId:
    async with desk.database.read() as connection:
        row = await worklist.offer(connection, transfer)
    if row is None:
        raise NotFound
    return CaseId(row.case)


async def _offer(connection: Connection, transfer: str) -> Transfer:
    row = await worklist.offer(connection, transfer)
    if row is None:
        raise NotFound
    return Transfer(
        id=TransferId(row.id),
        case=CaseId(row.case),
        by=StaffId(row.by),
        to=StaffId(row.to),
        state=TransferState(row.state),
        expires_at=row.expires_at,
    )


async def accept_transfer(desk: ServiceDesk, viewer: port.Viewer, transfer: TransferId) -> None:
    async with _held(desk, await _case_of(desk, transfer)) as held:
        offer = await _offer(held.connection, transfer)
        holding = await people.holding(held.connection, viewer.id)
        events = decisions.accept_transfer(
            held.case, offer, viewer.id, desk.clock.now(), desk.settings.claim_lease, holding, _cap(desk)
        )
        joined = held.says(_filled(desk, "transferred", viewer.first_name, viewer.job), "transferred")
        await _done(desk, held, viewer, *events, joined)
    await desk.wake.wake([f"talk:{held.talk.id}", "queue"])


async def end_transfer(desk: ServiceDesk, viewer: port.Viewer, transfer: TransferId, how: str) -> None:
    async with _held(desk, await _case_of(desk, transfer)) as held:
        offer = await _offer(held.connection, transfer)
        decide = decisions.decline_transfer if how == "declined" else decisions.withdraw_transfer
        await _done(desk, held, viewer, *decide(offer, viewer.id))
    await desk.wake.wake(["queue"])


async def meet_clock(desk: ServiceDesk, viewer: port.Viewer, case: str, kind: str) -> None:
    def decide(held: Held) -> tuple[Event, ...]:
        return decisions.meet_clock(held.case, _clock(held, kind), viewer.id, desk.clock.now())

    await _change(desk, viewer, case, decide)


async def explain_breach(desk: ServiceDesk, viewer: port.Viewer, case: str, kind: str, reason: str) -> None:
    await _change(
        desk, viewer, case, lambda held: decisions.explain_breach(held.case, _clock(held, kind), viewer.id, reason, desk.clock.now())
    )


async def decide_emergency(desk: ServiceDesk, viewer: port.Viewer, case: str, decision: str, reason: str) -> None:
    await _change(
        desk,
        viewer,
        case,
        lambda held: decisions.decide_emergency(held.case, held.clocks, viewer.id, decision, reason, desk.clock.now()),
    )


def _clock(held: Held, kind: str) -> Clock:
    for clock in held.clocks:
        if clock.kind == kind:
            return clock
    raise NotFound
