"""What a web page or a program may do with a chat: start, read, send, end, and come back with three words."""

import secrets
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from pathlib import Path

from bot.service import Service
from bot.turn import PRESENT_WITHIN, Turns
from core.errors import NotFound, UnknownLine, WrongToken
from core.events import Act, ConversationEnded, Event, LeftQuickly, ReturnCodeGiven, TokenGiven
from core.ids import ConversationId, LineId
from core.messages import Author, Channel, Inbound
from core.text import clean
from flows.engine import Session
from storage.access import Line, Standing, lines_of, open_with_token
from storage.record import record
from storage.talks import by_return_code, staff_present


@lru_cache(maxsize=2)
def _words(name: str) -> tuple[str, ...]:
    return tuple((Path(__file__).parent / f"{name}.txt").read_text().split())


def code_name() -> str:
    """A name for the queue, such as "Blue Otter 41": it says nothing of the person."""
    return f"{secrets.choice(_words('colours')).title()} {secrets.choice(_words('animals')).title()} {secrets.randbelow(98) + 2}"


def return_code() -> str:
    """Three words that are easy to remember and hard to guess."""
    return " ".join(secrets.choice(_words("words")) for _ in range(3))


@dataclass(frozen=True, slots=True)
class Opened:
    """A chat as its person sees it now."""

    standing: Standing
    lines: list[Line]
    choices: tuple[tuple[str, str], ...]


class WebChats:
    """Web chat over the turn and the record; one per process."""

    def __init__(self, service: Service, turns: Turns) -> None:
        self.service = service
        self.turns = turns

    async def start(self, line: str) -> tuple[ConversationId, str]:
        """Raises UnknownLine."""
        if line not in self.service.deployment.lines:
            raise UnknownLine
        token = secrets.token_urlsafe(32)
        return await self.turns.begin(LineId(line), Channel.WEB, code_name(), token), token

    async def open(self, conversation: str, token: str, after: int = 0) -> Opened:
        """Raises WrongToken."""
        async with self.service.database.read() as connection:
            standing = await open_with_token(connection, self.service.sealer, conversation, token)
            lines = await lines_of(connection, self.service.sealer, conversation, after)
        return Opened(standing, lines, self._choices(standing))

    def _choices(self, standing: Standing) -> tuple[tuple[str, str], ...]:
        session = standing.session
        if standing.ended or standing.held or not session or session.get("paused") or "flow" not in session:
            return ()
        return tuple((choice.key, choice.label) for choice in self.service.library.choices(Session.from_dict(session)))

    async def send(self, conversation: str, token: str, client_id: str, text: str, choice: str | None = None) -> int:
        """The seq of the stored message; the same `client_id` again gets the same seq. Raises WrongToken, TextRefused."""
        standing = (await self._standing(conversation, token))
        inbound = Inbound(
            channel=Channel.WEB,
            line=standing.line,
            provider_id=f"{conversation}:{client_id}",
            text=clean(text),
            received_at=self.service.clock.now(),
            conversation=standing.id,
            choice=choice,
        )
        return (await self.turns.take(inbound)).seq

    async def _standing(self, conversation: str, token: str) -> Standing:
        async with self.service.database.read() as connection:
            return await open_with_token(connection, self.service.sealer, conversation, token)

    async def end(self, conversation: str, token: str, left: bool = False) -> None:
        """The person ends the talk. An open case stays open: ending a chat does not end our care."""
        standing = await self._standing(conversation, token)
        if standing.ended and not left:
            return
        events: tuple[Event, ...] = () if standing.ended else (ConversationEnded(standing.id, "left" if left else "person"),)
        if left:
            events += (LeftQuickly(standing.id),)
        await self._write(standing.id, events)

    async def give_code(self, conversation: str, token: str) -> str:
        standing = await self._standing(conversation, token)
        code = return_code()
        await self._write(standing.id, (ReturnCodeGiven(standing.id, code),))
        return code

    async def come_back(self, code: str) -> tuple[ConversationId, str]:
        """The conversation those three words open, with a new key. Raises NotFound."""
        async with self.service.database.read() as connection:
            found = await by_return_code(connection, self.service.sealer, " ".join(code.lower().replace("-", " ").split()))
        if found is None:
            raise NotFound
        token = secrets.token_urlsafe(32)
        await self._write(found, (TokenGiven(found, token),))
        return found, token

    async def _write(self, conversation: ConversationId, events: tuple[Event, ...]) -> None:
        now = self.service.clock.now()
        async with self.service.database.write() as connection:
            await record(connection, self.service.sealer, [Act(now, "person", events, conversation)])
        await self.service.wake.wake([f"talk:{conversation}", "queue"])

    async def someone_there(self, line: str, now: datetime) -> bool:
        async with self.service.database.read() as connection:
            return await staff_present(connection, line, now - PRESENT_WITHIN) > 0


def shown(line: Line, bot_name: str) -> dict[str, object]:
    """A message as the stable interface gives it (design: web chat, JSON)."""
    name = {Author.BOT: bot_name, Author.STAFF: line.name or "", Author.PERSON: "You", Author.SYSTEM: ""}[line.author]
    return {"seq": line.seq, "from": line.author, "name": name, "text": line.text, "at": line.at}


def token_of(header: str | None, cookie: str | None, conversation: str) -> str:
    """The key from `Authorization: Bearer …`, or from the page's cookie `conversation.token`. Raises WrongToken."""
    if header and header.lower().startswith("bearer "):
        return header[7:].strip()
    if cookie and cookie.startswith(f"{conversation}."):
        return cookie.partition(".")[2]
    raise WrongToken
