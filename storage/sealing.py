"""Sealed columns: AES-256-GCM bound to their row, with the key's id in front, and keyed hashes for looking things up."""

import base64
import hashlib
import hmac
import os
from collections.abc import Mapping

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from core.errors import LanternError, SettingWrong
from core.settings import Settings


class SealBroken(LanternError):
    """A sealed value does not open: it was changed, moved to another row, or its key is gone."""

    code = "seal_broken"


class Sealer:
    """Seals and opens text. The first key seals; every listed key opens (rotation: put the new key first)."""

    def __init__(self, keys: Mapping[str, bytes], index_key: bytes) -> None:
        self._ciphers = {name: AESGCM(key) for name, key in keys.items()}
        self.newest = next(iter(keys))
        self._index_key = index_key

    @classmethod
    def of(cls, settings: Settings) -> "Sealer":
        keys: dict[str, bytes] = {}
        for entry in settings.encryption_keys.get_secret_value().split(","):
            name, _, value = entry.strip().partition(":")
            key = base64.b64decode(value)
            if not name or len(key) != 32:
                raise SettingWrong("LANTERN_ENCRYPTION_KEYS must be ID:BASE64 pairs with keys of 32 bytes.")
            keys[name] = key
        return cls(keys, settings.index_key.get_secret_value().encode())

    def seal(self, plain: str, place: str) -> bytes:
        """`place` is table|column|row: a value copied to another row no longer opens."""
        nonce = os.urandom(12)
        head = self.newest.encode() + b":"
        return head + nonce + self._ciphers[self.newest].encrypt(nonce, plain.encode(), head + place.encode())

    def open(self, sealed: bytes, place: str) -> str:
        """Raises SealBroken when the value is not what was sealed for this place."""
        name, _, rest = sealed.partition(b":")
        try:
            cipher = self._ciphers[name.decode("ascii")]
            return cipher.decrypt(rest[:12], rest[12:], name + b":" + place.encode()).decode()
        except (KeyError, InvalidTag, ValueError):
            raise SealBroken from None

    def index(self, kind: str, value: str) -> bytes:
        """A blind index: 128 bits of HMAC-SHA256, so that equal values are found and none can be read."""
        return hmac.digest(self._index_key, f"{kind}|{value}".encode(), hashlib.sha256)[:16]

    def digest(self, place: str, value: str) -> str:
        """A keyed digest of words for the audit chain; short words cannot be guessed from it without the key."""
        return self.index(f"digest|{place}", value).hex()
