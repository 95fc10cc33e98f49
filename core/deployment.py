"""One organisation's Lantern: its lines, hours, helplines, quick replies and signed-off words, read from a folder of YAML."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date, time
from itertools import pairwise
from pathlib import Path
from types import MappingProxyType
from typing import Any

import yaml

from core.errors import SettingWrong
from core.ids import LineId

Span = tuple[time, time]

DAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
FLOW_ROLES = frozenset({"welcome", "out_of_hours", "ask_person", "five_questions", "closing"})
WORDING_KEYS = frozenset(
    {f"safety.{priority}.{who}" for priority in ("emergency", "very_urgent", "urgent") for who in ("someone", "no_one")}
    | {"joined", "dropped", "transferred", "released", "closed_by_staff", "failed_turn", "waiting", "someone_there"}
    | {"no_one_there", "ended", "late_message", "still_queued"}
)


@dataclass(frozen=True, slots=True)
class Line:
    """One door: who it is for, who answers, when, and what is said there. `hours` counts Monday as 0."""

    id: LineId
    name: str
    audience: str
    who_answers: str
    privacy: tuple[str, ...]
    hours: Mapping[int, tuple[Span, ...]]
    closed_on_bank_holidays: bool
    always_open: bool
    flows: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Helpline:
    """Someone else to turn to. `verified_on` is None until a named person here has rung or texted it and said so."""

    id: str
    name: str
    call: str | None
    text: str | None
    words: str
    hours: str
    ages: str
    nations: str
    verified_on: date | None
    review_by: date
    emergency: bool

    def needs_checking(self, today: date) -> bool:
        """Whether staff must check it again, or for the first time."""
        return self.verified_on is None or self.review_by <= today


@dataclass(frozen=True, slots=True)
class QuickReply:
    """Words staff can start from. `care` says when not to use them as they stand."""

    id: str
    version: int
    title: str
    text: str
    care: str | None


@dataclass(frozen=True, slots=True)
class Deployment:
    organisation: str
    lines: Mapping[LineId, Line]
    helplines: tuple[Helpline, ...]
    quick_replies: tuple[QuickReply, ...]
    wording: Mapping[str, str]
    policy: Mapping[str, Any] = field(default_factory=dict)


def load_deployment(folder: Path) -> Deployment:
    """The deployment in a folder. Raises SettingWrong, naming the file and the field, when anything is missing or odd."""
    top = _Fields(folder / "deployment.yaml", _mapping(folder / "deployment.yaml"))
    lines = {line.id: line for line in map(_line, sorted((folder / "lines").glob("*.yaml")))}
    if not lines:
        raise SettingWrong(f"{folder / 'lines'} has no line. Add one, such as lines/teens.yaml.")
    deployment = Deployment(
        organisation=top.text("organisation"),
        lines=MappingProxyType(lines),
        helplines=_each(folder / "helplines.yaml", "helplines", _helpline),
        quick_replies=_each(folder / "quick_replies.yaml", "quick_replies", _quick_reply),
        wording=MappingProxyType(_wording(folder / "wording.yaml")),
        policy=MappingProxyType(dict(top.take("policy", dict, {}))),
    )
    top.done()
    if not any(helpline.emergency for helpline in deployment.helplines):
        raise SettingWrong(f"{folder / 'helplines.yaml'} has no emergency helpline. Mark at least 999 with emergency: true.")
    return deployment


class _Fields:
    """A mapping read field by field, so that a missing, mistyped or unknown one is named."""

    def __init__(self, path: Path, raw: Mapping[str, Any]) -> None:
        self._path, self._left = path, dict(raw)

    def take(self, name: str, kind: type, default: Any = ...) -> Any:
        if name not in self._left:
            if default is ...:
                raise SettingWrong(f"{self._path}: {name} is missing. Add it.")
            return default
        value = self._left.pop(name)
        if value is None and default is None:
            return None
        if not isinstance(value, kind) or (kind is int and isinstance(value, bool)):
            raise SettingWrong(f"{self._path}: {name} must be a {kind.__name__}, not {value!r}. Quote numbers and times.")
        return value

    def text(self, name: str) -> str:
        value: str = self.take(name, str).strip()
        if not value:
            raise SettingWrong(f"{self._path}: {name} is empty. Write it.")
        return value

    def done(self) -> None:
        if self._left:
            raise SettingWrong(f"{self._path}: nothing is called {', '.join(sorted(map(str, self._left)))}. Check the spelling.")


def _mapping(path: Path) -> Mapping[str, Any]:
    try:
        raw = yaml.safe_load(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise SettingWrong(f"{path} can't be read. Put it there.") from error
    except yaml.YAMLError as error:
        raise SettingWrong(f"{path} is not YAML: {error}") from error
    if not isinstance(raw, dict):
        raise SettingWrong(f"{path} must hold named fields.")
    return raw


def _each(path: Path, name: str, one: Callable[[_Fields], Any]) -> tuple[Any, ...]:
    outer = _Fields(path, _mapping(path))
    found = []
    for raw in outer.take(name, list):
        if not isinstance(raw, dict):
            raise SettingWrong(f"{path}: each of {name} must hold named fields, not {raw!r}.")
        fields = _Fields(path, raw)
        found.append(one(fields))
        fields.done()
    outer.done()
    ids = [item.id for item in found]
    if len(set(ids)) != len(ids):
        raise SettingWrong(f"{path}: two of {name} share an id. Give each its own.")
    return tuple(found)


def _line(path: Path) -> Line:
    fields = _Fields(path, _mapping(path))
    flows = fields.take("flows", dict)
    if missing := FLOW_ROLES - flows.keys():
        raise SettingWrong(f"{path}: flows lacks {', '.join(sorted(missing))}.")
    line = Line(
        id=LineId(fields.text("id")),
        name=fields.text("name"),
        audience=fields.text("audience"),
        who_answers=fields.text("who_answers"),
        privacy=tuple(str(sentence) for sentence in fields.take("privacy", list)),
        hours=MappingProxyType(_hours(path, fields.take("hours", dict, {}))),
        closed_on_bank_holidays=fields.take("closed_on_bank_holidays", bool),
        always_open=fields.take("always_open", bool, False),
        flows=MappingProxyType({str(role): str(flow) for role, flow in flows.items()}),
    )
    fields.done()
    if line.id != path.stem:
        raise SettingWrong(f"{path}: id is {line.id}, but the file is called {path.stem}. Make them the same.")
    return line


def _hours(path: Path, raw: Mapping[str, Any]) -> dict[int, tuple[Span, ...]]:
    hours: dict[int, tuple[Span, ...]] = {}
    for day, spans in raw.items():
        if day not in DAYS:
            raise SettingWrong(f"{path}: hours has {day!r}. Use the names of days in small letters.")
        hours[DAYS.index(day)] = read = tuple(_span(path, day, span) for span in spans or ())
        if any(earlier[1] > later[0] for earlier, later in pairwise(read)):
            raise SettingWrong(f"{path}: the hours of {day} overlap or are out of order.")
    return hours


def _span(path: Path, day: str, raw: Any) -> Span:
    try:
        opens, closes = (time.fromisoformat(part.strip()) for part in str(raw).split("-"))
    except ValueError:
        raise SettingWrong(f"{path}: hours of {day} has {raw!r}. Write it like '09:00-17:00'.") from None
    if opens >= closes:
        raise SettingWrong(f"{path}: hours of {day} closes at or before it opens ({raw}).")
    return opens, closes


def _helpline(fields: _Fields) -> Helpline:
    return Helpline(
        id=fields.text("id"),
        name=fields.text("name"),
        call=fields.take("call", str, None),
        text=fields.take("text", str, None),
        words=fields.text("words"),
        hours=fields.text("hours"),
        ages=fields.text("ages"),
        nations=fields.text("nations"),
        verified_on=fields.take("verified_on", date, None),
        review_by=fields.take("review_by", date),
        emergency=fields.take("emergency", bool, False),
    )


def _quick_reply(fields: _Fields) -> QuickReply:
    return QuickReply(
        id=fields.text("id"),
        version=fields.take("version", int),
        title=fields.text("title"),
        text=fields.text("text"),
        care=fields.take("care", str, None),
    )


def _wording(path: Path) -> dict[str, str]:
    raw = _mapping(path)
    if missing := WORDING_KEYS - raw.keys():
        raise SettingWrong(f"{path} lacks {', '.join(sorted(missing))}.")
    if unknown := raw.keys() - WORDING_KEYS:
        raise SettingWrong(f"{path}: nothing says {', '.join(sorted(map(str, unknown)))}. Check the spelling.")
    if empty := [key for key, words in raw.items() if not isinstance(words, str) or not words.strip()]:
        raise SettingWrong(f"{path}: {', '.join(sorted(empty))} has no words.")
    return {key: words.strip() for key, words in raw.items()}
