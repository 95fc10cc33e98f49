"""What a flow is made of. A target is a step's name, or `flow:` and the id of another flow."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum

OTHER_FLOW = "flow:"


class Answer(StrEnum):
    """What kind of answer a question takes."""

    CHOICE = "choice"
    TEXT = "text"
    NUMBER = "number"


CALLS = frozenset({"hand_over", "keep_feedback", "give_code", "signpost"})
FACTS = frozenset({"facts.open", "facts.someone"})
PLACEHOLDERS = frozenset({"opens_at", "wait", "name"})


@dataclass(frozen=True, slots=True)
class Text:
    """Words to say; `without` is said instead when a {placeholder} of theirs is not known."""

    words: str
    without: str | None = None


@dataclass(frozen=True, slots=True)
class Option:
    """One answer that can be pressed. `intents` are meanings of free text that count as pressing it."""

    key: str
    label: str
    then: str | None
    intents: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Say:
    text: Text
    then: str


@dataclass(frozen=True, slots=True)
class Ask:
    answer: Answer
    text: Text
    again: str
    options: tuple[Option, ...]
    save: str
    then: str | None
    lowest: int = 0
    highest: int = 100


@dataclass(frozen=True, slots=True)
class Branch:
    """`on` is a saved answer, or one of FACTS, which read as yes and no."""

    on: str
    when: Mapping[str, str]
    otherwise: str


@dataclass(frozen=True, slots=True)
class Set:
    values: Mapping[str, str]
    then: str


@dataclass(frozen=True, slots=True)
class Do:
    """Asks the service for something. `answers` names the saved answers to send along."""

    call: str
    args: Mapping[str, str]
    answers: tuple[str, ...]
    then: str


@dataclass(frozen=True, slots=True)
class Goto:
    then: str


@dataclass(frozen=True, slots=True)
class End:
    pass


Step = Say | Ask | Branch | Set | Do | Goto | End


@dataclass(frozen=True, slots=True)
class Flow:
    id: str
    version: str
    first: str
    steps: Mapping[str, Step]


@dataclass(frozen=True, slots=True)
class Replies:
    """What is said whatever the flow: answers to questions about us, and the offer of a person to someone who is stuck."""

    intents: Mapping[str, Text]
    offer_person: str
    person_label: str


def targets(step: Step) -> Iterator[str]:
    """Everywhere a step can lead."""
    match step:
        case Say(then=then) | Set(then=then) | Do(then=then) | Goto(then=then):
            yield then
        case Ask():
            if step.then:
                yield step.then
            yield from (option.then for option in step.options if option.then)
        case Branch():
            yield from step.when.values()
            yield step.otherwise
        case End():
            return


def texts(step: Step) -> Iterator[str]:
    """Every word a step can put in front of a person."""
    match step:
        case Say(text=text):
            yield from _both(text)
        case Ask():
            yield from _both(step.text)
            yield step.again
            yield from (option.label for option in step.options)
        case _:
            return


def _both(text: Text) -> Iterator[str]:
    yield text.words
    if text.without is not None:
        yield text.without
