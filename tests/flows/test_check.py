import shutil
from pathlib import Path

import pytest

from flows.engine import Library
from flows.load import FlowWrong, read_flow
from flows.session import Session

LIBRARY = Path(__file__).parents[2] / "flows" / "library"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return Path(shutil.copytree(LIBRARY, tmp_path / "library"))


def flow(steps: str) -> str:
    return f"spec: 1\nid: extra\nsteps:\n{steps}"


@pytest.mark.parametrize(
    ("steps", "fault"),
    [
        ("  a: {end: true}\n  b: {end: true}\n", "extra/b: can't be reached"),
        ("  a: {say: Hi.}\n", "extra/a: is a dead end"),
        ("  a: {goto: nowhere}\n", "extra/a: goes to nowhere"),
        ('  a: {goto: "flow:nowhere"}\n', "extra/a: goes to flow:nowhere"),
        ("  a: {say: Hi., then: b}\n  b: {goto: a}\n", "extra/a: never ends"),
        ("  a: {say: Hi., then: b}\n  b: {goto: a}\n", "extra/a: goes round without asking"),
        ("  a: {say: They committed suicide.}\n  b: {end: true}\n", "is banned"),
        ("  a: {say: We promise.}\n  b: {end: true}\n", "is banned"),
        ("  a: {say: Hello there!}\n  b: {end: true}\n", "exclamation"),
        (f"  a: {{say: {'long ' * 41}}}\n  b: {{end: true}}\n", "too long"),
        ('  a: {say: "We open {opens_at}."}\n  b: {end: true}\n', "no `without`"),
        ('  a: {say: "Hi {who}.", without: Hi.}\n  b: {end: true}\n', "never known"),
        ("  a: {call: launch}\n  b: {end: true}\n", "calls launch"),
        ("  a: {branch: colour, when: {red: b}, otherwise: b}\n  b: {end: true}\n", "which nothing saves"),
        ("  a: {branch: facts.open, when: {maybe: b}, otherwise: b}\n  b: {end: true}\n", "only ever yes or no"),
        (
            "  a: {ask: choice, save: a, words: Which one, again: Which one, choices: [{key: x, label: X}]}\n  b: {end: true}\n",
            "fewer than two",
        ),
        ("  a: {shout: Hi.}\n", "step a can't be read"),
        ("  a: {say: Hi., louder: yes}\n  b: {end: true}\n", "nothing is called louder"),
        ("  a: {ask: choice, save: a, words: Which one, choices: []}\n", "step a can't be read"),
    ],
)
def test_a_flow_that_would_fail_someone_is_refused_by_name(folder: Path, steps: str, fault: str) -> None:
    (folder / "extra.yaml").write_text(flow(steps), encoding="utf-8")
    with pytest.raises(FlowWrong) as refused:
        Library.load(folder)
    assert fault in str(refused.value)


@pytest.mark.parametrize(
    "steps",
    [
        "  a: {end: true}\n",
        '  a: {goto: "flow:closing"}\n',
        "  a: {branch: facts.open, when: {yes: b}, otherwise: c}\n  b: {call: hand_over}\n  c: {end: true}\n",
    ],
)
def test_the_fallback_must_hand_over_on_every_path(folder: Path, steps: str) -> None:
    (folder / "ask_person.yaml").write_text(f"spec: 1\nid: ask_person\nsteps:\n{steps}", encoding="utf-8")
    with pytest.raises(FlowWrong, match="ask_person"):
        Library.load(folder)


def test_version_changes_with_the_words_and_not_with_comments(folder: Path) -> None:
    path = folder / "closing.yaml"
    before = read_flow(path).version
    path.write_text("# Read again.\n" + path.read_text(encoding="utf-8"), encoding="utf-8")
    assert read_flow(path).version == before
    path.write_text(path.read_text(encoding="utf-8").replace("come back any time", "always come back"), encoding="utf-8")
    assert read_flow(path).version != before


def test_a_file_of_another_spec_is_refused(folder: Path) -> None:
    (folder / "extra.yaml").write_text("spec: 2\nid: extra\nsteps: {a: {end: true}}\n", encoding="utf-8")
    with pytest.raises(FlowWrong, match="spec: 1"):
        Library.load(folder)


def test_superseded_flows_are_kept_for_those_still_in_them(folder: Path) -> None:
    (folder / "older").mkdir()
    shutil.copy(folder / "closing.yaml", folder / "older" / "closing-1.yaml")
    old = read_flow(folder / "older" / "closing-1.yaml")
    path = folder / "closing.yaml"
    path.write_text(path.read_text(encoding="utf-8").replace("did this chat help", "has this chat helped"), encoding="utf-8")
    library = Library.load(folder)
    assert library.current["closing"].version != old.version
    assert library.choices(Session("closing", old.version, "helped"))
