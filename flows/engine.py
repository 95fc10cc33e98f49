"""Runs flows: pure, one answer at a time. Whatever goes wrong in a flow, the way on is a real person."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from types import MappingProxyType

from flows.check import check
from flows.load import FlowWrong, read_flow, read_replies
from flows.session import Session
from flows.spec import OTHER_FLOW, Answer, Ask, Branch, Do, End, Flow, Goto, Option, Replies, Say, Set, Text

__all__ = ["Call", "Choice", "Facts", "Library", "Outcome", "Said", "Session"]

PERSON_FLOW = "ask_person"
PERSON_INTENT = "talk_to_person"
PERSON_KEY = "person"
OFFER_AT = 2
GIVE_UP_AT = 4
MOST_STEPS = 40
MOST_ANSWERS = 60
LONGEST_ANSWER = 2000


@dataclass(frozen=True, slots=True)
class Facts:
    """What is true now. `words` fill the {placeholders}: opens_at, wait, name."""

    open: bool
    someone: bool
    words: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Said:
    text: str
    step: str


@dataclass(frozen=True, slots=True)
class Choice:
    key: str
    label: str


@dataclass(frozen=True, slots=True)
class Call:
    name: str
    args: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Outcome:
    """What to say and do now. A session of None means that the flow has ended."""

    said: tuple[Said, ...]
    session: Session | None
    calls: tuple[Call, ...] = ()
    choices: tuple[Choice, ...] = ()


class Library:
    """Every flow people may be in: the current ones, and older versions that sessions are still pinned to."""

    def __init__(self, current: Mapping[str, Flow], replies: Replies, older: tuple[Flow, ...] = ()) -> None:
        self.current = MappingProxyType(dict(current))
        self.replies = replies
        self._pinned = {(flow.id, flow.version): flow for flow in (*older, *current.values())}

    @classmethod
    def load(cls, folder: Path) -> "Library":
        """The flows of a folder, refused as a whole if any check fails. Superseded ones live in its `older` folder."""
        flows = [read_flow(path) for path in sorted(folder.glob("*.yaml")) if not path.name.startswith("_")]
        current = {flow.id: flow for flow in flows}
        if len(current) != len(flows):
            raise FlowWrong(f"Two flows in {folder.name} share an id. Give each its own.")
        replies = read_replies(folder / "_replies.yaml")
        if found := check(current, replies, folder):
            raise FlowWrong("\n".join(found))
        return cls(current, replies, tuple(map(read_flow, sorted((folder / "older").glob("*.yaml")))))

    def start(self, flow_id: str, facts: Facts) -> Outcome:
        """The first words of a flow. An id that is not here leads to a person."""
        flow = self.current.get(flow_id) or self.current[PERSON_FLOW]
        return self._run(_Run(flow, flow.first, {}, 0), facts)

    def resume(self, session: Session, text: str, choice: str | None, intent: str | None, facts: Facts) -> Outcome:
        """What follows an answer. A paused session stays as it is and nothing is said."""
        if session.paused:
            return Outcome((), session)
        found = self._asked(session)
        if found is None or session.count >= MOST_ANSWERS:
            return self._to_person(session, facts)
        flow, ask = found
        option = _pressed(ask, text, choice, intent)
        if option is not None:
            return self._answered(session, flow, ask, option.key, option.then, facts)
        if intent == PERSON_INTENT or (session.tries >= OFFER_AT and self._wants_person(text, choice)):
            return self._to_person(session, facts)
        if intent is not None and intent in self.replies.intents:
            reply = Said(_fill(self.replies.intents[intent], facts), f"replies/{intent}")
            return self._ask_again(session, ask, facts, reply, session.tries)
        value = _value(ask, text)
        if value is not None:
            return self._answered(session, flow, ask, value, ask.then, facts)
        tries = session.tries + 1
        if tries >= GIVE_UP_AT:
            return self._to_person(session, facts)
        if tries >= OFFER_AT:
            return self._ask_again(session, ask, facts, Said(self.replies.offer_person, "replies/offer_person"), tries)
        return self._ask_again(session, ask, facts, None, tries)

    def choices(self, session: Session) -> tuple[Choice, ...]:
        """The answers that can be pressed now."""
        found = self._asked(session)
        if found is None or session.paused:
            return ()
        offered = tuple(Choice(option.key, option.label) for option in found[1].options)
        if session.tries >= OFFER_AT and all(choice.key != PERSON_KEY for choice in offered):
            return (*offered, Choice(PERSON_KEY, self.replies.person_label))
        return offered

    def _asked(self, session: Session) -> tuple[Flow, Ask] | None:
        flow = self._pinned.get((session.flow, session.version))
        step = flow.steps.get(session.step) if flow else None
        return (flow, step) if flow and isinstance(step, Ask) else None

    def _wants_person(self, text: str, choice: str | None) -> bool:
        return choice == PERSON_KEY or _plain(text) == _plain(self.replies.person_label)

    def _answered(self, session: Session, flow: Flow, ask: Ask, value: str, then: str | None, facts: Facts) -> Outcome:
        answers = {**session.answers, ask.save: value[:LONGEST_ANSWER]}
        return self._run(_Run(flow, then or ask.then or "", answers, session.count + 1), facts)

    def _ask_again(self, session: Session, ask: Ask, facts: Facts, first: Said | None, tries: int) -> Outcome:
        after = replace(session, tries=tries, count=session.count + 1)
        step = f"{session.flow}/{session.step}"
        again = Said(ask.again, step) if first is None or tries > session.tries else Said(_fill(ask.text, facts), step)
        return Outcome((again,) if first is None else (first, again), after, (), self.choices(after))

    def _to_person(self, session: Session, facts: Facts) -> Outcome:
        flow = self.current[PERSON_FLOW]
        return self._run(_Run(flow, flow.first, dict(session.answers), 0), facts)

    def _run(self, run: "_Run", facts: Facts) -> Outcome:
        for _ in range(MOST_STEPS):
            if run.at.startswith(OTHER_FLOW):
                run.flow = self.current.get(run.at.removeprefix(OTHER_FLOW)) or self.current[PERSON_FLOW]
                run.at = run.flow.first
            where = f"{run.flow.id}/{run.at}"
            match run.flow.steps.get(run.at):
                case Say(text=text, then=then):
                    run.said.append(Said(_fill(text, facts), where))
                    run.at = then
                case Ask(text=text):
                    run.said.append(Said(_fill(text, facts), where))
                    session = Session(run.flow.id, run.flow.version, run.at, dict(run.answers), count=run.count)
                    return Outcome(tuple(run.said), session, tuple(run.calls), self.choices(session))
                case Branch(on=on, when=when, otherwise=otherwise):
                    run.at = when.get(_look(on, run.answers, facts), otherwise)
                case Set(values=values, then=then):
                    run.answers.update(values)
                    run.at = then
                case Do(call=call, args=args, answers=names, then=then):
                    kept = {name: run.answers[name] for name in names if name in run.answers}
                    run.calls.append(Call(call, MappingProxyType({**kept, **args})))
                    run.at = then
                case Goto(then=then):
                    run.at = then
                case End():
                    return Outcome(tuple(run.said), None, tuple(run.calls))
                case None:
                    run.at = OTHER_FLOW + PERSON_FLOW
        return Outcome(tuple(run.said), None, (*run.calls, Call("hand_over", MappingProxyType({}))))


@dataclass(slots=True)
class _Run:
    """One walk from an answer to the next question or the end."""

    flow: Flow
    at: str
    answers: dict[str, str]
    count: int
    said: list[Said] = field(default_factory=list)
    calls: list[Call] = field(default_factory=list)


def _look(on: str, answers: Mapping[str, str], facts: Facts) -> str:
    match on:
        case "facts.open":
            return "yes" if facts.open else "no"
        case "facts.someone":
            return "yes" if facts.someone else "no"
        case _:
            return answers.get(on, "")


def _pressed(ask: Ask, text: str, choice: str | None, intent: str | None) -> Option | None:
    by_key = {option.key: option for option in ask.options}
    if choice is not None and choice in by_key:
        return by_key[choice]
    said = _plain(text)
    for place, option in enumerate(ask.options, start=1):
        if said in (_plain(option.label), option.key) or (ask.answer is Answer.CHOICE and said == str(place)):
            return option
    if ask.answer is not Answer.CHOICE:
        return None
    return next((option for option in ask.options if intent in option.intents), None)


def _value(ask: Ask, text: str) -> str | None:
    said = text.strip()
    match ask.answer:
        case Answer.TEXT:
            return said or None
        case Answer.NUMBER:
            fits = said.isdecimal() and len(said) <= 6 and ask.lowest <= int(said) <= ask.highest
            return str(int(said)) if fits else None
        case Answer.CHOICE:
            return None


def _plain(text: str) -> str:
    return " ".join("".join(c if c.isalnum() else " " for c in text.casefold().replace("’", "'").replace("'", "")).split())


def _fill(text: Text, facts: Facts) -> str:
    words = text.words
    for name, value in facts.words.items():
        if value and not (name == "opens_at" and facts.open):
            words = words.replace(f"{{{name}}}", value)
    return (text.without or "") if "{" in words and text.without is not None else words
