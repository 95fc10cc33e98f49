"""A reading raises or does nothing."""

import pytest

from core.messages import NOTHING_READ, Hit, Reading
from core.priority import Priority
from escalation.triage import Nothing, Raise, triage


def reading(priority: Priority) -> Reading:
    return Reading(priority, (Hit("a_rule", 0, 1, priority),), "v")


def test_no_hit_changes_nothing() -> None:
    assert triage(NOTHING_READ, None) == Nothing()
    assert triage(NOTHING_READ, Priority.EMERGENCY) == Nothing()


@pytest.mark.parametrize("now", list(Priority))
@pytest.mark.parametrize("found", list(Priority))
def test_a_reading_never_lowers_a_case(found: Priority, now: Priority) -> None:
    outcome = triage(reading(found), now)
    assert outcome == (Raise(found, "a_rule") if found.rank < now.rank else Nothing())


def test_a_first_reading_opens_a_case() -> None:
    assert triage(reading(Priority.URGENT), None) == Raise(Priority.URGENT, "a_rule")
