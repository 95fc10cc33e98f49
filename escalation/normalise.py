"""Text as people type it, turned into plain words that still know where they came from."""

import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass

LONGEST_READ = 65_536
"""Characters that are read. Channels stop far below this; the cap keeps a pasted book from costing seconds."""

END = "."
"""The word that stands for the end of a sentence; nothing is matched across it."""

_WORD = re.compile(r"[^\s.,;:!?\"()\[\]{}<>/\\|~`^&%#+=_\-–—…“”«»•]+(?:![a-z]+)*|(?<!\.)[.!?](?=\s|$)")
_ODD = re.compile(r"([a-z])\1\1|[0-9@$!*]|(?<![a-z'])[a-z][^a-z]{1,3}[a-z][^a-z]{1,3}[a-z](?![a-z'])")
_RUN = re.compile(r"([a-z])\1{2,}")
_LEET = str.maketrans({"0": "o", "1": "i", "3": "e", "4": "a", "5": "s", "7": "t", "@": "a", "$": "s", "!": "i", "*": ""})
_APOSTROPHES = frozenset("’‘ʼ´`′＇")


@dataclass(frozen=True, slots=True)
class Tokens:
    """Words in order; word `n` came from `text[starts[n]:ends[n]]` of the original."""

    words: list[str]
    starts: list[int]
    ends: list[int]


@dataclass(frozen=True, slots=True)
class Normaliser:
    """`rewrites` turns one typed word into plain ones; `known` are the words rules use, which repairs must reach."""

    rewrites: Mapping[str, tuple[str, ...]]
    emoji: Mapping[str, str]
    known: frozenset[str]

    def read(self, text: str) -> Tokens:
        text = text[:LONGEST_READ]
        if text.isascii():
            folded, places = text.lower(), None
        else:
            folded, places = self._fold(text)
        odd = _ODD.search(folded) is not None
        words: list[str] = []
        starts: list[int] = []
        ends: list[int] = []
        rewrites = self.rewrites
        for found in _WORD.finditer(folded):
            word = found[0]
            if "'" in word:
                word = word.replace("'", "")
                if not word:
                    continue
            elif word in "!?":
                word = END
            if odd and word not in self.known and word not in rewrites:
                word = self._repair(word)
            plain = None if odd and len(word) == 1 else rewrites.get(word)
            if plain is None:
                words.append(word)
                starts.append(found.start())
                ends.append(found.end())
            else:
                words.extend(plain)
                starts.extend([found.start()] * len(plain))
                ends.extend([found.end()] * len(plain))
        if odd:
            words, starts, ends = self._join_letters(words, starts, ends)
        if places is not None:
            starts = [places[start] for start in starts]
            ends = [_next_place(places, end, len(text)) for end in ends]
        return Tokens(words, starts, ends)

    def _fold(self, text: str) -> tuple[str, list[int]]:
        """Plain characters, and for each the place it came from."""
        out: list[str] = []
        places: list[int] = []
        for place, char in enumerate(text):
            if char.isascii():
                plain = char.lower()
            elif char in _APOSTROPHES:
                plain = "'"
            elif char in self.emoji:
                plain = f" {self.emoji[char]} "
            else:
                plain = _fold_one(char)
            out.append(plain)
            places.extend([place] * len(plain))
        return "".join(out), places

    def _repair(self, word: str) -> str:
        """Undo repeats and leetspeak, only where that gives a word the rules know."""
        for attempt in (word, word.translate(_LEET), word.translate(_LEET).replace("i", "l")):
            for repeat in (r"\1\1", r"\1"):
                plain = _RUN.sub(repeat, attempt)
                if plain in self.known or plain in self.rewrites:
                    return plain
        return word

    def _join_letters(self, words: list[str], starts: list[int], ends: list[int]) -> tuple[list[str], list[int], list[int]]:
        """Join runs of single letters ("k y s") into the longest words the rules know."""
        joined: list[str] = []
        from_: list[int] = []
        to: list[int] = []
        at, count = 0, len(words)
        while at < count:
            stop = at
            while stop < count and stop - at < 12 and len(words[stop]) == 1 and words[stop].isalpha():
                stop += 1
            for end in range(stop, at + 2, -1):
                whole = "".join(words[at:end])
                if whole in self.known or whole in self.rewrites:
                    plain = self.rewrites.get(whole, (whole,))
                    joined.extend(plain)
                    from_.extend([starts[at]] * len(plain))
                    to.extend([ends[end - 1]] * len(plain))
                    at = end
                    break
            else:
                plain = self.rewrites.get(words[at], (words[at],)) if len(words[at]) == 1 else (words[at],)
                joined.extend(plain)
                from_.extend([starts[at]] * len(plain))
                to.extend([ends[at]] * len(plain))
                at += 1
        return joined, from_, to


def _fold_one(char: str) -> str:
    kind = unicodedata.category(char)
    if kind == "Cf" or "︀" <= char <= "️" or (kind == "Mn" and ord(char) < 0x370):
        return ""
    plain = unicodedata.normalize("NFKC", char).casefold()
    if ord(plain[0]) < 0x250:
        plain = "".join(c for c in unicodedata.normalize("NFKD", plain) if not unicodedata.combining(c))
    return plain


def _next_place(places: list[int], end: int, length: int) -> int:
    """The end in the original of a word whose last folded character sits just before `end`."""
    return places[end - 1] + 1 if end <= len(places) else length
