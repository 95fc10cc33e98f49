"""The connection to either database, and the one way to a transaction."""

import asyncio
import sqlite3
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from pathlib import Path
from typing import Any

from sqlalchemy import event, text
from sqlalchemy.exc import DBAPIError, InterfaceError, OperationalError
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine, create_async_engine

from core.errors import Unavailable
from storage.tables import APPEND_ONLY, audit_head, meta

Connection = AsyncConnection
"""A transaction in hand. The edge passes it on; only this package runs statements on it."""

AWAY = (OperationalError, InterfaceError, OSError, TimeoutError)
"""What a driver raises when the database cannot be used now, rather than because of what was asked."""


class Database:
    """One database. `write()` is a transaction that commits at its end; on SQLite writers queue in this process."""

    def __init__(self, url: str) -> None:
        self.url = url
        self.on_sqlite = url.startswith("sqlite")
        self._writer = asyncio.Lock()
        if self.on_sqlite:
            Path(url.split("///", 1)[1]).parent.mkdir(parents=True, exist_ok=True)
            self.engine: AsyncEngine = create_async_engine(url, connect_args={"timeout": 2}, pool_size=8)
            event.listen(self.engine.sync_engine, "connect", _prepare_sqlite)
            event.listen(self.engine.sync_engine, "begin", _begin_sqlite)
        else:
            self.engine = create_async_engine(url, pool_size=10, max_overflow=10, connect_args={"timeout": 2})

    @asynccontextmanager
    async def write(self) -> AsyncIterator[AsyncConnection]:
        """A transaction. Commits when the block ends; raises Unavailable when the database is away."""
        if self.on_sqlite:
            async with self._writer, self._begin(immediate=True) as connection:
                yield connection
        else:
            async with self._begin(immediate=False) as connection:
                yield connection

    @asynccontextmanager
    async def read(self) -> AsyncIterator[AsyncConnection]:
        async with self._begin(immediate=False) as connection:
            yield connection

    @asynccontextmanager
    async def _begin(self, immediate: bool) -> AsyncIterator[AsyncConnection]:
        try:
            async with self.engine.connect() as connection:
                if immediate:
                    await connection.execution_options(lantern_immediate=True)
                async with connection.begin():
                    yield connection
        except AWAY as error:
            raise Unavailable from error
        except DBAPIError as error:
            if error.connection_invalidated:
                raise Unavailable from error
            raise

    async def close(self) -> None:
        await self.engine.dispose()

    async def create(self) -> None:
        """Make every table and trigger; a migrated database is left as it is."""
        async with self.engine.begin() as connection:
            await connection.run_sync(meta.create_all)
            for statement in trigger_statements(self.on_sqlite):
                await connection.execute(text(statement))
            known = (await connection.execute(audit_head.select())).first()
            if known is None:
                await connection.execute(audit_head.insert(), {"id": 1, "seq": 0, "hash": bytes(32)})


def _prepare_sqlite(connection: Any, _: Any) -> None:
    cursor = connection.cursor()
    for pragma in ("journal_mode=WAL", "synchronous=FULL", "foreign_keys=ON", "busy_timeout=2000"):
        cursor.execute(f"PRAGMA {pragma}")
    cursor.close()
    with suppress(AttributeError, sqlite3.Error):
        connection.isolation_level = None


def _begin_sqlite(connection: Any) -> None:
    immediate = connection.get_execution_options().get("lantern_immediate")
    connection.exec_driver_sql("BEGIN IMMEDIATE" if immediate else "BEGIN")


def trigger_statements(on_sqlite: bool) -> list[str]:
    """The statements that make the record append-only on this database."""
    return _sqlite_triggers() if on_sqlite else _postgres_triggers()


def _sqlite_triggers() -> list[str]:
    made = []
    for name, columns in APPEND_ONLY.items():
        quoted = ", ".join(f'"{column}"' for column in columns)
        for verb, of in (("UPDATE", f" OF {quoted}"), ("DELETE", "")):
            made.append(
                f"CREATE TRIGGER IF NOT EXISTS {name}_no_{verb.lower()} BEFORE {verb}{of} ON {name} "
                f"BEGIN SELECT RAISE(ABORT, '{name} is append-only'); END"
            )
    return made


def _postgres_triggers() -> list[str]:
    made = [
        "CREATE OR REPLACE FUNCTION lantern_refuse() RETURNS trigger LANGUAGE plpgsql AS "
        "$$ BEGIN RAISE EXCEPTION '% is append-only', TG_TABLE_NAME; END $$"
    ]
    for name, columns in APPEND_ONLY.items():
        quoted = ", ".join(f'"{column}"' for column in columns)
        for verb, of in (("UPDATE", f" OF {quoted}"), ("DELETE", "")):
            made.append(
                f"CREATE OR REPLACE TRIGGER {name}_no_{verb.lower()} BEFORE {verb}{of} ON {name} "
                f"FOR EACH ROW EXECUTE FUNCTION lantern_refuse()"
            )
    return made
