"""What people say to each other through Lantern, before anyone decides what it means."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from core.ids import ConversationId, LineId
from core.priority import Priority

LONGEST_TEXT = 2000
"""Characters in one message; the same limit on every channel so that a reply never depends on where it is read."""


class Channel(StrEnum):
    WEB = "web"
    SMS = "sms"
    WHATSAPP = "whatsapp"
    TELEGRAM = "telegram"


class Author(StrEnum):
    PERSON = "person"
    BOT = "bot"
    STAFF = "staff"
    SYSTEM = "system"


@dataclass(frozen=True, slots=True)
class Inbound:
    """One message as it came in.

    `provider_id` is unique on its channel: the second message with the same one is the first again.
    `received_at` is the provider's instant, from which clocks run; `conversation` is None where the
    address decides it. `choice` is the key of a quick answer that was pressed, if one was.
    """

    channel: Channel
    line: LineId
    provider_id: str
    text: str
    received_at: datetime
    conversation: ConversationId | None = None
    address: str | None = None
    choice: str | None = None
    media: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Accepted:
    """The answer to an inbound message, given only after the commit that stored it."""

    conversation: ConversationId
    seq: int
    repeated: bool


@dataclass(frozen=True, slots=True)
class Hit:
    """Where a lexicon rule fired. `start` and `end` are character offsets in the original message."""

    rule: str
    start: int
    end: int
    priority: Priority


@dataclass(frozen=True, slots=True)
class Reading:
    """What screening found in one message, and the lexicon version that says so. No hit is a reading too."""

    priority: Priority | None
    hits: tuple[Hit, ...]
    lexicon: str

    @property
    def rule(self) -> str | None:
        """The rule that set the priority."""
        return next((hit.rule for hit in self.hits if hit.priority is self.priority), None)


NOTHING_READ = Reading(priority=None, hits=(), lexicon="none")
