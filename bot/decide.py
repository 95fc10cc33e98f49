"""One message, decided: screened first, then a case, a person, or the flow. Pure: the same input gives the same events."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from booking.hours import is_open, opening_words
from core.deployment import Deployment, Line
from core.events import (
    BotSaid,
    ConversationEnded,
    ConversationReopened,
    Event,
    FeedbackGiven,
    MessageReceived,
    TalkMoved,
)
from core.messages import Inbound, Reading
from core.priority import Priority
from escalation.case import CaseState, fold, open_case, raise_case
from escalation.screen import Screen
from escalation.triage import Raise, triage
from flows.engine import Facts, Library, Outcome, Session
from nlu.embedded import Embedded
from storage.talks import TalkState

WINDOW = timedelta(minutes=10)
"""Messages this recent are read together, so that "i want to" … "die" is caught when it comes in two."""
WINDOW_MESSAGES = 3


@dataclass(frozen=True, slots=True)
class Readers:
    """What reads and answers text; loaded once, never changed."""

    deployment: Deployment
    screen: Screen
    library: Library
    intents: Embedded
    fresh: Callable[[datetime], str]


@dataclass(frozen=True, slots=True)
class Turn:
    """What a message led to: the events to record, and the talk as it stands afterwards."""

    events: tuple[Event, ...]
    talk: TalkState


def facts_for(deployment: Deployment, line: Line, someone: bool, now: datetime) -> Facts:
    """What is true of the line at this instant; flows branch on it and may say its words."""
    words = {"opens_at": opening_words(line, now), "who": line.who_answers, "line": line.name}
    return Facts(open=is_open(line, now), someone=someone, words=words)


def begin(readers: Readers, talk: TalkState, someone: bool, now: datetime) -> Turn:
    """The line's first words to someone who has just arrived."""
    line = readers.deployment.lines[talk.line]
    facts = facts_for(readers.deployment, line, someone, now)
    flow = line.flows["welcome"] if facts.open or facts.someone else line.flows["out_of_hours"]
    return _play(readers, talk, readers.library.start(flow, facts), someone, now, now)


def decide(readers: Readers, talk: TalkState, inbound: Inbound, someone: bool, now: datetime) -> Turn:
    """Screen the message, then give it to exactly one of: a case, the person who holds one, the flow."""
    recent = tuple((at, text) for at, text in talk.window if inbound.received_at - at <= WINDOW)
    reading = readers.screen.read(inbound.text, [text for _, text in recent])
    seq = talk.seq + 1
    received = MessageReceived(
        conversation=talk.id,
        seq=seq,
        channel=inbound.channel,
        provider_id=inbound.provider_id,
        text=inbound.text,
        received_at=inbound.received_at,
        reading=reading,
    )
    events: tuple[Event, ...] = (received,)
    if talk.ended:
        events += (ConversationReopened(talk.id),)
    window = (*recent, (inbound.received_at, inbound.text))[-WINDOW_MESSAGES:]
    heard = replace(talk, seq=seq, window=window, ended=False)
    turn = _answer(readers, heard, inbound, reading, someone, now)
    return Turn(events + turn.events, turn.talk)


def _answer(readers: Readers, talk: TalkState, inbound: Inbound, reading: Reading, someone: bool, now: datetime) -> Turn:
    match triage(reading, talk.case.priority if talk.case else None):
        case Raise(priority=priority, rule=rule):
            return _crisis(readers, talk, priority, rule, inbound.received_at, someone, now)
        case _ if talk.case and talk.case.state is CaseState.CLAIMED:
            return _settle(talk, ())
        case _ if _is_paused(talk):
            return _settle(talk, ())
        case _:
            return _flow(readers, talk, inbound, someone, now)


def _is_paused(talk: TalkState) -> bool:
    return talk.session is not None and bool(talk.session.get("paused"))


def _crisis(
    readers: Readers, talk: TalkState, priority: Priority, rule: str | None, since: datetime, someone: bool, now: datetime
) -> Turn:
    if talk.case is None:
        events = _opened(readers, talk, priority, "screened", rule, since, now)
    else:
        events = raise_case(talk.case, talk.clocks, priority=priority, cause="screened", rule=rule, seq=talk.seq, since=since, now=now)
    key = f"safety.{priority}.{'someone' if someone else 'no_one'}"
    said = BotSaid(talk.id, talk.seq + 1, readers.deployment.wording[key], key)
    session = {**(talk.session or {}), "paused": True}
    case, clocks = fold(talk.case, talk.clocks, events)
    return _settle(replace(talk, seq=talk.seq + 1, session=session, case=case, clocks=clocks), (*events, said))


def _opened(
    readers: Readers, talk: TalkState, priority: Priority, cause: str, rule: str | None, since: datetime, now: datetime
) -> tuple[Event, ...]:
    return open_case(
        conversation=talk.id,
        line=talk.line,
        priority=priority,
        cause=cause,
        rule=rule,
        seq=talk.seq,
        since=since,
        now=now,
        fresh=readers.fresh,
    )


def _flow(readers: Readers, talk: TalkState, inbound: Inbound, someone: bool, now: datetime) -> Turn:
    line = readers.deployment.lines[talk.line]
    facts = facts_for(readers.deployment, line, someone, now)
    if not talk.session or "flow" not in talk.session:
        flow = line.flows["welcome"] if facts.open or facts.someone else line.flows["out_of_hours"]
        outcome = readers.library.start(flow, facts)
    else:
        intent = readers.intents.read(inbound.text).name
        session = Session.from_dict(talk.session)
        outcome = readers.library.resume(session, inbound.text, inbound.choice, intent, facts)
    return _play(readers, talk, outcome, someone, inbound.received_at, now)


def _play(readers: Readers, talk: TalkState, outcome: Outcome, someone: bool, since: datetime, now: datetime) -> Turn:
    """A flow's outcome as events: what it said, what it called for, where it stands."""
    events: list[Event] = []
    case, clocks, seq = talk.case, talk.clocks, talk.seq
    for said in outcome.said:
        seq += 1
        events.append(BotSaid(talk.id, seq, said.text, said.step))
    ended = False
    for call in outcome.calls:
        match call.name:
            case "hand_over" if case is None:
                priority = Priority(call.args.get("priority", Priority.ROUTINE))
                opened = _opened(readers, talk, priority, "asked_for_person", None, since, now)
                case, clocks = fold(case, clocks, opened)
                events.extend(opened)
            case "keep_feedback":
                events.append(FeedbackGiven(talk.id, talk.line, dict(call.args)))
            case "end_conversation" if case is None:
                events.append(ConversationEnded(talk.id, "bot"))
                ended = True
            case _:
                pass
    session = outcome.session.to_dict() if outcome.session else None
    return _settle(replace(talk, seq=seq, session=session, case=case, clocks=clocks, ended=ended), tuple(events))


def _settle(talk: TalkState, events: tuple[Event, ...]) -> Turn:
    return Turn((*events, TalkMoved(talk.id, talk.session, talk.window)), talk)
