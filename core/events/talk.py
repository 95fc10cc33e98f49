"""The young person and what is said to them."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from core.events.event import Event
from core.ids import CaseId, ConversationId, LineId, StaffId
from core.messages import Channel, Reading


@dataclass(frozen=True, slots=True)
class ConversationStarted(Event):
    conversation: ConversationId
    line: LineId
    channel: Channel
    code_name: str
    token: str | None = None
    address: str | None = None
    previous: ConversationId | None = None


@dataclass(frozen=True, slots=True)
class MessageReceived(Event):
    """A person's words, and what screening read in them."""

    conversation: ConversationId
    seq: int
    channel: Channel
    provider_id: str
    text: str
    received_at: datetime
    reading: Reading


@dataclass(frozen=True, slots=True)
class BotSaid(Event):
    """Scripted words. `step` is `flow/step` or the key of the wording, so that each can be traced to its sign-off."""

    conversation: ConversationId
    seq: int
    text: str
    step: str


@dataclass(frozen=True, slots=True)
class SystemSaid(Event):
    """A fact about the talk itself, shown to the young person ("Amira, a mental health nurse, is here now")."""

    conversation: ConversationId
    seq: int
    text: str
    step: str


@dataclass(frozen=True, slots=True)
class StaffSaid(Event):
    conversation: ConversationId
    case: CaseId
    seq: int
    staff: StaffId
    text: str
    client_id: str
    quick_reply: str | None = None


@dataclass(frozen=True, slots=True)
class TalkMoved(Event):
    """Where the talk stands now: the flow's session and the recent window that screening reads split messages with."""

    conversation: ConversationId
    session: Mapping[str, Any] | None
    window: tuple[tuple[datetime, str], ...] = ()


@dataclass(frozen=True, slots=True)
class ConversationEnded(Event):
    """`by` is person, staff, bot or left (Leave now)."""

    conversation: ConversationId
    by: str


@dataclass(frozen=True, slots=True)
class ConversationReopened(Event):
    conversation: ConversationId


@dataclass(frozen=True, slots=True)
class LeftQuickly(Event):
    """Leave now was pressed: it may not be safe to message this person."""

    conversation: ConversationId


@dataclass(frozen=True, slots=True)
class ReturnCodeGiven(Event):
    """Three words that open this conversation again; only a keyed hash of them is kept."""

    conversation: ConversationId
    code: str


@dataclass(frozen=True, slots=True)
class TokenGiven(Event):
    """A new key to this conversation, for a browser that came back with the code. The old key stops working."""

    conversation: ConversationId
    token: str


@dataclass(frozen=True, slots=True)
class FeedbackGiven(Event):
    """What the person thought of us, kept where clinicians cannot see it."""

    conversation: ConversationId
    line: LineId
    answers: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class TurnFailed(Event):
    """The service could not handle this message three times; a case for a human stands beside this event."""

    conversation: ConversationId
    seq: int
    error: str
