"""What the staff pages ask of the service: the port `Desk`, and the plain shapes it answers with.

Every call that reads a person's words is audited by the desk, never by the page. Refusals are `core.errors`:
NotSignedIn, TooMany, NotAllowed, NotFound, and Conflict, whose message says who won and when.
"""

from collections.abc import AsyncIterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from core.ids import AlarmId, CaseId, ConversationId, LineId, StaffId, TransferId
from core.messages import Author, Hit
from core.priority import Priority


@dataclass(frozen=True, slots=True)
class Viewer:
    """Who is looking. `roles` are clinician, supervisor, admin."""

    id: StaffId
    first_name: str
    job: str
    roles: tuple[str, ...]
    on_shift: bool


@dataclass(frozen=True, slots=True)
class Colleague:
    """Someone on shift a case can be offered to, and how many they hold."""

    id: StaffId
    first_name: str
    job: str
    holding: int


@dataclass(frozen=True, slots=True)
class QueueRow:
    """One open case. Rows come in the order in which they are to be answered.

    `reason` is the rule's meaning in words, or "Asked for a person"; `due_at` is the next clock still running
    or missed, None when none is.
    """

    case: CaseId
    conversation: ConversationId
    code_name: str
    line: LineId
    priority: Priority
    reason: str
    due_at: datetime | None
    since: datetime
    holder: StaffId | None
    holder_name: str | None
    last_at: datetime


@dataclass(frozen=True, slots=True)
class Message:
    """`name` is who wrote it, as shown ("Amira"); `hits` are where rules fired, as offsets in `text`."""

    seq: int
    author: Author
    name: str
    text: str
    at: datetime
    hits: tuple[Hit, ...] = ()
    quick_reply: str | None = None


@dataclass(frozen=True, slots=True)
class Note:
    name: str
    text: str
    at: datetime


@dataclass(frozen=True, slots=True)
class ClockRow:
    """`kind` is answer, respond, decision, assess…; `state` is running, warned, met, missed, cancelled."""

    case: CaseId
    kind: str
    due_at: datetime
    state: str
    explained: bool
    met_at: datetime | None = None
    conversation: ConversationId | None = None
    code_name: str = ""
    priority: Priority | None = None


@dataclass(frozen=True, slots=True)
class TransferRow:
    """An offer still waiting for its answer."""

    id: TransferId
    case: CaseId
    conversation: ConversationId
    code_name: str
    by: StaffId
    by_name: str
    to: StaffId
    to_name: str
    reason: str
    note: str
    expires_at: datetime


@dataclass(frozen=True, slots=True)
class HistoryRow:
    """One thing that happened to the case, in words ("Amira claimed it")."""

    at: datetime
    words: str


@dataclass(frozen=True, slots=True)
class CaseRow:
    """`state` is open, claimed or closed; `reason` is the meaning of what raised it, in words."""

    id: CaseId
    state: str
    priority: Priority
    reason: str
    rule: str | None
    lexicon: str
    holder: StaffId | None
    holder_name: str | None
    since: datetime
    emergency_decision: str | None


@dataclass(frozen=True, slots=True)
class Talk:
    """A conversation as staff see it. `meanings` maps a rule to its clinical reason in words."""

    conversation: ConversationId
    code_name: str
    line: LineId
    channel: str
    case: CaseRow | None
    messages: tuple[Message, ...]
    notes: tuple[Note, ...]
    clocks: tuple[ClockRow, ...]
    history: tuple[HistoryRow, ...]
    transfers: tuple[TransferRow, ...]
    colleagues: tuple[Colleague, ...]
    meanings: Mapping[str, str]
    ended: bool = False
    left_quickly: bool = False


@dataclass(frozen=True, slots=True)
class Found:
    """One conversation a search found."""

    conversation: ConversationId
    code_name: str
    line: LineId
    started_at: datetime
    priority: Priority | None
    outcome: str | None
    staff: str | None
    missed: bool


@dataclass(frozen=True, slots=True)
class Alarm:
    """A call for someone to look, not yet acknowledged. `step` says why, as the ladder names it."""

    id: AlarmId
    conversation: ConversationId | None
    code_name: str | None
    step: str
    raised_at: datetime


@dataclass(frozen=True, slots=True)
class Shift:
    """Who is on shift now, and what the last one handed over."""

    people: tuple[Colleague, ...]
    handover: str | None = None


class Desk(Protocol):
    """Everything the staff pages can ask for or do. `viewer` is always who asks."""

    async def sign_in(self, username: str, password: str, code: str, address: str) -> str:
        """A new session's token. Raises NotSignedIn, TooMany."""

    async def who(self, token: str) -> Viewer | None: ...
    async def sign_out(self, token: str, everywhere: bool) -> None: ...

    async def shift(self, viewer: Viewer) -> Shift: ...
    async def start_shift(self, viewer: Viewer, reason: str | None) -> None: ...
    async def end_shift(self, viewer: Viewer, note: str) -> None:
        """Raises Conflict while cases are held."""

    async def heartbeat(self, viewer: Viewer) -> None:
        """Signs of life: every lease this person holds is renewed."""

    async def queue(self, viewer: Viewer) -> tuple[QueueRow, ...]:
        """Every open case of the viewer's lines, in the order in which they are to be answered."""

    async def conversation(self, viewer: Viewer, conversation: ConversationId, reason: str) -> Talk:
        """Audited as read, with `reason` ("" from the holder). Raises NotFound; NotAllowed when a reason is needed."""

    async def search(self, viewer: Viewer, query: Mapping[str, str]) -> tuple[Found, ...]:
        """`query` may hold text, code_name, after, before (ISO dates), priority, outcome, staff, missed, reason."""

    async def clocks(self, viewer: Viewer) -> tuple[ClockRow, ...]:
        """Clocks running, and clocks missed that nobody has explained, soonest first."""

    async def transfers(self, viewer: Viewer) -> tuple[TransferRow, ...]:
        """Offers made to the viewer that wait for an answer."""

    async def alarms(self, viewer: Viewer) -> tuple[Alarm, ...]: ...
    async def acknowledge(self, viewer: Viewer, alarm: AlarmId) -> None: ...

    async def claim(self, viewer: Viewer, case: CaseId) -> None: ...
    async def release(self, viewer: Viewer, case: CaseId, reason: str) -> None: ...
    async def close(self, viewer: Viewer, case: CaseId, outcome: str, agreed: str) -> None: ...
    async def reply(self, viewer: Viewer, case: CaseId, text: str, client_id: str, quick_reply: str | None) -> None:
        """Sent once however often `client_id` comes."""

    async def note(self, viewer: Viewer, case: CaseId, text: str, client_id: str) -> None: ...
    async def change_priority(self, viewer: Viewer, case: CaseId, priority: Priority, reason: str) -> None: ...
    async def offer_transfer(self, viewer: Viewer, case: CaseId, to: StaffId, reason: str, note: str) -> None: ...
    async def accept_transfer(self, viewer: Viewer, transfer: TransferId) -> None: ...
    async def decline_transfer(self, viewer: Viewer, transfer: TransferId) -> None: ...
    async def withdraw_transfer(self, viewer: Viewer, transfer: TransferId) -> None: ...
    async def meet_clock(self, viewer: Viewer, case: CaseId, kind: str) -> None: ...
    async def explain_breach(self, viewer: Viewer, case: CaseId, kind: str, reason: str) -> None: ...
    async def decide_emergency(self, viewer: Viewer, case: CaseId, decision: str, reason: str) -> None: ...

    def changes(self) -> AsyncIterator[str]:
        """Yields "queue" or a conversation's id when either has changed. Hints only: never names or words."""
