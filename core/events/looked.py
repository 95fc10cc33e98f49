"""Who looked at what; keys; and the act that binds events together."""

from dataclasses import dataclass
from datetime import datetime

from core.events.event import Event
from core.ids import CaseId, ConversationId, StaffId


@dataclass(frozen=True, slots=True)
class TranscriptRead(Event):
    """A member of staff saw a person's words; `reason` is asked of those who do not hold the case."""

    conversation: ConversationId
    staff: StaffId
    reason: str


@dataclass(frozen=True, slots=True)
class TranscriptsSearched(Event):
    """`fields` names what was searched by, never the words."""

    staff: StaffId
    fields: tuple[str, ...]
    results: int


@dataclass(frozen=True, slots=True)
class KeysRotated(Event):
    """Sealed columns were sealed again under the newest key."""

    key: str
    rows: int


@dataclass(frozen=True, slots=True)
class Act:
    """What one actor did at one instant: the unit of the audit chain.

    `actor` is `person`, `bot`, `watch`, `system`, or `staff:<id>`; an act without an actor cannot be made.
    """

    at: datetime
    actor: str
    events: tuple[Event, ...]
    conversation: ConversationId | None = None
    case: CaseId | None = None

    def __post_init__(self) -> None:
        if not self.actor:
            raise ValueError("an act has an actor")
