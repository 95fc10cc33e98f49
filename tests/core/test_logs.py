"""A person's words can't slip into a log."""

import subprocess
import sys

import orjson
import pytest

from core.logs import ALLOWED

WORDS = "i took them all"

SCRIPT = f"""
from core import logs
logs.configure("INFO", "json")
log = logs.get("turn")
log.debug("quiet")
log.info("accepted", conversation="c1", seq=3, text={WORDS!r}, phone="07700900123")
try:
    raise ValueError({WORDS!r})
except ValueError:
    log.exception("failed", conversation="c1")
"""


@pytest.fixture(scope="module")
def printed() -> str:
    done = subprocess.run([sys.executable, "-c", SCRIPT], capture_output=True, text=True, check=True, timeout=60)
    return done.stderr


def test_unknown_keys_are_dropped(printed: str) -> None:
    accepted = orjson.loads(printed.splitlines()[0])
    assert accepted.keys() == {"event", "level", "timestamp", "component", "conversation", "seq"}


def test_an_exception_says_its_kind_and_place_and_not_its_message(printed: str) -> None:
    failed = orjson.loads(printed.splitlines()[1])
    assert failed["exception_type"] == "ValueError"
    assert failed["where"].startswith("<string>:")


def test_no_word_or_number_of_a_person_is_printed(printed: str) -> None:
    assert WORDS not in printed
    assert "07700900123" not in printed


def test_what_is_below_the_level_is_not_printed(printed: str) -> None:
    assert "quiet" not in printed


def test_no_allowed_key_is_named_for_a_persons_words_or_address() -> None:
    assert not ALLOWED & {"text", "body", "message", "name", "phone", "number", "address", "postcode", "email", "token"}
