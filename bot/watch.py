"""The watcher: clocks, ladder steps, transfers and leases that are due. Each step fires once, whatever restarts."""

import asyncio
from contextlib import suppress

from bot.service import Service
from core.errors import LanternError
from core.events import Act, SystemSaid
from core.logs import get
from escalation.case import lapse
from escalation.ladder import fire
from storage.due import due_timers, lapsed_claims, page_sent, pages_to_send, transfers_offered
from storage.record import record

log = get("watch")


class Watch:
    """Polls for what is due; wake-ups only make it sooner."""

    def __init__(self, service: Service) -> None:
        self.service = service
        self._task: asyncio.Task[None] | None = None

    async def start(self) -> None:
        self._task = asyncio.create_task(self._work(), name="watch")

    async def stop(self) -> None:
        if self._task:
            self._task.cancel()
            with suppress(asyncio.CancelledError):
                await self._task

    async def _work(self) -> None:
        while True:
            try:
                fired, lapsed = await self.fire_due(), await self.return_lapsed()
                paged = await self.send_pages()
                if fired or lapsed or paged:
                    log.info("watch", fired=fired, lapsed=lapsed, count=paged)
                    await self.service.wake.wake(["queue"])
            except LanternError:
                log.error("watch_waits", exc_info=True)
            except Exception:
                log.error("watch_failed", exc_info=True)
            await asyncio.sleep(self.service.settings.watch_every.total_seconds())

    async def fire_due(self) -> int:
        """Fire each due timer in a transaction of its own: its effect and the mark that it fired stand or fall together."""
        fired = 0
        for _ in range(100):
            now = self.service.clock.now()
            async with self.service.database.write() as connection:
                due = await due_timers(connection, now, 1)
                for timer in due:
                    extra = await transfers_offered(connection, timer)
                    events = fire(timer.kind, timer.key, timer.data, timer.case, timer.clocks, now, self.service.fresh)
                    case = timer.case.id if timer.case else None
                    where = timer.case.conversation if timer.case else None
                    await record(connection, self.service.sealer, [Act(now, "watch", (*events, *extra), where, case)])
                    fired += 1
            if not due:
                break
        return fired

    async def return_lapsed(self) -> int:
        """Give back the cases whose holder's browser has gone quiet; the young person is told, the clocks run on."""
        now = self.service.clock.now()
        async with self.service.database.write() as connection:
            lapsed = await lapsed_claims(connection, now)
            for found in lapsed:
                text = self.service.deployment.wording["dropped"].replace("{name}", found.name)
                said = SystemSaid(found.case.conversation, found.seq + 1, text, "dropped")
                events = (*lapse(found.case, found.clocks, now, self.service.fresh), said)
                act = Act(now, "watch", events, found.case.conversation, found.case.id)
                await record(connection, self.service.sealer, [act])
        for found in lapsed:
            await self.service.wake.wake([f"talk:{found.case.conversation}"])
        return len(lapsed)

    async def send_pages(self) -> int:
        """Send what must leave the building. The log is the first pager; SMS fills the same port."""
        now = self.service.clock.now()
        pages = await pages_to_send(self.service.database, now)
        for page in pages:
            log.critical("page", case=page.case, step=page.step, attempt=page.attempt)
            await page_sent(self.service.database, page, now)
        return len(pages)


