"""How staff read things: marked words, time left, who is waiting. Pure; the templates only lay these out."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import pairwise

from console.staff.port import ClockRow, Message, QueueRow, Viewer
from core.priority import Priority

MOST_ROWS = 100


@dataclass(frozen=True, slots=True)
class Piece:
    """A stretch of a message; `rules` are those that fired on it, none for plain words."""

    text: str
    rules: tuple[str, ...] = ()


def pieces(message: Message) -> tuple[Piece, ...]:
    """The message cut where hits begin and end. Joined, the pieces are the message.

    Overlapping hits share a stretch; offsets beyond the text are cut to it.
    """
    text = message.text
    spans = [(max(0, hit.start), min(len(text), hit.end), hit.rule) for hit in message.hits]
    spans = [span for span in spans if span[0] < span[1]]
    cuts = sorted({0, len(text), *(start for start, _, _ in spans), *(end for _, end, _ in spans)})
    made: list[Piece] = []
    for start, end in pairwise(cuts):
        rules = tuple(dict.fromkeys(rule for first, last, rule in spans if first <= start and end <= last))
        made.append(Piece(text[start:end], rules))
    return tuple(made)


def rules_in(message: Message) -> tuple[str, ...]:
    return tuple(dict.fromkeys(hit.rule for hit in message.hits))


def left_words(due: datetime, now: datetime) -> str:
    """Time left as the countdown says it: "19 h left", "22 min left", "4:12 left", "1 min late"."""
    seconds = int((due - now).total_seconds())
    if seconds < 0:
        return f"{_span(max(60, -seconds))} late"
    if seconds < 600:
        return f"{seconds // 60}:{seconds % 60:02d} left"
    return f"{_span(seconds)} left"


def _span(seconds: int) -> str:
    return f"{seconds // 3600} h" if seconds >= 7200 else f"{seconds // 60} min"


def pace(due: datetime | None, since: datetime, now: datetime) -> str:
    """How pressing a countdown looks: calm, half, soon or late (50%, 80%, 100%)."""
    if due is None:
        return "calm"
    if now >= due:
        return "late"
    whole = max((due - since).total_seconds(), 1)
    used = (now - since).total_seconds() / whole
    return "soon" if used >= 0.8 else "half" if used >= 0.5 else "calm"


def ago_words(at: datetime, now: datetime) -> str:
    gone = now - at
    if gone < timedelta(minutes=1):
        return "just now"
    return f"{_span(int(gone.total_seconds()))} ago"


@dataclass(frozen=True, slots=True)
class Queue:
    """The list as one person sees it: the strip is never filtered."""

    strip: tuple[QueueRow, ...]
    rows: tuple[QueueRow, ...]
    matching: int
    waiting: int
    late: int
    mine: int


def queue(rows: Sequence[QueueRow], viewer: Viewer, wanted: Mapping[str, str], now: datetime) -> Queue:
    """The queue in the desk's order, filtered by `priority`, `who` (unclaimed, mine) and `name`; all but the first 100 wait for `all`."""
    kept = tuple(row for row in rows if _wanted(row, viewer, wanted))
    return Queue(
        strip=tuple(row for row in rows if row.priority.is_immediate),
        rows=kept if wanted.get("all") else kept[:MOST_ROWS],
        matching=len(kept),
        waiting=sum(row.holder is None for row in rows),
        late=sum(row.due_at is not None and row.due_at <= now for row in rows),
        mine=sum(row.holder == viewer.id for row in rows),
    )


def _wanted(row: QueueRow, viewer: Viewer, wanted: Mapping[str, str]) -> bool:
    priority, who, name = wanted.get("priority", ""), wanted.get("who", ""), wanted.get("name", "").strip().casefold()
    if priority and row.priority.value != priority:
        return False
    if who == "unclaimed" and row.holder is not None:
        return False
    if who == "mine" and row.holder != viewer.id:
        return False
    return name in row.code_name.casefold()


def priority_of(value: str) -> Priority | None:
    """The priority a form named; None when it named none of ours."""
    return next((priority for priority in Priority if priority.value == value), None)


def kind_words(kind: str) -> str:
    """A stored word as people read it; "answer:2", the second of its kind, reads "Answer (2)"."""
    name, _, count = kind.partition(":")
    return name.replace("_", " ").capitalize() + (f" ({count})" if count else "")


def unexplained(clocks: Iterable[ClockRow]) -> tuple[ClockRow, ...]:
    return tuple(clock for clock in clocks if clock.state == "missed" and not clock.explained)
