"""Whether a line is open, when it next is, and how to say so. Hours are London wall-clock times."""

from datetime import date, datetime, timedelta

from core.deployment import Line, Span
from core.london import LONDON, clock_words, day_words, is_bank_holiday, local

FARTHEST = 21
"""Days to look ahead; longer than any run of closed days that bank holidays make."""


def is_open(line: Line, now: datetime) -> bool:
    """Whether the line is open at this instant; it is open at its opening minute and closed at its closing one."""
    if line.always_open:
        return True
    here = local(now)
    wall = here.time().replace(tzinfo=None)
    return any(opens <= wall < closes for opens, closes in _spans(line, here.date()))


def next_opening(line: Line, now: datetime) -> datetime | None:
    """The next instant the line opens after now, in UTC's terms of `now`; None if it is always open or never is."""
    if line.always_open:
        return None
    today = local(now).date()
    for ahead in range(FARTHEST):
        day = today + timedelta(days=ahead)
        for opens, _ in _spans(line, day):
            at = datetime.combine(day, opens, LONDON)
            if at > now:
                return at.astimezone(now.tzinfo)
    return None


def opening_words(line: Line, now: datetime) -> str:
    """When the line next opens, as people say it: "at 9am tomorrow". Empty when there is nothing true to say."""
    at = next_opening(line, now)
    return f"at {clock_words(at)} {day_words(at, now)}" if at else ""


def _spans(line: Line, day: date) -> tuple[Span, ...]:
    if line.closed_on_bank_holidays and is_bank_holiday(day):
        return ()
    return line.hours.get(day.weekday(), ())
