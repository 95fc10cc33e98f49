"""London time: working clocks, bank holidays, and both days the clocks change."""

from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.london import LONDON, add_working_time, clock_words, day_words, is_bank_holiday, is_working_day, local, moment_words

DAY = timedelta(hours=24)


def london(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=LONDON).astimezone(UTC)


@pytest.mark.parametrize(
    ("start", "due"),
    [
        ("2026-06-05 16:30", "2026-06-08 16:30"),  # Friday to Monday.
        ("2026-06-02 09:00", "2026-06-03 09:00"),  # Tuesday to Wednesday.
        ("2026-06-06 11:00", "2026-06-09 00:00"),  # Saturday counts from Monday's first minute.
        ("2026-05-22 16:30", "2026-05-26 16:30"),  # The Monday is the spring bank holiday.
        ("2026-04-02 16:30", "2026-04-07 16:30"),  # Good Friday and Easter Monday.
        ("2026-12-24 10:00", "2026-12-29 10:00"),  # Christmas, and Boxing Day taken on the Monday.
        ("2026-03-27 16:30", "2026-03-30 16:30"),  # Summer time begins on the Sunday.
        ("2026-10-23 16:30", "2026-10-26 16:30"),  # Summer time ends on the Sunday.
    ],
)
def test_working_time_ends_when_london_clocks_say(start: str, due: str) -> None:
    assert add_working_time(london(start), DAY) == london(due)


@given(st.integers(0, 4 * 366 * 24 * 60), st.integers(1, 96))
def test_working_time_always_ends_on_a_working_day_and_never_early(minutes: int, hours: int) -> None:
    start = datetime(2025, 1, 1, tzinfo=UTC) + timedelta(minutes=minutes)
    due = add_working_time(start, timedelta(hours=hours))
    assert is_working_day(local(due).date())
    assert due - start >= timedelta(hours=hours - 1)  # A clock change inside the span may take one hour.


@pytest.mark.parametrize("day", [date(2026, 12, 25), date(2026, 12, 28), date(2026, 4, 6), date(2026, 8, 31), date(2027, 1, 1)])
def test_englands_bank_holidays_are_known(day: date) -> None:
    assert is_bank_holiday(day)
    assert not is_working_day(day)


def test_scotlands_bank_holidays_are_not_ours() -> None:
    assert not is_bank_holiday(date(2026, 1, 2))
    assert not is_bank_holiday(date(2026, 11, 30))


@pytest.mark.parametrize(
    ("at", "words"),
    [
        (datetime(2026, 7, 1, 15, 2, tzinfo=UTC), "4:02pm"),
        (datetime(2026, 1, 1, 16, 0, tzinfo=UTC), "4pm"),
        (datetime(2026, 6, 30, 23, 0, tzinfo=UTC), "midnight"),
        (datetime(2026, 1, 1, 12, 0, tzinfo=UTC), "midday"),
        (datetime(2026, 1, 1, 0, 5, tzinfo=UTC), "12:05am"),
    ],
)
def test_a_time_is_said_as_london_people_say_it(at: datetime, words: str) -> None:
    assert clock_words(at) == words


def test_a_moment_names_londons_day_even_just_after_midnight() -> None:
    assert moment_words(datetime(2026, 7, 1, 23, 30, tzinfo=UTC)) == "12:30am, 2 Jul"


@pytest.mark.parametrize(
    ("at", "words"),
    [
        ("2026-06-05 23:59", "today"),
        ("2026-06-06 00:01", "tomorrow"),
        ("2026-06-08 09:00", "on Monday"),
        ("2026-06-12 09:00", "on 12 June"),
    ],
)
def test_a_day_is_said_from_where_london_stands(at: str, words: str) -> None:
    assert day_words(london(at), london("2026-06-05 16:30")) == words
