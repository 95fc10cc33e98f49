"""Text as it may be stored: what a person meant to write, without what only machines see."""

import unicodedata

from core.errors import TextEmpty, TextRefused, TextTooLong
from core.messages import LONGEST_TEXT

_KEPT_CONTROLS = frozenset("\n\t")


def clean(raw: str) -> str:
    """The message with line ends made plain and control characters taken out; emoji and every script stay.

    Direction overrides and zero-width characters are kept: screening reads through them and staff are shown them.
    Raises TextEmpty, TextTooLong, TextRefused (a lone surrogate, which no database can store).
    """
    if len(raw) > LONGEST_TEXT * 4:
        raise TextTooLong
    text = raw.replace("\r\n", "\n").replace("\r", "\n")
    if not text.isascii() or not text.isprintable():
        text = "".join(c for c in text if c in _KEPT_CONTROLS or unicodedata.category(c) != "Cc")
    text = text.strip()
    if any("\ud800" <= c <= "\udfff" for c in text):
        raise TextRefused
    if not text:
        raise TextEmpty
    if len(text) > LONGEST_TEXT:
        raise TextTooLong
    return text
