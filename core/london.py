"""London time, for opening hours, working-time clocks and what people read. Everything else is UTC."""

from datetime import date, datetime, time, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo

import holidays

LONDON = ZoneInfo("Europe/London")


def local(at: datetime) -> datetime:
    """The same instant as a London wall clock shows it."""
    return at.astimezone(LONDON)


@lru_cache(maxsize=32)
def _holidays(year: int) -> frozenset[date]:
    return frozenset(holidays.country_holidays("GB", subdiv="ENG", years=year))


def is_bank_holiday(day: date) -> bool:
    """Whether England has a bank holiday that day (gov.uk/bank-holidays, by way of the `holidays` package)."""
    return day in _holidays(day.year)


def is_working_day(day: date) -> bool:
    """Monday to Friday, bank holidays off (ChatHealth's promise: 24 hours, Monday to Friday)."""
    return day.weekday() < 5 and not is_bank_holiday(day)


def add_working_time(start: datetime, span: timedelta) -> datetime:
    """When `span` of working days' time has passed; each working day counts all its 24 wall-clock hours.

    A text at 16:30 on Friday with a span of 24 hours is due at 16:30 on Monday.
    """
    day, left = local(start), span
    if not is_working_day(day.date()):
        day = _next_midnight(day)
        while not is_working_day(day.date()):
            day = _next_midnight(day)
    while True:
        rest = _next_midnight(day).replace(tzinfo=None) - day.replace(tzinfo=None)
        if left < rest:
            return (day.replace(tzinfo=None) + left).replace(tzinfo=LONDON).astimezone(start.tzinfo)
        left -= rest
        day = _next_midnight(day)
        while not is_working_day(day.date()):
            day = _next_midnight(day)


def _next_midnight(at: datetime) -> datetime:
    return datetime.combine(at.date() + timedelta(days=1), time(), LONDON)


def clock_words(at: datetime) -> str:
    """A time as people say it: "4pm", "4:02pm", "midday", "midnight".

    >>> from datetime import UTC
    >>> clock_words(datetime(2026, 7, 1, 15, 2, tzinfo=UTC))
    '4:02pm'
    """
    here = local(at)
    if (here.hour, here.minute) == (0, 0):
        return "midnight"
    if (here.hour, here.minute) == (12, 0):
        return "midday"
    hour = here.hour % 12 or 12
    half = "am" if here.hour < 12 else "pm"
    return f"{hour}{half}" if here.minute == 0 else f"{hour}:{here.minute:02d}{half}"


def moment_words(at: datetime) -> str:
    """A full instant for staff: "4:02pm, 24 Nov"."""
    here = local(at)
    return f"{clock_words(at)}, {here.day} {here:%b}"


def day_words(at: datetime, now: datetime) -> str:
    """A day as people say it: "today", "tomorrow", "on Monday", "on 3 January"."""
    days = (local(at).date() - local(now).date()).days
    if days == 0:
        return "today"
    if days == 1:
        return "tomorrow"
    if 1 < days < 7:
        return f"on {local(at):%A}"
    return f"on {local(at).day} {local(at):%B}"
