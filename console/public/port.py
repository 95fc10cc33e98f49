"""What the public pages need done for them. Whoever holds the record implements `Chats`; tests pass a fake."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Literal, Protocol

Sender = Literal["person", "bot", "staff", "system"]
State = Literal["bot", "waiting", "staff", "ended"]


@dataclass(frozen=True, slots=True)
class Shown:
    """One message as its reader sees it."""

    seq: int
    sender: Sender
    name: str
    text: str
    at: datetime


@dataclass(frozen=True, slots=True)
class ChatView:
    """A chat as it stands now. `crisis_open` opens the helplines bar; `choices` are key and label."""

    line: str
    code_name: str
    messages: Sequence[Shown]
    choices: Sequence[tuple[str, str]]
    state: State
    crisis_open: bool
    last_seq: int


@dataclass(frozen=True, slots=True)
class Presence:
    """Whether a line is open, whether someone on shift can answer, and the true words for it."""

    open: bool
    someone: bool
    words: str


class Chats(Protocol):
    """Each method that takes a token raises WrongToken when it does not open that conversation."""

    async def start(self, line: str, address: str) -> tuple[str, str]:
        """A new conversation and its token. Raises UnknownLine, TooMany."""

    async def view(self, conversation: str, token: str) -> ChatView: ...

    async def send(self, conversation: str, token: str, client_id: str, text: str, choice: str | None) -> int:
        """The seq of the stored message; a repeated `client_id` gives the same one. Raises TextRefused, ConversationOver."""

    async def end(self, conversation: str, token: str, by: str) -> None:
        """`by` is "person" or "left" (Leave now)."""

    async def give_code(self, conversation: str, token: str) -> str:
        """Words that open this conversation again from another browser."""

    async def come_back(self, code: str, address: str) -> tuple[str, str]:
        """The conversation a code opens, and a new token. Raises NotFound, TooMany."""

    async def presence(self, line: str) -> Presence:
        """Raises UnknownLine."""
