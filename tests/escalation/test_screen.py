"""The lexicon and how a message is judged."""

import time
from pathlib import Path

import pytest

from core.errors import SettingWrong
from core.priority import Priority
from escalation.screen import Screen

SCREEN = Screen.load(Path(__file__).parents[2] / "escalation/lexicon")


def priority(text: str, *window: str, answering: bool = False) -> str | None:
    return SCREEN.read(text, window, answering).priority


HITS = [(rule.id, text) for rule in SCREEN.rules.values() for text in rule.hits]
MISSES = [(rule.id, text) for rule in SCREEN.rules.values() for text in rule.misses]


@pytest.mark.parametrize(("rule", "text"), HITS)
def test_each_rule_hits_its_examples(rule: str, text: str) -> None:
    reading = SCREEN.read(text)
    assert rule in {hit.rule for hit in reading.hits}, SCREEN.explain(text)


@pytest.mark.parametrize(("rule", "text"), MISSES)
def test_each_rule_misses_its_counterexamples(rule: str, text: str) -> None:
    assert rule not in {hit.rule for hit in SCREEN.read(text).hits}, SCREEN.explain(text)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("i cant do this anymore i want to die", "very_urgent"),
        ("jk lol", None),
        ("im so sad", None),
        ("this homework is killing me", None),
        ("dying of laughter", None),
        ("dead 💀", None),
        ("I’m not going to kill myself", "urgent"),
        ("i dont self harm", None),
        ("my friend is going to kill herself", "very_urgent"),
        ("just took all of them", "emergency"),
        ("im on the roof", "emergency"),
        ("i want to diiiiie", "very_urgent"),
        ("i tried to kill myself years ago im fine", None),
        ("i tried to kill myself last year", "urgent"),
        ("i cant stop thinking about killing myself", "very_urgent"),
        ("i was raped years ago", "urgent"),
        ("ı w\u200bant to d\u200bie", "very_urgent"),
        ("can i book a call back please", None),
        ("my exams are stressing me out and i feel anxious", None),
    ],
)
def test_a_message_gets_the_priority_its_meaning_has(text: str, expected: str | None) -> None:
    assert priority(text) == expected, SCREEN.explain(text)


def test_a_sentence_split_over_messages_is_read_whole() -> None:
    reading = SCREEN.read("die", ["hello", "i want to"])
    assert reading.priority is Priority.VERY_URGENT
    assert (reading.hits[0].start, reading.hits[0].end) == (0, 3)


def test_what_was_said_before_is_not_read_again() -> None:
    assert priority("jk lol", "i want to die") is None


def test_no_is_an_answer_when_the_flow_asked() -> None:
    assert priority("no im not going to kill myself", answering=True) is None
    assert priority("yes i want to kill myself", answering=True) == "very_urgent"


def test_spans_point_into_the_original_text() -> None:
    text = "🙂🙂 I’m going to K Y S… no, to kill\u200b myself!!"
    hit = next(hit for hit in SCREEN.read(text).hits if hit.rule == "kill_self")
    assert text[hit.start : hit.end] == "kill\u200b myself"


def test_a_reading_names_its_rule_and_version() -> None:
    reading = SCREEN.read("i want to die")
    assert reading.rule == "want_to_die"
    assert reading.lexicon == SCREEN.version
    assert len(SCREEN.version) == 12


def test_explaining_says_which_words_and_which_rule() -> None:
    lines = SCREEN.explain("im not going to kill myself")
    assert any("kill_self" in line and "denied" in line for line in lines)


def test_a_huge_text_is_read_in_bounded_time() -> None:
    for text in ("i want to " * 20_000, "i want to die " * 5_000, "i " * 40_000, "aaaa1 " * 12_000):
        before = time.perf_counter()
        SCREEN.read(text)
        assert time.perf_counter() - before < 3


def test_a_folder_with_no_rules_is_refused(tmp_path: Path) -> None:
    with pytest.raises(SettingWrong):
        Screen.load(tmp_path)
