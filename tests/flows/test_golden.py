"""Whole talks, word for word. A changed line here is a changed line to a young person: read it before you accept it."""

from pathlib import Path

import pytest
import yaml

from flows.engine import Facts, Library, Outcome

GOLDEN = sorted((Path(__file__).parent / "golden").glob("*.yaml"))


def shown(outcome: Outcome) -> list[str]:
    lines = [f"bot: {said.text}" for said in outcome.said]
    lines += [f"call: {' '.join([call.name, *(f'{k}={v}' for k, v in sorted(call.args.items()))])}" for call in outcome.calls]
    lines += [f"[{choice.label}]" for choice in outcome.choices]
    return lines if outcome.session else [*lines, "(ended)"]


def played(library: Library, script: dict) -> list[str]:
    facts = Facts(**script["facts"])
    outcome = library.start(script["flow"], facts)
    lines = shown(outcome)
    for said in script["says"]:
        assert outcome.session is not None, f"ended before {said!r}"
        turn = {"text": said} if isinstance(said, str) else said
        lines.append(f"me: {turn.get('text', turn.get('choice'))}")
        outcome = library.resume(outcome.session, turn.get("text", ""), turn.get("choice"), turn.get("intent"), facts)
        lines += shown(outcome)
    return lines


@pytest.mark.parametrize("path", GOLDEN, ids=lambda path: path.stem)
def test_talk_goes_as_it_was_signed_off(library: Library, path: Path) -> None:
    script = yaml.safe_load(path.read_text(encoding="utf-8"))
    assert played(library, script) == script["talk"]


def test_every_flow_has_a_signed_off_talk(library: Library) -> None:
    assert {yaml.safe_load(path.read_text(encoding="utf-8"))["flow"] for path in GOLDEN} == set(library.current)
