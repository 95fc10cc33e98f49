"""The default engine: in process, no model to fetch. It learns weights of words and letter groups from `project/data/nlu.yml`.

A text is as near to an intent as its nearest example (cosine of weighted features). It abstains when nothing is near,
when two intents are about as near, or when most of the text is about something else.
"""

import math
from collections import Counter
from collections.abc import Iterable, Mapping
from pathlib import Path

import yaml

from core.errors import SettingWrong
from nlu.intents import OUT_OF_SCOPE, Intent

ENGINE = "embedded"
NEAR_ENOUGH = 0.6
NEARER = {"talk_to_person": 0.5, "affirm": 0.85, "deny": 0.85, "goodbye": 0.85}
"""Hearing a wish for a person too often costs little; hearing yes, no or goodbye in other words ("I don't want to live") costs much."""
CLEAR_BY = 0.08
MOST_WORDS = 14
"""A longer text is a story, not a request; an intent found in it would talk over what was said."""
TRAINING = Path(__file__).resolve().parent / "project" / "data" / "nlu.yml"

SHORT = {
    "u": "you",
    "r": "are",
    "ur": "your",
    "pls": "please",
    "plz": "please",
    "rly": "really",
    "wanna": "want to",
    "smn": "someone",
}
"""Texting spellings, read as the words they stand for."""

Vector = Mapping[str, float]


class Embedded:
    """Names intents by likeness to examples."""

    def __init__(self, examples: Mapping[str, Iterable[str]]) -> None:
        rows = [(name, _features(text)) for name, texts in examples.items() for text in texts]
        seen = Counter(feature for _, features in rows for feature in features)
        self._weight = {feature: 1 + math.log(len(rows) / count) for feature, count in seen.items()}
        self._rarest = 1 + math.log(len(rows) or 1)
        self._rows = [(name, self._vector(features)) for name, features in rows]
        self.intents = tuple(examples)

    @classmethod
    def load(cls, path: Path = TRAINING) -> "Embedded":
        return cls(read_training(path))

    def read(self, text: str) -> Intent:
        """The intent of a text, or OUT_OF_SCOPE with how near the nearest one came."""
        words = _words(text)
        if not words or len(words) > MOST_WORDS:
            return Intent(OUT_OF_SCOPE, 0.0, ENGINE)
        mine = self._vector(_features(text))
        best: dict[str, float] = {}
        for name, other in self._rows:
            near = sum(weight * other[feature] for feature, weight in mine.items() if feature in other)
            best[name] = max(best.get(name, 0.0), near)
        (first, nearest), *rest = sorted(best.items(), key=lambda item: -item[1])
        sure = round(min(nearest, 1.0), 3)
        clear = not rest or nearest - rest[0][1] >= CLEAR_BY
        return Intent(
            first if first != OUT_OF_SCOPE and nearest >= NEARER.get(first, NEAR_ENOUGH) and clear else OUT_OF_SCOPE, sure, ENGINE
        )

    def _vector(self, features: Mapping[str, int]) -> Vector:
        raw = {name: count * self._weight.get(name, self._rarest) for name, count in features.items()}
        length = math.sqrt(sum(value * value for value in raw.values())) or 1.0
        return {name: value / length for name, value in raw.items()}


def read_training(path: Path) -> dict[str, list[str]]:
    """Examples by intent, from a Rasa training file."""
    try:
        raw = yaml.safe_load(path.read_text(encoding="utf-8"))
        found = {
            item["intent"]: [line.removeprefix("- ").strip() for line in item["examples"].splitlines() if line.strip()]
            for item in raw["nlu"]
        }
    except (OSError, yaml.YAMLError, KeyError, TypeError, AttributeError) as error:
        raise SettingWrong(f"{path.name} is not a training file: {error!r}") from error
    if not found:
        raise SettingWrong(f"{path.name} has no intents.")
    return found


def _words(text: str) -> list[str]:
    plain = text.casefold().replace("’", "'").replace("'", "")
    words = "".join(c if c.isalnum() else " " for c in plain).split()
    return " ".join(SHORT.get(word, word) for word in words).split()


def _features(text: str) -> Counter[str]:
    words = _words(text)
    found: Counter[str] = Counter()
    for word in words:
        found[word] += 2
        padded = f"<{word}>"
        found.update(padded[i : i + 3] for i in range(len(padded) - 2) if len(word) > 3)
    found.update(f"{one} {two}" for one, two in zip(["<", *words], [*words, ">"], strict=True))
    return found
