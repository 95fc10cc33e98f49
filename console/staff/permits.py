"""Who may do what: a role × action table. What is not written down is refused."""

from collections.abc import Mapping
from enum import StrEnum

from console.staff.port import Viewer


class Action(StrEnum):
    """Everything a staff route can stand for. `anyone` needs no session; `signed_in` needs no role."""

    ANYONE = "anyone"
    SIGNED_IN = "signed_in"
    SHIFT = "shift"
    QUEUE = "queue"
    ACKNOWLEDGE = "acknowledge"
    CLAIM = "claim"
    READ = "read"
    REPLY = "reply"
    NOTE = "note"
    PRIORITY = "priority"
    TRANSFER = "transfer"
    RELEASE = "release"
    CLOSE = "close"
    DECIDE = "decide"
    CLOCKS = "clocks"
    EXPLAIN = "explain"
    SEARCH = "search"


ROLES: Mapping[str, frozenset[Action]] = {
    "clinician": frozenset(
        {
            Action.SHIFT,
            Action.QUEUE,
            Action.ACKNOWLEDGE,
            Action.CLAIM,
            Action.READ,
            Action.REPLY,
            Action.NOTE,
            Action.PRIORITY,
            Action.TRANSFER,
            Action.RELEASE,
            Action.CLOSE,
            Action.DECIDE,
            Action.CLOCKS,
            Action.EXPLAIN,
        }
    ),
    "supervisor": frozenset(
        {
            Action.SHIFT,
            Action.QUEUE,
            Action.ACKNOWLEDGE,
            Action.CLAIM,
            Action.READ,
            Action.REPLY,
            Action.NOTE,
            Action.PRIORITY,
            Action.TRANSFER,
            Action.RELEASE,
            Action.CLOSE,
            Action.DECIDE,
            Action.CLOCKS,
            Action.EXPLAIN,
            Action.SEARCH,
        }
    ),
    "admin": frozenset(),
}
"""An admin looks after accounts on the command line, and sees nobody's words."""


def may(viewer: Viewer, action: Action) -> bool:
    """Whether one of this person's roles allows the action."""
    if action in (Action.ANYONE, Action.SIGNED_IN):
        return True
    return any(action in ROLES.get(role, frozenset()) for role in viewer.roles)


def needed(action: Action) -> str:
    """Which roles would do, in words: "clinician or supervisor"."""
    return " or ".join(role for role, actions in ROLES.items() if action in actions) or "a role nobody has"
