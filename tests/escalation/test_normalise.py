"""Typed text becomes plain words with their places."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from escalation.normalise import Normaliser

NORMALISER = Normaliser(
    rewrites={"im": ("i", "am"), "kms": ("kill", "myself")},
    emoji={"🔪": "knife", "⚰": "coffin"},
    known=frozenset({"die", "kill", "kys", "suicide", "knife", "free"}),
)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("I’m IM i'm", ["i", "am"] * 3),
        ("diiiie", ["die"]),
        ("k y s", ["kys"]),
        ("k.y.s", ["kys"]),
        ("su1c1de k!ll", ["suicide", "kill"]),
        ("d\u200bie", ["die"]),
        ("ｄｉｅ", ["die"]),
        ("díe", ["die"]),
        ("🔪⚰️", ["knife", "coffin"]),
        ("kms.", ["kill", "myself", "."]),
        ("well... ok", ["well", "ok"]),
        ("soooo 2nite", ["soooo", "2nite"]),
        ("", []),
    ],
)
def test_typed_words_become_plain(text: str, words: list[str]) -> None:
    assert NORMALISER.read(text).words == words


def test_vowel_signs_are_kept() -> None:
    assert NORMALISER.read("हिंदी").words == ["हिंदी"]


@given(st.text())
def test_each_word_points_inside_the_text(text: str) -> None:
    tokens = NORMALISER.read(text)
    assert len(tokens.words) == len(tokens.starts) == len(tokens.ends)
    assert all(0 <= start < end <= len(text) for start, end in zip(tokens.starts, tokens.ends, strict=True))
    assert tokens.starts == sorted(tokens.starts)
