"""States and the moves between them, as a table: what is not written down cannot happen."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Generic, TypeVar

from core.errors import TransitionRefused

S = TypeVar("S", bound=StrEnum)
M = TypeVar("M", bound=StrEnum)


@dataclass(frozen=True, slots=True)
class Transitions(Generic[S, M]):
    """One life: `moves[(state, move)]` is the next state."""

    noun: str
    initial: S
    moves: Mapping[tuple[S, M], S]

    def after(self, state: S, move: M) -> S:
        """The state after a move. Raises TransitionRefused, naming both, when the table has no such row."""
        try:
            return self.moves[state, move]
        except KeyError:
            raise TransitionRefused(f"A {self.noun} that is {state} can't be {move}.") from None

    def allows(self, state: S, move: M) -> bool:
        return (state, move) in self.moves

    def reachable(self) -> frozenset[S]:
        """Every state some sequence of moves leads to from the first."""
        found: set[S] = set()
        todo = [self.initial]
        while todo:
            state = todo.pop()
            if state not in found:
                found.add(state)
                todo.extend(self._next(state))
        return frozenset(found)

    def _next(self, state: S) -> Iterator[S]:
        return (after for (before, _), after in self.moves.items() if before is state)
