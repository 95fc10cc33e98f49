"""Signing in: password and one-time code, slowly and rarely. What was wrong is in the audit, never on the page."""

import asyncio
import hmac
import secrets
from datetime import datetime, timedelta

import pyotp
from argon2 import PasswordHasher
from argon2.exceptions import Argon2Error

from core.errors import NotSignedIn, TooMany
from core.events import Act, Event, SignedIn, SignInRefused
from storage import people
from storage.database import Connection, Database
from storage.record import record
from storage.sealing import Sealer

TRIES = 10
WITHIN = timedelta(minutes=10)
"""Ten tries in ten minutes for one name or one address (ASVS 6.3.1), counted before any password is hashed."""

_hasher = PasswordHasher()
_hashing = asyncio.Semaphore(2)
_NOBODY = _hasher.hash(secrets.token_hex(16))


def hash_password(password: str) -> str:
    """argon2id with the library's defaults (RFC 9106, low memory: t=3, 64 MiB, p=4)."""
    return _hasher.hash(password)


def _matches(stored: str, password: str) -> bool:
    try:
        return _hasher.verify(stored, password)
    except Argon2Error:
        return False


def totp_step(secret: str, code: str, now: datetime) -> int | None:
    """The 30-second step this code belongs to, one step of drift either way; None when it belongs to none."""
    totp = pyotp.TOTP(secret)
    step = int(now.timestamp()) // 30
    return next((s for s in (step, step - 1, step + 1) if hmac.compare_digest(totp.generate_otp(s), code.strip())), None)


async def sign_in(
    database: Database, sealer: Sealer, username: str, password: str, code: str, address: str, now: datetime
) -> str:
    """A new session's token. Raises NotSignedIn, TooMany."""
    name = username.strip().lower()
    subjects = [sealer.index("try", f"name|{name}"), sealer.index("try", f"address|{address}")]
    async with database.write() as connection:
        if await people.tries_since(connection, subjects, now - WITHIN) >= TRIES * 2:
            raise TooMany
        person = await people.by_username(connection, sealer, name)
        await people.note_try(connection, subjects, now)
    async with _hashing:
        right = await asyncio.to_thread(_matches, person.password_hash if person else _NOBODY, password)
    step = totp_step(person.totp_secret, code, now) if person else None
    token = secrets.token_urlsafe(32)
    async with database.write() as connection:
        if person is None or person.disabled or not right or step is None:
            why = "disabled" if person and person.disabled else "code" if right else "password"
            await _audit(connection, sealer, SignInRefused(person.id if person else None, why), "system", now)
        elif not await people.use_totp_step(connection, person.id, step):
            await _audit(connection, sealer, SignInRefused(person.id, "code used before"), "system", now)
        else:
            await people.start_session(connection, sealer, token, person.id, now)
            await _audit(connection, sealer, SignedIn(person.id), f"staff:{person.id}", now)
            return token
    raise NotSignedIn("Name, password or code is not right.")


async def _audit(connection: Connection, sealer: Sealer, event: Event, actor: str, now: datetime) -> None:
    await record(connection, sealer, [Act(now, actor, (event,))])
