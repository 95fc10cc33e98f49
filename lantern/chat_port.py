"""The public pages' port, filled by web chat: a page can do what the JSON interface can, no more."""

from datetime import timedelta

from booking.hours import is_open, opening_words
from bot.channels.webchat.api import state_of
from bot.channels.webchat.chats import WebChats
from bot.service import Service
from console.public.port import ChatView, Presence, Sender, Shown
from core.errors import TooMany, UnknownLine
from core.ids import LineId
from core.messages import Author

TRIES = 8
WITHIN = timedelta(minutes=10)
"""Return codes one address may try in ten minutes: three words stay hard to guess."""


class ChatPort:
    """`console.public.port.Chats` over `WebChats`."""

    def __init__(self, service: Service, chats: WebChats) -> None:
        self.service = service
        self.chats = chats
        self._tries: dict[str, list[float]] = {}

    async def start(self, line: str, address: str) -> tuple[str, str]:
        return await self.chats.start(line)

    async def view(self, conversation: str, token: str) -> ChatView:
        opened = await self.chats.open(conversation, token)
        names = {Author.BOT: self.service.deployment.wording.get("bot_name", "Lantern bot"), Author.PERSON: "You"}
        standing = opened.standing
        senders: dict[Author, Sender] = {
            Author.PERSON: "person", Author.BOT: "bot", Author.STAFF: "staff", Author.SYSTEM: "system",
        }  # fmt: skip
        return ChatView(
            line=standing.line,
            code_name=standing.code_name,
            messages=tuple(
                Shown(line.seq, senders[line.author], names.get(line.author, line.name or ""), line.text, line.at)
                for line in opened.lines
            ),
            choices=opened.choices,
            state=state_of(standing.ended, standing.held, standing.case_open),
            crisis_open=standing.crisis,
            last_seq=standing.seq,
        )

    async def send(self, conversation: str, token: str, client_id: str, text: str, choice: str | None) -> int:
        return await self.chats.send(conversation, token, client_id, text, choice)

    async def end(self, conversation: str, token: str, by: str) -> None:
        await self.chats.end(conversation, token, left=by == "left")

    async def give_code(self, conversation: str, token: str) -> str:
        return await self.chats.give_code(conversation, token)

    async def come_back(self, code: str, address: str) -> tuple[str, str]:
        """Raises TooMany: the words must stay hard to guess."""
        now = self.service.clock.now().timestamp()
        tries = [at for at in self._tries.get(address, []) if now - at < WITHIN.total_seconds()]
        if len(tries) >= TRIES:
            raise TooMany
        self._tries[address] = [*tries, now]
        return await self.chats.come_back(code)

    async def presence(self, line: str) -> Presence:
        found = self.service.deployment.lines.get(LineId(line))
        if found is None:
            raise UnknownLine
        now = self.service.clock.now()
        someone = await self.chats.someone_there(line, now)
        key = "someone_there" if someone else "no_one_there"
        opens = opening_words(found, now)
        words = self.service.deployment.wording[key].replace("{opens_at}", opens).replace("{who}", found.who_answers)
        return Presence(is_open(found, now), someone, words)
