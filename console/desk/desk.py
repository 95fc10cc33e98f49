"""The desk: reads for the staff pages, and the acts of staff, each decided, recorded and committed in one place."""

from collections.abc import AsyncIterator, Callable, Mapping
from datetime import datetime, timedelta

from console.desk import acts, reads
from console.desk.signing_in import sign_in
from console.staff import port
from core.clock import Clock
from core.deployment import Deployment
from core.errors import Conflict, NotSignedIn
from core.events import AlarmAcknowledged, ShiftEnded, ShiftStarted, SignedOut
from core.ids import AlarmId, CaseId, ConversationId, ShiftId, StaffId, TransferId
from core.priority import Priority
from core.settings import Settings
from escalation.screen import Screen
from storage import people
from storage.database import Database
from storage.sealing import Sealer
from storage.wake import Wake


class ServiceDesk:
    """`console.staff.port.Desk` over the database."""

    def __init__(
        self,
        settings: Settings,
        deployment: Deployment,
        database: Database,
        sealer: Sealer,
        screen: Screen,
        wake: Wake,
        clock: Clock,
        fresh: Callable[[datetime], str],
    ) -> None:
        self.settings = settings
        self.deployment = deployment
        self.database = database
        self.sealer = sealer
        self.screen = screen
        self.wake = wake
        self.clock = clock
        self.fresh = fresh

    @property
    def present_since(self) -> datetime:
        return self.clock.now() - timedelta(seconds=90)

    # --- sessions and shifts

    async def sign_in(self, username: str, password: str, code: str, address: str) -> str:
        return await sign_in(self.database, self.sealer, username, password, code, address, self.clock.now())

    async def who(self, token: str) -> port.Viewer | None:
        now = self.clock.now()
        async with self.database.read() as connection:
            found = await people.of_session(
                connection, self.sealer, token, now, self.settings.session_idle, self.settings.session_longest
            )
        if found is None:
            return None
        person, shift = found
        async with self.database.write() as connection:
            await people.seen(connection, self.sealer, person.id, token, now, self.settings.claim_lease)
        return port.Viewer(person.id, person.first_name, person.job, person.roles, shift is not None)

    async def sign_out(self, token: str, everywhere: bool) -> None:
        viewer = await self.who(token)
        if viewer is None:
            return
        async with self.database.write() as connection:
            if everywhere:
                await people.end_sessions_of(connection, viewer.id)
            else:
                await people.end_session(connection, self.sealer, token)
            await acts.write(self, connection, viewer.id, SignedOut(viewer.id, everywhere))

    async def shift(self, viewer: port.Viewer) -> port.Shift:
        async with self.database.read() as connection:
            there = await people.on_shift(connection, self.present_since)
            note = await people.last_handover(connection, self.sealer)
        return port.Shift(tuple(port.Colleague(*row) for row in there), note)

    async def start_shift(self, viewer: port.Viewer, reason: str | None) -> None:
        if viewer.on_shift:
            return
        now = self.clock.now()
        async with self.database.write() as connection:
            await acts.write(self, connection, viewer.id, ShiftStarted(ShiftId(self.fresh(now)), viewer.id, reason))
        await self.wake.wake(["queue"])

    async def end_shift(self, viewer: port.Viewer, note: str) -> None:
        async with self.database.write() as connection:
            held = await people.holding(connection, viewer.id)
            if held:
                raise Conflict(f"You hold {held} open {'case' if held == 1 else 'cases'}. Hand over or release each, then end your shift.")
            shift = await acts.shift_of(connection, viewer.id)
            if shift is None:
                raise NotSignedIn("You are not on shift.")
            await acts.write(self, connection, viewer.id, ShiftEnded(shift, viewer.id, note))
        await self.wake.wake(["queue"])

    async def heartbeat(self, viewer: port.Viewer) -> None:
        async with self.database.write() as connection:
            await people.seen(connection, self.sealer, viewer.id, None, self.clock.now(), self.settings.claim_lease)

    # --- reads

    async def queue(self, viewer: port.Viewer) -> tuple[port.QueueRow, ...]:
        return await reads.queue(self, viewer)

    async def conversation(self, viewer: port.Viewer, conversation: ConversationId, reason: str) -> port.Talk:
        return await reads.conversation(self, viewer, conversation, reason)

    async def search(self, viewer: port.Viewer, query: Mapping[str, str]) -> tuple[port.Found, ...]:
        return await reads.search(self, viewer, query)

    async def clocks(self, viewer: port.Viewer) -> tuple[port.ClockRow, ...]:
        return await reads.clocks(self)

    async def transfers(self, viewer: port.Viewer) -> tuple[port.TransferRow, ...]:
        return await reads.offers(self, to=viewer.id)

    async def alarms(self, viewer: port.Viewer) -> tuple[port.Alarm, ...]:
        return await reads.alarms(self)

    async def acknowledge(self, viewer: port.Viewer, alarm: AlarmId) -> None:
        async with self.database.write() as connection:
            await acts.write(self, connection, viewer.id, AlarmAcknowledged(alarm, viewer.id))
        await self.wake.wake(["queue"])

    # --- acts on a case

    async def claim(self, viewer: port.Viewer, case: CaseId) -> None:
        await acts.claim(self, viewer, case)

    async def release(self, viewer: port.Viewer, case: CaseId, reason: str) -> None:
        await acts.release(self, viewer, case, reason)

    async def close(self, viewer: port.Viewer, case: CaseId, outcome: str, agreed: str) -> None:
        await acts.close(self, viewer, case, outcome, agreed)

    async def reply(self, viewer: port.Viewer, case: CaseId, text: str, client_id: str, quick_reply: str | None) -> None:
        await acts.reply(self, viewer, case, text, client_id, quick_reply)

    async def note(self, viewer: port.Viewer, case: CaseId, text: str, client_id: str) -> None:
        await acts.note(self, viewer, case, text, client_id)

    async def change_priority(self, viewer: port.Viewer, case: CaseId, priority: Priority, reason: str) -> None:
        await acts.change_priority(self, viewer, case, priority, reason)

    async def offer_transfer(self, viewer: port.Viewer, case: CaseId, to: StaffId, reason: str, note: str) -> None:
        await acts.offer_transfer(self, viewer, case, to, reason, note)

    async def accept_transfer(self, viewer: port.Viewer, transfer: TransferId) -> None:
        await acts.accept_transfer(self, viewer, transfer)

    async def decline_transfer(self, viewer: port.Viewer, transfer: TransferId) -> None:
        await acts.end_transfer(self, viewer, transfer, "declined")

    async def withdraw_transfer(self, viewer: port.Viewer, transfer: TransferId) -> None:
        await acts.end_transfer(self, viewer, transfer, "withdrawn")

    async def meet_clock(self, viewer: port.Viewer, case: CaseId, kind: str) -> None:
        await acts.meet_clock(self, viewer, case, kind)

    async def explain_breach(self, viewer: port.Viewer, case: CaseId, kind: str, reason: str) -> None:
        await acts.explain_breach(self, viewer, case, kind, reason)

    async def decide_emergency(self, viewer: port.Viewer, case: CaseId, decision: str, reason: str) -> None:
        await acts.decide_emergency(self, viewer, case, decision, reason)

    async def changes(self) -> AsyncIterator[str]:
        while True:
            await self.wake.wait("queue", 2.0)
            yield "queue"
