"""A message, end to end: what is waiting is taken together, shares one commit, and only then is anyone answered."""

import asyncio
import time
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from bot.decide import Readers, Turn, begin, decide
from bot.service import Service
from core.errors import ConversationOver, LanternError, NotFound, Unavailable
from core.events import Act, BotSaid, ConversationStarted, MessageReceived, TalkMoved, TurnFailed
from core.ids import ConversationId, LineId
from core.logs import get
from core.messages import NOTHING_READ, Accepted, Channel, Inbound
from core.priority import Priority
from escalation.case import open_case
from storage.database import Connection
from storage.record import record
from storage.talks import TalkState, known, load, staff_present

PRESENT_WITHIN = timedelta(seconds=90)
"""Staff count as there when their browser has spoken this recently; the same span as a claim's lease."""

log = get("turn")


@dataclass(slots=True)
class Waiting:
    """One message and whoever waits for its commit."""

    inbound: Inbound
    done: asyncio.Future[Accepted]


class Turns:
    """Takes messages. `take` returns after the commit that stored the message, or raises."""

    def __init__(self, service: Service) -> None:
        self.service = service
        self.readers = Readers(service.deployment, service.screen, service.library, service.intents, service.fresh)
        self._waiting: asyncio.Queue[Waiting] = asyncio.Queue(maxsize=4096)
        self._task: asyncio.Task[None] | None = None

    async def start(self) -> None:
        self._task = asyncio.create_task(self._work(), name="turns")

    async def stop(self) -> None:
        """Finish what is being committed; whoever still waits is told to try again."""
        if self._task:
            self._task.cancel()
            with suppress(asyncio.CancelledError):
                await self._task

    async def take(self, inbound: Inbound) -> Accepted:
        """Raises Unavailable (503) when it cannot be committed in time: nothing is acknowledged, send it again."""
        waiting = Waiting(inbound, asyncio.get_running_loop().create_future())
        try:
            self._waiting.put_nowait(waiting)
            async with asyncio.timeout(self.service.settings.turn_timeout.total_seconds()):
                return await waiting.done
        except (TimeoutError, asyncio.QueueFull):
            raise Unavailable from None

    async def begin(self, line: LineId, channel: Channel, code_name: str, token: str) -> ConversationId:
        """Start a conversation and say the line's first words. Commits."""
        now = self.service.clock.now()
        conversation = ConversationId(self.service.fresh(now))
        async with self.service.database.write() as connection:
            someone = await staff_present(connection, line, now - PRESENT_WITHIN) > 0
            talk = TalkState(conversation, line, channel, code_name, False, None, 0, None, (), None, ())
            turn = begin(self.readers, talk, someone, now)
            started = ConversationStarted(conversation, line, channel, code_name, token=token)
            await record(connection, self.service.sealer, [Act(now, "person", (started, *turn.events), conversation)])
        return conversation

    async def _work(self) -> None:
        while True:
            batch = [await self._waiting.get()]
            while len(batch) < self.service.settings.batch_largest and not self._waiting.empty():
                batch.append(self._waiting.get_nowait())
            await self._take_batch(batch)

    async def _take_batch(self, batch: list[Waiting]) -> None:
        began = time.perf_counter()
        try:
            answers = await self._commit([waiting.inbound for waiting in batch])
        except Unavailable as error:
            _refuse(batch, error)
            log.error("database_away", turns=len(batch))
            return
        except Exception:
            log.warning("batch_failed", turns=len(batch), exc_info=True)
            for waiting in batch:
                await self._take_alone(waiting)
            return
        for waiting, answer in zip(batch, answers, strict=True):
            _settle(waiting, answer)
        await self._tell(answers)
        took = round((time.perf_counter() - began) * 1000, 2)
        log.info("turn", turns=len(batch), repeated=sum(_repeated(a) for a in answers), duration_ms=took)

    async def _take_alone(self, waiting: Waiting) -> None:
        """A turn of a failed batch, by itself; if it fails again its words go to a person."""
        try:
            try:
                answer = (await self._commit([waiting.inbound]))[0]
            except LanternError:
                raise
            except Exception as error:
                log.error("turn_failed", exc_info=True)
                answer = await self._hand_to_human(waiting.inbound, type(error).__name__)
            _settle(waiting, answer)
            await self._tell([answer])
        except LanternError as error:
            _refuse([waiting], error)
        except Exception:
            log.error("turn_lost", exc_info=True)
            _refuse([waiting], Unavailable())

    async def _tell(self, answers: Sequence[Accepted | LanternError]) -> None:
        changed = {f"talk:{answer.conversation}" for answer in answers if isinstance(answer, Accepted)}
        await self.service.wake.wake([*changed, "queue"])

    async def _commit(self, inbounds: Sequence[Inbound]) -> list[Accepted | LanternError]:
        """One transaction for all. Messages that were stored before drop out with the seq they were given."""
        now = self.service.clock.now()
        async with self.service.database.write() as connection:
            before = await known(connection, [(i.channel, i.provider_id) for i in inbounds])
            talks = await load(connection, self.service.sealer, [i.conversation for i in inbounds if i.conversation])
            present = {line: await staff_present(connection, line, now - PRESENT_WITHIN) for line in {t.line for t in talks.values()}}
            answers: list[Accepted | LanternError] = []
            acts: list[Act] = []
            for inbound in inbounds:
                answer, act = self._one(inbound, before, talks, present, now)
                answers.append(answer)
                acts.extend(act)
            await record(connection, self.service.sealer, acts)
        return answers

    def _one(
        self, inbound: Inbound, before: dict[tuple[str, str], int], talks: dict[ConversationId, TalkState],
        present: dict[LineId, int], now: datetime,
    ) -> tuple[Accepted | LanternError, list[Act]]:  # fmt: skip
        key = (str(inbound.channel), inbound.provider_id)
        talk = talks.get(inbound.conversation) if inbound.conversation else None
        if talk is None:
            return NotFound(), []
        if key in before:
            return Accepted(talk.id, before[key], repeated=True), []
        if talk.ended and (talk.ended_at is None or now - talk.ended_at > self.service.settings.reopen_within):
            return ConversationOver(), []
        turn = decide(self.readers, talk, inbound, present[talk.line] > 0, now)
        talks[talk.id] = turn.talk
        seq = next(event.seq for event in turn.events if isinstance(event, MessageReceived))
        before[key] = seq
        case = turn.talk.case.id if turn.talk.case else None
        return Accepted(talk.id, seq, repeated=False), [Act(now, "person", turn.events, talk.id, case)]

    async def _hand_to_human(self, inbound: Inbound, error: str) -> Accepted:
        """The smallest transaction that keeps the message and puts it in front of a clinician."""
        now = self.service.clock.now()
        async with self.service.database.write() as connection:
            talk = await _locked(connection, self.service, inbound)
            turn = failed(self.readers, talk, inbound, error, now)
            await record(connection, self.service.sealer, [Act(now, "system", turn.events, talk.id)])
        return Accepted(talk.id, talk.seq + 1, repeated=False)


async def _locked(connection: Connection, service: Service, inbound: Inbound) -> TalkState:
    talks = await load(connection, service.sealer, [inbound.conversation] if inbound.conversation else [])
    for talk in talks.values():
        return talk
    raise NotFound


def failed(readers: Readers, talk: TalkState, inbound: Inbound, error: str, now: datetime) -> Turn:
    """A message nothing could handle: stored unread by the flow, with a case, and the person told a human will read it."""
    seq = talk.seq + 1
    received = MessageReceived(
        talk.id, seq, inbound.channel, inbound.provider_id, inbound.text, inbound.received_at, NOTHING_READ
    )
    opened = () if talk.case else open_case(
        conversation=talk.id, line=talk.line, priority=Priority.URGENT, cause="turn_failed", rule=None, seq=seq,
        since=inbound.received_at, now=now, fresh=readers.fresh,
    )  # fmt: skip
    said = BotSaid(talk.id, seq + 1, readers.deployment.wording["failed_turn"], "failed_turn")
    session = {**(talk.session or {}), "paused": True}
    events = (received, TurnFailed(talk.id, seq, error), *opened, said, TalkMoved(talk.id, session, talk.window))
    return Turn(events, replace(talk, seq=seq + 1, session=session))


def _repeated(answer: Accepted | LanternError) -> bool:
    return isinstance(answer, Accepted) and answer.repeated


def _settle(waiting: Waiting, answer: Accepted | LanternError) -> None:
    if waiting.done.done():
        return
    if isinstance(answer, LanternError):
        waiting.done.set_exception(answer)
    else:
        waiting.done.set_result(answer)


def _refuse(batch: list[Waiting], error: LanternError) -> None:
    for waiting in batch:
        if not waiting.done.done():
            waiting.done.set_exception(error)
