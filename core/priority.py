"""Response priority: how soon a person must act. It orders work; it never describes the young person."""

from enum import StrEnum


class Priority(StrEnum):
    """MHSDS Clinical Response Priority Type, most pressing first."""

    EMERGENCY = "emergency"
    VERY_URGENT = "very_urgent"
    URGENT = "urgent"
    ROUTINE = "routine"

    @property
    def rank(self) -> int:
        """0 is answered first."""
        return _RANK[self]

    @property
    def mhsds(self) -> str:
        """The national code (digital.nhs.uk, Clinical Response Priority Type)."""
        return _MHSDS[self]

    @property
    def words(self) -> str:
        """How staff read it: "Very urgent"."""
        return self.value.replace("_", " ").capitalize()

    def outranks(self, other: "Priority | None") -> bool:
        """Whether this asks for a quicker response than the other; anything outranks nothing."""
        return other is None or self.rank < other.rank

    @property
    def is_immediate(self) -> bool:
        """Emergency and very urgent stand in the strip that is always in sight."""
        return self.rank <= Priority.VERY_URGENT.rank


_RANK = {priority: rank for rank, priority in enumerate(Priority)}
_MHSDS = {Priority.EMERGENCY: "1", Priority.URGENT: "2", Priority.ROUTINE: "3", Priority.VERY_URGENT: "4"}
