"""The lexicon as it is written, and as it is matched."""

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

import yaml

from core.errors import SettingWrong
from core.priority import Priority
from escalation.normalise import END, Normaliser

WIDEST_GAP = 4
"""Words that `...` may stand for, at most."""

_GAP = "..."
_NUMBER = "#"
_COMMON = frozenset(["i", "a", "am", "and", "are", "be", "been", "do", "for", "get", "had", "has", "have", "he", "her", "his", "in", "is", "it", "me", "my", "not", "of", "on", "she", "so", "that", "the", "they", "to", "up", "was", "want", "will", "with", "you", "going"])  # fmt: skip


@dataclass(frozen=True, slots=True)
class Step:
    """One place in a pattern: any of these words or phrases, or a gap, or a number."""

    singles: frozenset[str] = frozenset()
    phrases: tuple[tuple[str, ...], ...] = ()
    gap: bool = False
    number: bool = False

    @property
    def first_words(self) -> frozenset[str]:
        return self.singles | {phrase[0] for phrase in self.phrases}


@dataclass(frozen=True, slots=True)
class Pattern:
    """A line of a rule. It is tried only where one of its `anchors` occurs."""

    line: str
    steps: tuple[Step, ...]
    anchors: frozenset[str]
    firsts: frozenset[str]
    needs: tuple[frozenset[str], ...]

    def possible(self, seen: frozenset[str]) -> bool:
        """Whether every place in the pattern could be filled from these words, in whatever order."""
        return not any(need.isdisjoint(seen) for need in self.needs)

    def match(self, words: Sequence[str], at: int) -> "Match | None":
        gaps: list[int] = []
        end = _match(self.steps, 0, words, at, gaps)
        return None if end < 0 else Match(at, end, tuple(gaps))


@dataclass(frozen=True, slots=True)
class Match:
    """Words `start` to `end` (not included); `gaps` are the places that the pattern stepped over."""

    start: int
    end: int
    gaps: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Rule:
    """One clinical reason to answer sooner, and the lines that show it.

    A `fixed` rule is not lowered by "not" or by the past: its lines say themselves what is denied, and abuse long
    ago is still told now.
    """

    id: str
    priority: Priority
    meaning: str
    patterns: tuple[Pattern, ...]
    unless: tuple[Pattern, ...]
    hits: tuple[str, ...]
    misses: tuple[str, ...]
    language: str
    owner: str
    review_by: date
    fixed: bool = False


@dataclass(frozen=True, slots=True)
class Sets:
    """The named sets that rules share, and how a typed word is rewritten, in rules as in messages."""

    named: Mapping[str, tuple[str, ...]]
    rewrites: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Marks:
    """Words around a match that say it is denied, long past, or still so."""

    deny: frozenset[str]
    deny_not: frozenset[str]
    clause: frozenset[str]
    frame: frozenset[str]
    long_ago: tuple[Pattern, ...]
    lately: tuple[Pattern, ...]
    now: frozenset[str]


@dataclass(frozen=True, slots=True)
class Lexicon:
    version: str
    rules: Mapping[str, Rule]
    normaliser: Normaliser
    marks: Marks


def load_lexicon(folder: Path) -> Lexicon:
    """Read every YAML file of the folder. What is wrong is refused by name, never skipped."""
    digest = hashlib.sha256()
    words: dict[str, Any] = {}
    written: list[dict[str, Any]] = []
    for path in sorted(folder.glob("*.yaml")):
        raw = path.read_bytes()
        digest.update(path.name.encode() + b"\0" + raw + b"\0")
        content = yaml.safe_load(raw)
        if isinstance(content, list):
            written.extend(content)
        else:
            words.update(content)
    if not written or "sets" not in words:
        raise SettingWrong(f"The lexicon in {folder.name}/ has no rules or no words.yaml.")
    plain = {str(typed): str(said) for typed, said in words["rewrites"].items()}
    named = {name: tuple(_rewritten(str(line), plain) for line in lines) for name, lines in words["sets"].items()}
    sets = Sets(named, plain)
    rules: dict[str, Rule] = {}
    for one in written:
        rule = _rule(one, sets)
        if rule.id in rules:
            raise SettingWrong(f"Two rules are called {rule.id}. Rename one.")
        rules[rule.id] = rule
    marks = _marks(words["marks"], sets)
    known = _known(rules.values(), marks)
    rewrites = _slips(words["often_misspelt"], known)
    rewrites.update({typed: tuple(said.split()) for typed, said in plain.items()})
    normaliser = Normaliser(rewrites=rewrites, emoji=words["emoji"], known=known)
    return Lexicon(version=digest.hexdigest()[:12], rules=rules, normaliser=normaliser, marks=marks)


def _rule(written: Mapping[str, Any], sets: Sets) -> Rule:
    name = written.get("id", "a rule with no id")
    try:
        return Rule(
            id=written["id"],
            priority=Priority(written["priority"]),
            meaning=written["meaning"],
            patterns=tuple(compile_pattern(line, sets) for line in written["patterns"]),
            unless=tuple(compile_pattern(line, sets) for line in written.get("unless", ())),
            hits=tuple(written["examples"]["hit"]),
            misses=tuple(written["examples"]["miss"]),
            language=written.get("language", "en"),
            owner=written["owner"],
            review_by=written["review_by"],
            fixed=written.get("fixed", False),
        )
    except (KeyError, ValueError, TypeError) as wrong:
        raise SettingWrong(f"Rule {name}: {wrong!s} is missing or wrong.") from wrong


def _marks(written: Mapping[str, Any], sets: Sets) -> Marks:
    return Marks(
        deny=frozenset(written["deny"]),
        deny_not=frozenset(written["deny_not"]),
        clause=frozenset(written["clause"]),
        frame=frozenset(written["frame"]),
        long_ago=tuple(compile_pattern(line, sets) for line in written["long_ago"]),
        lately=tuple(compile_pattern(line, sets) for line in written["lately"]),
        now=frozenset(written["now"]),
    )


def compile_pattern(line: str, sets: Sets) -> Pattern:
    """`$i $want_to ... die|end it`: `|` between words, `$name` a set, `...` a gap, `#` a number, `_` joins a phrase."""
    steps: list[Step] = []
    literal: list[bool] = []
    for part in line.split():
        if part == _GAP:
            step = Step(gap=True)
        elif part == _NUMBER:
            step = Step(number=True)
        else:
            step = _step(part, sets, line)
        steps.append(step)
        literal.append("$" not in part)
    if not steps or steps[0].gap or steps[-1].gap:
        raise SettingWrong(f"The pattern {line!r} must start and end with words.")
    rare = [n for n, step in enumerate(steps) if step.first_words and not step.first_words & _COMMON]
    anchor = next((n for n in rare if literal[n]), rare[0] if rare else 0)
    needs = tuple(sorted((step.first_words for step in steps if step.first_words), key=len))
    return Pattern(line, tuple(steps), steps[anchor].first_words, steps[0].first_words, needs)


def _step(part: str, sets: Sets, line: str) -> Step:
    entries: list[str] = []
    for word in part.split("|"):
        if not word.startswith("$"):
            entries.append(_rewritten(word.replace("_", " "), sets.rewrites))
        elif word[1:] in sets.named:
            entries.extend(sets.named[word[1:]])
        else:
            raise SettingWrong(f"The pattern {line!r} names the set {word}, which is not there.")
    split = [tuple(entry.split()) for entry in entries]
    longer = sorted((entry for entry in split if len(entry) > 1), key=len, reverse=True)
    return Step(frozenset(entry[0] for entry in split if len(entry) == 1), tuple(longer))


def _rewritten(phrase: str, rewrites: Mapping[str, str]) -> str:
    return " ".join(rewrites.get(word, word) for word in phrase.split())


def _match(steps: tuple[Step, ...], n: int, words: Sequence[str], at: int, gaps: list[int]) -> int:
    if n == len(steps):
        return at
    step = steps[n]
    if step.gap:
        for skipped in range(WIDEST_GAP + 1):
            if at + skipped >= len(words):
                break
            end = _match(steps, n + 1, words, at + skipped, gaps)
            if end >= 0:
                gaps.extend(range(at, at + skipped))
                return end
            if words[at + skipped] == END:
                break
        return -1
    if at >= len(words):
        return -1
    word = words[at]
    for phrase in step.phrases:
        if phrase[0] == word and tuple(words[at : at + len(phrase)]) == phrase:
            end = _match(steps, n + 1, words, at + len(phrase), gaps)
            if end >= 0:
                return end
    if word in step.singles or (step.number and word[0].isdigit()):
        return _match(steps, n + 1, words, at + 1, gaps)
    return -1


def _known(rules: Iterable[Rule], marks: Marks) -> frozenset[str]:
    lines = [*marks.long_ago, *marks.lately]
    for rule in rules:
        lines += [*rule.patterns, *rule.unless]
    steps = [step for line in lines for step in line.steps]
    words = {word for step in steps for word in step.singles}
    return frozenset(words | {word for step in steps for phrase in step.phrases for word in phrase})


def _slips(words: Iterable[str], known: frozenset[str]) -> dict[str, tuple[str, ...]]:
    """One letter left out, doubled, or changed places with the next: the slips of fast thumbs."""
    slips: dict[str, tuple[str, ...]] = {}
    for word in words:
        for n in range(len(word)):
            for slip in (
                word[:n] + word[n + 1 :],
                word[:n] + word[n] + word[n:],
                word[:n] + word[n + 1 : n + 2] + word[n] + word[n + 2 :],
            ):
                if slip not in known:
                    slips[slip] = (word,)
    return slips
