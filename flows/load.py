"""YAML into flows. What cannot be read is refused here, by file and step; what reads but is unwise, `check` finds."""

import hashlib
import json
from collections.abc import Mapping
from pathlib import Path
from types import MappingProxyType
from typing import Any

import yaml

from core.errors import SettingWrong
from flows.spec import Answer, Ask, Branch, Do, End, Flow, Goto, Option, Replies, Say, Set, Step, Text

SPEC = 1


class FlowWrong(SettingWrong):
    """A flow can't be read or would fail someone. Mend what is named."""

    code = "flow_wrong"


def read_yaml(path: Path) -> Mapping[str, Any]:
    """The fields of a file of this spec."""
    try:
        raw = yaml.safe_load(path.read_text(encoding="utf-8"))
    except (OSError, yaml.YAMLError) as error:
        raise FlowWrong(f"{path.name} can't be read: {error}") from error
    if not isinstance(raw, dict) or raw.get("spec") != SPEC:
        raise FlowWrong(f"{path.name} must begin with spec: {SPEC}.")
    return raw


def read_flow(path: Path) -> Flow:
    """The flow in a file, with its version: a short hash of what it says and does, so comments do not change it."""
    raw = read_yaml(path)
    return parse_flow(raw, path.name)


def parse_flow(raw: Mapping[str, Any], where: str) -> Flow:
    steps_raw = raw.get("steps")
    if not isinstance(raw.get("id"), str) or not isinstance(steps_raw, dict) or not steps_raw:
        raise FlowWrong(f"{where} needs an id and steps.")
    if unknown := raw.keys() - {"spec", "id", "steps"}:
        raise FlowWrong(f"{where}: nothing is called {', '.join(sorted(unknown))}.")
    names = list(steps_raw)
    steps: dict[str, Step] = {}
    for name, following in zip(names, [*names[1:], ""], strict=True):
        try:
            steps[name] = _step(dict(steps_raw[name]), following)
        except (KeyError, TypeError, ValueError, AttributeError) as error:
            raise FlowWrong(f"{where}: step {name} can't be read ({error!r}).") from error
    digest = hashlib.sha256(json.dumps(raw, sort_keys=True, default=str).encode()).hexdigest()
    return Flow(id=raw["id"], version=digest[:12], first=names[0], steps=MappingProxyType(steps))


def read_replies(path: Path) -> Replies:
    raw = read_yaml(path)
    try:
        return Replies(
            intents=MappingProxyType({name: _text(text) for name, text in raw["intents"].items()}),
            offer_person=_words(raw["offer_person"]),
            person_label=_words(raw["person_label"]),
        )
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        raise FlowWrong(f"{path.name} can't be read ({error!r}).") from error


def _step(raw: dict[str, Any], following: str) -> Step:
    then = raw.pop("then", None)
    step: Step
    match raw:
        case {"say": _}:
            step = Say(_text({"words": raw.pop("say"), "without": raw.pop("without", None)}), then or following)
        case {"ask": _}:
            step = _ask(raw, then, following)
        case {"branch": _}:
            when = {_key(key): str(target) for key, target in raw.pop("when").items()}
            step = Branch(str(raw.pop("branch")), MappingProxyType(when), str(raw.pop("otherwise")))
        case {"set": _}:
            step = Set(_strings(raw.pop("set")), then or following)
        case {"call": _}:
            answers = tuple(str(name) for name in raw.pop("answers", ()))
            step = Do(str(raw.pop("call")), _strings(raw.pop("args", {})), answers, then or following)
        case {"goto": _}:
            step = Goto(str(raw.pop("goto")))
        case {"end": True}:
            raw.pop("end")
            step = End()
        case _:
            raise ValueError("a step is one of say, ask, branch, set, call, goto, end: true")
    if raw:
        raise ValueError(f"nothing is called {', '.join(sorted(map(str, raw)))}")
    return step


def _ask(raw: dict[str, Any], then: str | None, following: str) -> Ask:
    answer = Answer(raw.pop("ask"))
    options = tuple(map(_option, raw.pop("choices", ())))
    needs_then = answer is not Answer.CHOICE or any(option.then is None for option in options)
    lowest, highest = raw.pop("between", (0, 100))
    return Ask(
        answer=answer,
        text=_text({"words": raw.pop("words"), "without": raw.pop("without", None)}),
        again=_words(raw.pop("again")),
        options=options,
        save=str(raw.pop("save")),
        then=(then or following) if needs_then else None,
        lowest=int(lowest),
        highest=int(highest),
    )


def _option(raw: Mapping[str, Any]) -> Option:
    if unknown := raw.keys() - {"key", "label", "then", "intents"}:
        raise ValueError(f"nothing in a choice is called {', '.join(sorted(unknown))}")
    return Option(_key(raw["key"]), _words(raw["label"]), raw.get("then"), tuple(raw.get("intents", ())))


def _text(raw: Any) -> Text:
    if isinstance(raw, str):
        return Text(_words(raw))
    return Text(_words(raw["words"]), None if raw.get("without") is None else _words(raw["without"]))


def _words(raw: Any) -> str:
    if not isinstance(raw, str) or not raw.strip():
        raise ValueError(f"{raw!r} is not words; quote it")
    return " ".join(raw.split())


def _key(raw: Any) -> str:
    """A key as text; YAML reads a bare yes and no as true and false."""
    return {True: "yes", False: "no"}.get(raw, str(raw)) if isinstance(raw, bool) else str(raw)


def _strings(raw: Mapping[str, Any]) -> Mapping[str, str]:
    return MappingProxyType({str(name): _key(value) for name, value in raw.items()})
