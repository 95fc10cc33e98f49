"""What is not in the table cannot happen."""

from enum import StrEnum

import pytest

from core.errors import TransitionRefused
from core.transitions import Transitions


class Door(StrEnum):
    SHUT = "shut"
    OPEN = "open"
    BRICKED = "bricked up"


class Move(StrEnum):
    OPENED = "opened"
    CLOSED = "closed"


LIFE = Transitions("door", Door.SHUT, {(Door.SHUT, Move.OPENED): Door.OPEN, (Door.OPEN, Move.CLOSED): Door.SHUT})


def test_a_move_in_the_table_leads_to_its_state() -> None:
    assert LIFE.after(Door.SHUT, Move.OPENED) is Door.OPEN
    assert LIFE.allows(Door.SHUT, Move.OPENED)


def test_a_move_not_in_the_table_is_refused_by_name() -> None:
    assert not LIFE.allows(Door.OPEN, Move.OPENED)
    with pytest.raises(TransitionRefused, match=r"A door that is open can't be opened\."):
        LIFE.after(Door.OPEN, Move.OPENED)


def test_reachable_leaves_out_what_no_move_leads_to() -> None:
    assert LIFE.reachable() == {Door.SHUT, Door.OPEN}
