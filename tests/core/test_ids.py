"""Ids sort by time and can't be guessed."""

from datetime import UTC, datetime, timedelta

from core.ids import fresh

AT = datetime(2026, 6, 5, 16, 30, tzinfo=UTC)


def test_an_id_is_26_plain_characters() -> None:
    made = fresh(AT)
    assert len(made) == 26
    assert set(made) <= set("0123456789abcdefghjkmnpqrstvwxyz")


def test_ids_sort_by_the_time_they_were_made() -> None:
    made = [fresh(AT + timedelta(milliseconds=n)) for n in range(100)]
    assert made == sorted(made)


def test_ids_of_one_instant_differ() -> None:
    assert len({fresh(AT) for _ in range(1000)}) == 1000


def test_only_the_time_is_shared_by_ids_of_one_instant() -> None:
    first, second = fresh(AT), fresh(AT)
    assert first[:9] == second[:9]
    assert first[10:] != second[10:]
