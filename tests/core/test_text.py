"""Cleaning keeps what a person meant."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.errors import TextEmpty, TextRefused, TextTooLong
from core.messages import LONGEST_TEXT
from core.text import clean


def test_line_ends_become_plain_and_edges_are_trimmed() -> None:
    assert clean("  one\r\ntwo\rthree\n ") == "one\ntwo\nthree"


def test_control_characters_go_and_tabs_stay() -> None:
    assert clean("a\x00b\x07c\td") == "abc\td"


@pytest.mark.parametrize("text", ["I’m ok 🙂", "👩‍👩‍👧", "مرحبا", "k\u200bms", "\u202eabc\u202c"])
def test_emoji_scripts_and_hidden_marks_stay(text: str) -> None:
    assert clean(text) == text


@pytest.mark.parametrize("text", ["", " \n ", "\x00\x01"])
def test_nothing_written_is_refused(text: str) -> None:
    with pytest.raises(TextEmpty):
        clean(text)


def test_the_longest_text_is_kept_and_one_more_is_refused() -> None:
    assert clean("x" * LONGEST_TEXT) == "x" * LONGEST_TEXT
    with pytest.raises(TextTooLong):
        clean("x" * (LONGEST_TEXT + 1))


def test_text_far_too_long_is_refused_before_it_is_read() -> None:
    with pytest.raises(TextTooLong):
        clean(" " * (LONGEST_TEXT * 4 + 1))


def test_a_lone_surrogate_is_refused() -> None:
    with pytest.raises(TextRefused):
        clean("hello \ud83d")


@given(st.text(max_size=300))
def test_cleaning_twice_is_cleaning_once(raw: str) -> None:
    try:
        once = clean(raw)
    except TextRefused:
        return
    assert clean(once) == once
