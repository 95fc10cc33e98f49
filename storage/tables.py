"""The tables, the same on SQLite and PostgreSQL. Instants are microseconds since 1970, UTC; sealed columns hold AES-256-GCM."""

from datetime import UTC, datetime
from typing import Any

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    Table,
    Text,
    UniqueConstraint,
    text,
)
from sqlalchemy.engine import Dialect
from sqlalchemy.types import TypeDecorator

meta = MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "fk": "fk_%(table_name)s_%(column_0_N_name)s",
        "pk": "pk_%(table_name)s",
    }
)


class Instant(TypeDecorator[datetime]):
    """An aware UTC instant, kept as whole microseconds so that both databases order and return it alike."""

    impl = BigInteger
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> int | None:
        return None if value is None else int(value.timestamp() * 1_000_000)

    def process_result_value(self, value: Any | None, dialect: Dialect) -> datetime | None:
        return None if value is None else datetime.fromtimestamp(value / 1_000_000, UTC)


Number = BigInteger().with_variant(Integer, "sqlite")

conversation = Table(
    "conversation",
    meta,
    Column("id", Text, primary_key=True),
    Column("line", Text, nullable=False),
    Column("channel", Text, nullable=False),
    Column("code_name", Text, nullable=False),
    Column("state", Text, nullable=False),
    Column("seq", Integer, nullable=False),
    Column("standing", LargeBinary),  # sealed: the flow's session and the recent window
    Column("token_index", LargeBinary, unique=True),
    Column("return_index", LargeBinary, unique=True),
    Column("address", LargeBinary),  # sealed
    Column("address_index", LargeBinary, index=True),
    Column("previous", Text),
    Column("started_at", Instant, nullable=False),
    Column("last_at", Instant, nullable=False),
    Column("ended_at", Instant),
    Column("left_quickly_at", Instant),
)

message = Table(
    "message",
    meta,
    Column("number", Number, primary_key=True, autoincrement=True),
    Column("conversation", Text, ForeignKey("conversation.id"), nullable=False),
    Column("seq", Integer, nullable=False),
    Column("author", Text, nullable=False),
    Column("body", LargeBinary, nullable=False),  # sealed, bound to (conversation, seq)
    Column("staff", Text),
    Column("channel", Text),
    Column("provider_id", Text),
    Column("step", Text),
    Column("reading", Text),
    Column("received_at", Instant, nullable=False),
    Column("at", Instant, nullable=False),
    Column("indexed", Boolean, nullable=False, default=False),
    UniqueConstraint("conversation", "seq"),
    UniqueConstraint("channel", "provider_id"),
    Index("ix_message_unindexed", "number", sqlite_where=text("NOT indexed"), postgresql_where=text("NOT indexed")),
)

cases = Table(
    "cases",
    meta,
    Column("id", Text, primary_key=True),
    Column("conversation", Text, ForeignKey("conversation.id"), nullable=False),
    Column("line", Text, nullable=False),
    Column("priority", Text, nullable=False),
    Column("state", Text, nullable=False),
    Column("cause", Text, nullable=False),
    Column("rule", Text),
    Column("opened_seq", Integer, nullable=False),
    Column("since", Instant, nullable=False),
    Column("opened_at", Instant, nullable=False),
    Column("holder", Text),
    Column("lease_until", Instant),
    Column("round", Integer, nullable=False),
    Column("answered_at", Instant),
    Column("decision", Text),
    Column("outcome", Text),
    Column("agreed", LargeBinary),  # sealed
    Column("closed_at", Instant),
    Index(
        "uq_one_open_case",
        "conversation",
        unique=True,
        sqlite_where=text("state IN ('open','claimed')"),
        postgresql_where=text("state IN ('open','claimed')"),
    ),
    Index("ix_cases_state", "state"),
)

clock = Table(
    "clock",
    meta,
    Column("case", Text, ForeignKey("cases.id"), primary_key=True),
    Column("kind", Text, primary_key=True),
    Column("started_at", Instant, nullable=False),
    Column("due_at", Instant, nullable=False),
    Column("state", Text, nullable=False),
    Column("warned", Integer, nullable=False, default=0),
    Column("stopped_at", Instant),
    Column("missed_at", Instant),
    Column("staff", Text),
    Column("reason", Text),
    Column("policy", Text, nullable=False),
)

timer = Table(
    "timer",
    meta,
    Column("key", Text, primary_key=True),
    Column("kind", Text, nullable=False),
    Column("case", Text),
    Column("due_at", Instant, nullable=False),
    Column("data", Text, nullable=False),
    Column("state", Text, nullable=False),
    Column("ended_at", Instant),
    Index("ix_timer_due", "due_at", sqlite_where=text("state = 'set'"), postgresql_where=text("state = 'set'")),
    Index("ix_timer_case", "case"),
)

alarm = Table(
    "alarm",
    meta,
    Column("id", Text, primary_key=True),
    Column("case", Text),
    Column("step", Text, nullable=False),
    Column("audience", Text, nullable=False),
    Column("at", Instant, nullable=False),
    Column("acknowledged_by", Text),
    Column("acknowledged_at", Instant),
)

outbox = Table(
    "outbox",
    meta,
    Column("id", Text, primary_key=True),
    Column("kind", Text, nullable=False),
    Column("case", Text),
    Column("step", Text),
    Column("state", Text, nullable=False),
    Column("attempt", Integer, nullable=False, default=0),
    Column("lease_until", Instant),
    Column("created_at", Instant, nullable=False),
    Column("ended_at", Instant),
    Index("ix_outbox_pending", "created_at", sqlite_where=text("state = 'pending'"), postgresql_where=text("state = 'pending'")),
)

transfer = Table(
    "transfer",
    meta,
    Column("id", Text, primary_key=True),
    Column("case", Text, ForeignKey("cases.id"), nullable=False),
    Column("by", Text, nullable=False),
    Column("to", Text, nullable=False),
    Column("reason", Text, nullable=False),
    Column("note", LargeBinary, nullable=False),  # sealed
    Column("state", Text, nullable=False),
    Column("offered_at", Instant, nullable=False),
    Column("expires_at", Instant, nullable=False),
    Column("ended_at", Instant),
    Index(
        "uq_one_offer", "case", unique=True, sqlite_where=text("state = 'offered'"), postgresql_where=text("state = 'offered'")
    ),
)

note = Table(
    "note",
    meta,
    Column("id", Text, primary_key=True),
    Column("case", Text, nullable=False),
    Column("conversation", Text, nullable=False, index=True),
    Column("staff", Text, nullable=False),
    Column("body", LargeBinary, nullable=False),  # sealed
    Column("at", Instant, nullable=False),
)

history = Table(
    "history",
    meta,
    Column("number", Number, primary_key=True, autoincrement=True),
    Column("noun", Text, nullable=False),
    Column("subject", Text, nullable=False),
    Column("case", Text, index=True),
    Column("became", Text, nullable=False),
    Column("actor", Text, nullable=False),
    Column("reason", Text),
    Column("at", Instant, nullable=False),
)

feedback = Table(
    "feedback",
    meta,
    Column("number", Number, primary_key=True, autoincrement=True),
    Column("conversation", Text, nullable=False),
    Column("line", Text, nullable=False),
    Column("body", LargeBinary, nullable=False),  # sealed; no route of a clinician reads this table
    Column("at", Instant, nullable=False),
)

staff = Table(
    "staff",
    meta,
    Column("id", Text, primary_key=True),
    Column("username", Text, nullable=False, unique=True),
    Column("first_name", Text, nullable=False),
    Column("job", Text, nullable=False),
    Column("roles", Text, nullable=False),
    Column("lines", Text, nullable=False),
    Column("password_hash", Text, nullable=False),
    Column("totp_secret", LargeBinary, nullable=False),  # sealed
    Column("totp_step", BigInteger, nullable=False, default=0),
    Column("disabled_at", Instant),
)

staff_session = Table(
    "staff_session",
    meta,
    Column("token_index", LargeBinary, primary_key=True),
    Column("staff", Text, nullable=False, index=True),
    Column("started_at", Instant, nullable=False),
    Column("last_at", Instant, nullable=False),
)

sign_in_try = Table(
    "sign_in_try",
    meta,
    Column("number", Number, primary_key=True, autoincrement=True),
    Column("subject", LargeBinary, nullable=False),
    Column("at", Instant, nullable=False),
    Index("ix_sign_in_try_subject_at", "subject", "at"),
)

shift = Table(
    "shift",
    meta,
    Column("id", Text, primary_key=True),
    Column("staff", Text, nullable=False),
    Column("started_at", Instant, nullable=False),
    Column("last_at", Instant, nullable=False),
    Column("ended_at", Instant),
    Column("note", LargeBinary),  # sealed
    Index("uq_one_shift", "staff", unique=True, sqlite_where=text("ended_at IS NULL"), postgresql_where=text("ended_at IS NULL")),
)

audit = Table(
    "audit",
    meta,
    Column("seq", BigInteger, primary_key=True, autoincrement=False),
    Column("at", Instant, nullable=False),
    Column("actor", Text, nullable=False),
    Column("conversation", Text, index=True),
    Column("case", Text),
    Column("detail", Text, nullable=False),
    Column("hash", LargeBinary, nullable=False),
)

audit_head = Table(
    "audit_head",
    meta,
    Column("id", Integer, primary_key=True),
    Column("seq", BigInteger, nullable=False),
    Column("hash", LargeBinary, nullable=False),
)

APPEND_ONLY = {
    "message": ("conversation", "seq", "author", "body", "reading", "at"),
    "audit": ("seq", "at", "actor", "conversation", "case", "detail", "hash"),
    "history": ("noun", "subject", "became", "actor", "at"),
}
"""Columns that a trigger keeps as they were written, and whose rows it does not let go."""
