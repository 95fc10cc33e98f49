import re
import shutil
from datetime import date, time
from pathlib import Path

import pytest

from core.deployment import load_deployment
from core.errors import SettingWrong
from core.ids import LineId

LLR = Path(__file__).parents[2] / "deployments" / "llr"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return Path(shutil.copytree(LLR, tmp_path / "llr"))


def change(path: Path, old: str, new: str) -> None:
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new, 1), encoding="utf-8")


def test_the_example_has_both_lines_their_hours_and_the_agreed_helplines() -> None:
    deployment = load_deployment(LLR)
    assert set(deployment.lines) == {"teens", "parents"}
    assert deployment.lines[LineId("teens")].hours[6] == ((time(8), time(22)),)
    assert 5 not in deployment.lines[LineId("parents")].hours
    numbers = {helpline.id: helpline.call or helpline.text for helpline in deployment.helplines}
    assert numbers == {
        "emergency": "999",
        "nhs111": "111",
        "shout": "85258",
        "childline": "0800 1111",
        "samaritans": "116 123",
        "papyrus": "0800 068 4141",
    }


def test_a_helpline_nobody_has_checked_says_so() -> None:
    assert all(helpline.needs_checking(date(2026, 11, 1)) for helpline in load_deployment(LLR).helplines)


def test_a_checked_helpline_is_good_until_its_review_date(folder: Path) -> None:
    change(
        folder / "helplines.yaml", "verified_on:\n    review_by: 2026-11-24", "verified_on: 2026-11-01\n    review_by: 2027-02-01"
    )
    first = load_deployment(folder).helplines[0]
    assert not first.needs_checking(date(2027, 1, 31))
    assert first.needs_checking(date(2027, 2, 1))


def test_all_words_are_short_and_without_exclamation_marks() -> None:
    for words in load_deployment(LLR).wording.values():
        assert len(words.split()) <= 40
        assert "!" not in words


def test_every_number_in_the_words_is_one_of_the_helplines() -> None:
    deployment = load_deployment(LLR)
    known = {helpline.call or helpline.text for helpline in deployment.helplines}
    said = {number for words in deployment.wording.values() for number in re.findall(r"\d{3,}", words)}
    assert said <= known


def test_words_for_when_no_one_is_there_never_say_that_someone_is_coming() -> None:
    wording = load_deployment(LLR).wording
    for key in (key for key in wording if key.endswith("no_one")):
        assert "will write" not in wording[key]
        assert "No one from the team is here" in wording[key]


@pytest.mark.parametrize(
    ("file", "old", "new", "names"),
    [
        ("wording.yaml", "ended:", "endde:", "ended"),
        ("helplines.yaml", 'call: "999"', "call: 999", "call"),
        ("helplines.yaml", "emergency: true", "emergency: false", "emergency"),
        ("lines/teens.yaml", "  closing: closing\n", "", "closing"),
        ("lines/teens.yaml", "08:00-22:00", "22:00-08:00", "monday"),
        ("lines/teens.yaml", "id: teens", "id: teen", "teens"),
        ("lines/teens.yaml", "always_open", "allways_open", "allways_open"),
        ("quick_replies.yaml", "QR-02", "QR-01", "share an id"),
    ],
)
def test_what_is_missing_or_mistyped_is_refused_by_name(folder: Path, file: str, old: str, new: str, names: str) -> None:
    change(folder / file, old, new)
    with pytest.raises(SettingWrong, match=names):
        load_deployment(folder)
