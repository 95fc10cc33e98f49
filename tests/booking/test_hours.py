from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest

from booking.hours import is_open, next_opening, opening_words
from core.deployment import load_deployment
from core.ids import LineId

LINES = load_deployment(Path(__file__).parents[2] / "deployments" / "llr").lines
TEENS, PARENTS = LINES[LineId("teens")], LINES[LineId("parents")]


@pytest.mark.parametrize(
    ("at", "expected"),
    [
        (datetime(2026, 11, 24, 7, 59, 59, tzinfo=UTC), False),
        (datetime(2026, 11, 24, 8, 0, tzinfo=UTC), True),
        (datetime(2026, 11, 24, 21, 59, 59, tzinfo=UTC), True),
        (datetime(2026, 11, 24, 22, 0, tzinfo=UTC), False),
        (datetime(2026, 7, 1, 7, 0, tzinfo=UTC), True),
        (datetime(2026, 7, 1, 21, 0, tzinfo=UTC), False),
    ],
)
def test_teen_line_is_open_from_eight_to_ten_by_the_london_clock(at: datetime, expected: bool) -> None:
    assert is_open(TEENS, at) is expected


def test_parent_line_is_closed_on_bank_holidays_and_says_the_first_working_day() -> None:
    christmas = datetime(2026, 12, 25, 10, tzinfo=UTC)
    assert not is_open(PARENTS, christmas)
    assert next_opening(PARENTS, christmas) == datetime(2026, 12, 29, 9, tzinfo=UTC)
    assert opening_words(PARENTS, christmas) == "at 9am on Tuesday"


def test_opening_before_todays_hours_is_today_and_after_them_tomorrow() -> None:
    assert opening_words(TEENS, datetime(2026, 11, 24, 3, tzinfo=UTC)) == "at 8am today"
    assert opening_words(TEENS, datetime(2026, 11, 24, 23, tzinfo=UTC)) == "at 8am tomorrow"


def test_opening_follows_the_wall_clock_when_the_clocks_go_back() -> None:
    assert next_opening(TEENS, datetime(2026, 10, 24, 22, tzinfo=UTC)) == datetime(2026, 10, 25, 8, tzinfo=UTC)


def test_a_line_that_never_closes_has_no_next_opening_and_one_that_never_opens_has_no_words() -> None:
    now = datetime(2026, 11, 24, 3, tzinfo=UTC)
    assert is_open(replace(TEENS, always_open=True), now)
    assert next_opening(replace(TEENS, always_open=True), now) is None
    assert opening_words(replace(TEENS, hours={}), now) == ""
