from dataclasses import replace
from typing import Any

import pytest

from flows.engine import MOST_ANSWERS, PERSON_KEY, Facts, Library
from flows.session import Session

HERE = Facts(open=True, someone=True, words={"wait": "10 minutes", "opens_at": "at 8am tomorrow"})
AWAY = Facts(open=False, someone=False, words={"opens_at": "at 8am tomorrow"})


def begun(library: Library, flow: str, facts: Facts = HERE) -> Session:
    session = library.start(flow, facts).session
    assert session is not None
    return session


def called(outcome: Any) -> list[str]:
    return [call.name for call in outcome.calls]


def test_session_survives_being_written_down(library: Library) -> None:
    session = replace(begun(library, "welcome"), answers={"a": "b"}, tries=1, paused=True, count=3)
    assert Session.from_dict(session.to_dict()) == session


@pytest.mark.parametrize("said", ["Talk to a real person", "talk to a real person", "1", "person"])
def test_a_choice_can_be_typed(library: Library, said: str) -> None:
    outcome = library.resume(begun(library, "welcome"), said, None, None, HERE)
    assert called(outcome) == ["hand_over"]
    assert outcome.session is None


def test_asking_for_a_person_works_at_every_question(library: Library) -> None:
    for flow in library.current.values():
        for name, step in flow.steps.items():
            if type(step).__name__ == "Ask":
                outcome = library.resume(Session(flow.id, flow.version, name), "a human pls", None, "talk_to_person", HERE)
                assert "hand_over" in called(outcome), name


def test_bad_answers_are_asked_again_then_a_person_is_offered_then_one_is_asked_for(library: Library) -> None:
    first = library.resume(begun(library, "welcome"), "??", None, None, HERE)
    assert first.session is not None
    assert PERSON_KEY in {choice.key for choice in first.choices}
    second = library.resume(first.session, "??", None, None, HERE)
    assert second.session is not None
    assert second.said[0].step == "replies/offer_person"
    third = library.resume(second.session, "??", None, None, HERE)
    assert third.session is not None
    assert called(library.resume(third.session, "??", None, None, HERE)) == ["hand_over"]


def test_a_good_answer_forgets_the_bad_ones(library: Library) -> None:
    stuck = library.resume(begun(library, "welcome"), "??", None, None, HERE).session
    assert stuck is not None
    after = library.resume(stuck, "", "hard_time", None, HERE).session
    assert after is not None
    assert (after.flow, after.tries) == ("five_questions", 0)


def test_a_question_about_us_is_answered_and_the_flow_asks_again(library: Library) -> None:
    session = begun(library, "five_questions")
    outcome = library.resume(session, "are you a bot", None, "ask_bot", HERE)
    assert [said.step for said in outcome.said] == ["replies/ask_bot", "five_questions/reason"]
    assert outcome.session is not None
    assert (outcome.session.step, outcome.session.answers) == ("reason", {})


def test_a_paused_flow_says_nothing_and_keeps_its_place(library: Library) -> None:
    session = begun(library, "welcome").pause()
    outcome = library.resume(session, "hello", None, "talk_to_person", HERE)
    assert (outcome.said, outcome.calls, outcome.session) == ((), (), session)
    assert library.choices(session) == ()


@pytest.mark.parametrize(
    "broken",
    [
        Session("welcome", "not-a-version", "brings"),
        Session("no_such_flow", "x", "brings"),
    ],
)
def test_a_session_that_leads_nowhere_leads_to_a_person(library: Library, broken: Session) -> None:
    assert "hand_over" in called(library.resume(broken, "hello", None, None, HERE))
    assert library.choices(broken) == ()


def test_a_flow_that_is_not_there_leads_to_a_person(library: Library) -> None:
    assert called(library.start("no_such_flow", HERE)) == ["hand_over"]


def test_an_endless_talk_is_handed_to_a_person(library: Library) -> None:
    session = replace(begun(library, "welcome"), count=MOST_ANSWERS)
    assert called(library.resume(session, "", "hard_time", None, HERE)) == ["hand_over"]


def test_a_session_goes_on_in_the_version_it_began_in(library: Library) -> None:
    old = replace(library.current["closing"], version="older0000000")
    both = Library(library.current, library.replies, (old,))
    after = both.resume(Session("closing", "older0000000", "helped"), "", "yes", None, HERE).session
    assert after is not None
    assert after.version == "older0000000"


def test_saying_it_is_needed_now_hands_over_as_urgent_at_once(library: Library) -> None:
    session = replace(begun(library, "five_questions"), step="urgent")
    outcome = library.resume(session, "", "now", None, AWAY)
    assert [(call.name, dict(call.args)) for call in outcome.calls] == [("hand_over", {"priority": "urgent"}), ("signpost", {})]


def test_opening_time_is_not_told_as_next_while_someone_could_be_here_now(library: Library) -> None:
    outcome = library.resume(begun(library, "welcome"), "when are you open", None, "opening_hours", HERE)
    assert "tomorrow" not in outcome.said[0].text
    outcome = library.resume(begun(library, "out_of_hours", AWAY), "when are you open", None, "opening_hours", AWAY)
    assert "at 8am tomorrow" in outcome.said[0].text


def test_no_unfilled_placeholder_is_ever_said(library: Library) -> None:
    for flow_id in library.current:
        for is_open in (True, False):
            for someone in (True, False):
                assert all("{" not in said.text for said in library.start(flow_id, Facts(is_open, someone)).said)


def test_nobody_is_told_a_person_is_coming_now_when_no_one_is_there(library: Library) -> None:
    said = " ".join(said.text for said in library.start("ask_person", Facts(open=True, someone=False)).said)
    assert "No one is here right now" in said
    assert "queue" not in said


def test_welcome_says_no_one_is_here_only_when_no_one_is(library: Library) -> None:
    def said(is_open: bool, someone: bool) -> str:
        return " ".join(said.text for said in library.start("welcome", Facts(is_open, someone)).said)

    assert "I can get a real person" in said(False, True)
    assert "No one is here" not in said(False, True)
    assert "I can get a real person" not in said(True, False)
    assert "No one is here" in said(False, False)
