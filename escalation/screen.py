"""Reads one message for signs of crisis, by published rules, with no network and nothing learned."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from core.messages import Hit, Reading
from core.priority import Priority
from escalation.lexicon_rules import Lexicon, Match, Pattern, Rule, load_lexicon
from escalation.normalise import END, Tokens

WINDOW_WORDS = 12
"""Words of the messages before that a split sentence may have begun in."""

_NEAR = 6
_LOWER = {Priority.EMERGENCY: Priority.VERY_URGENT, Priority.VERY_URGENT: Priority.URGENT}


@dataclass(frozen=True, slots=True)
class Found:
    """A rule that matched, what it comes to, and why it was lowered if it was."""

    rule: Rule
    match: Match
    priority: Priority | None
    because: str


class Screen:
    """The compiled lexicon. Reading one message costs what its words cost, not what the lexicon holds."""

    def __init__(self, lexicon: Lexicon) -> None:
        self._lexicon = lexicon
        by_anchor: dict[str, list[tuple[Rule, Pattern]]] = {}
        for rule in lexicon.rules.values():
            for pattern in rule.patterns:
                for word in pattern.anchors:
                    by_anchor.setdefault(word, []).append((rule, pattern))
        self._by_anchor = {word: tuple(lines) for word, lines in by_anchor.items()}
        self._anchors = frozenset(by_anchor)

    @classmethod
    def load(cls, folder: Path) -> "Screen":
        return cls(load_lexicon(folder))

    @property
    def version(self) -> str:
        return self._lexicon.version

    @property
    def rules(self) -> Mapping[str, Rule]:
        return self._lexicon.rules

    def read(self, text: str, window: Sequence[str] = (), answering: bool = False) -> Reading:
        """Read `text`, which follows the messages in `window`, oldest first.

        `answering` says the flow has just asked about this, so "no" is an answer and raises nothing.
        """
        tokens, before = self._tokens(text, window)
        best: dict[str, Hit] = {}
        for found in self._found(tokens.words, before, answering):
            if found.priority is None:
                continue
            start = tokens.starts[max(found.match.start, before)]
            hit = Hit(found.rule.id, start, tokens.ends[found.match.end - 1], found.priority)
            kept = best.get(hit.rule)
            if kept is None or hit.priority.outranks(kept.priority):
                best[hit.rule] = hit
        hits = tuple(sorted(best.values(), key=lambda hit: (hit.priority.rank, hit.start)))
        return Reading(priority=hits[0].priority if hits else None, hits=hits, lexicon=self.version)

    def explain(self, text: str, window: Sequence[str] = ()) -> list[str]:
        """What was read, in lines for a clinician or a rule's owner."""
        tokens, before = self._tokens(text, window)
        lines = [f"Read as: {' '.join(tokens.words[before:])}"]
        for found in self._found(tokens.words, before, answering=False):
            start = tokens.starts[max(found.match.start, before)]
            said = text[start : tokens.ends[found.match.end - 1]]
            outcome = found.priority.words if found.priority else "Nothing"
            lines.append(f"{outcome}: {found.rule.id} ({found.rule.meaning}) at {said!r}{found.because}")
        if len(lines) == 1:
            lines.append("No rule matches.")
        return [*lines, f"Lexicon {self.version}"]

    def _tokens(self, text: str, window: Sequence[str]) -> tuple[Tokens, int]:
        tokens = self._lexicon.normaliser.read(text)
        if not window:
            return tokens, 0
        earlier: list[str] = []
        for message in reversed(window):
            earlier = [*self._lexicon.normaliser.read(message[-200:]).words, *earlier]
            if len(earlier) >= WINDOW_WORDS:
                break
        earlier = earlier[-WINDOW_WORDS:]
        blank = [0] * len(earlier)
        return Tokens([*earlier, *tokens.words], [*blank, *tokens.starts], [*blank, *tokens.ends]), len(earlier)

    def _found(self, words: list[str], before: int, answering: bool) -> Iterator[Found]:
        seen = frozenset(words)
        present = self._anchors & seen
        if not present:
            return
        places: dict[str, list[int]] = {}
        tried: set[int] = set()
        for anchor in present:
            for rule, pattern in self._by_anchor[anchor]:
                if not pattern.possible(seen) or id(pattern) in tried:
                    continue
                tried.add(id(pattern))
                if not places:
                    for place, word in enumerate(words):
                        places.setdefault(word, []).append(place)
                for match in _matches(pattern, words, places):
                    if match.end <= before:
                        continue
                    if rule.unless and self._excepted(rule, match, words):
                        continue
                    yield self._judge(rule, match, words, answering)

    def _excepted(self, rule: Rule, match: Match, words: list[str]) -> bool:
        start, end = _sentence(words, match)
        return _any_near(rule.unless, words, start, end)

    def _judge(self, rule: Rule, match: Match, words: list[str], answering: bool) -> Found:
        if rule.fixed:
            return Found(rule, match, rule.priority, "")
        if self._denied(match, words):
            lowered = None if answering else _LOWER.get(rule.priority)
            return Found(rule, match, lowered, ", denied")
        start, end = _sentence(words, match)
        marks = self._lexicon.marks
        if not marks.now.intersection(words[start:end]):
            if _any_near(marks.long_ago, words, start, end):
                return Found(rule, match, None, ", long ago")
            if _any_near(marks.lately, words, start, end):
                return Found(rule, match, _LOWER.get(rule.priority), ", in the past")
        return Found(rule, match, rule.priority, "")

    def _denied(self, match: Match, words: list[str]) -> bool:
        marks = self._lexicon.marks
        if any(self._denies(words, place) for place in match.gaps):
            return True
        place = match.start - 1
        if words[match.start] == "i":
            if place < 0 or words[place] not in marks.frame:
                return False
            return any(self._denies(words, n) for n in range(max(0, place - 2), place + 1))
        for n in range(place, max(-1, place - 4), -1):
            if words[n] in marks.clause or words[n] == END:
                return False
            if self._denies(words, n):
                return True
        return False

    def _denies(self, words: list[str], place: int) -> bool:
        """Whether the word here denies what follows. "Can't stop thinking of it" denies nothing."""
        marks = self._lexicon.marks
        return words[place] in marks.deny and not marks.deny_not.intersection(words[place + 1 : place + 2])


def _matches(pattern: Pattern, words: list[str], places: Mapping[str, list[int]]) -> Iterator[Match]:
    for word in pattern.firsts & places.keys() if pattern.firsts else places.keys():
        for at in places[word]:
            match = pattern.match(words, at)
            if match is not None:
                yield match


def _sentence(words: list[str], match: Match) -> tuple[int, int]:
    """The match and up to six words around it, within its sentence."""
    start, end = match.start, match.end
    while start > 0 and match.start - start < _NEAR and words[start - 1] != END:
        start -= 1
    while end < len(words) and end - match.end < _NEAR and words[end] != END:
        end += 1
    return start, end


def _any_near(patterns: Iterable[Pattern], words: list[str], start: int, end: int) -> bool:
    around = words[start:end]
    seen = frozenset(around)
    return any(
        pattern.match(around, at) is not None
        for pattern in patterns
        if pattern.possible(seen)
        for at in range(len(around))
        if not pattern.firsts or around[at] in pattern.firsts
    )
