"""The port: free text in, one intent and how sure we are of it out."""

from dataclasses import dataclass
from typing import Protocol

OUT_OF_SCOPE = "out_of_scope"
"""The engine abstains: the flow goes on as if nothing had been recognised."""


@dataclass(frozen=True, slots=True)
class Intent:
    """`confidence` is from 0 to 1 and means something only beside others of the same engine."""

    name: str
    confidence: float
    engine: str

    @property
    def known(self) -> bool:
        return self.name != OUT_OF_SCOPE


class Intents(Protocol):
    """Something that names intents."""

    def read(self, text: str) -> Intent: ...
