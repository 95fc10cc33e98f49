"""Where one person is in a flow, as kept between messages."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any, Self


@dataclass(frozen=True, slots=True)
class Session:
    """Pinned to the version it began on. `tries` counts answers in a row that did not fit; `count` counts answers in all."""

    flow: str
    version: str
    step: str
    answers: Mapping[str, str] = field(default_factory=dict)
    tries: int = 0
    paused: bool = False
    count: int = 0

    def pause(self) -> Self:
        """The same place, silent: a person or a crisis comes first."""
        return replace(self, paused=True)

    def wake(self) -> Self:
        return replace(self, paused=False)

    def to_dict(self) -> dict[str, Any]:
        return {
            "flow": self.flow,
            "version": self.version,
            "step": self.step,
            "answers": dict(self.answers),
            "tries": self.tries,
            "paused": self.paused,
            "count": self.count,
        }

    @classmethod
    def from_dict(cls, raw: Mapping[str, Any]) -> Self:
        """The session that `to_dict` wrote down."""
        return cls(
            flow=raw["flow"],
            version=raw["version"],
            step=raw["step"],
            answers=dict(raw.get("answers", {})),
            tries=int(raw.get("tries", 0)),
            paused=bool(raw.get("paused", False)),
            count=int(raw.get("count", 0)),
        )
