"""A service on each database, empty at the start of each test. Each worker has databases of its own."""

import asyncio
import os
from collections.abc import AsyncIterator, Callable, Coroutine
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import asyncpg
import pytest

from bot.channels.webchat.chats import WebChats
from bot.service import Service
from bot.turn import Turns
from core.clock import FrozenClock
from core.logs import configure
from core.settings import Settings

configure(form="json")

SUMMER = datetime(2026, 7, 1, 15, 0, tzinfo=UTC)
HOST = os.environ.get("LANTERN_TEST_POSTGRES", "postgresql://postgres@127.0.0.1:5432")


async def _fresh_postgres(name: str) -> None:
    connection = await asyncpg.connect(f"{HOST}/postgres", timeout=3)
    try:
        await connection.execute(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')
        await connection.execute(f'CREATE DATABASE "{name}"')
    finally:
        await connection.close()


@pytest.fixture(params=["sqlite", "postgresql"])
def database_url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """An empty database; without PostgreSQL its tests are skipped, or fail where services are required."""
    if request.param == "sqlite":
        return f"sqlite+aiosqlite:///{tmp_path}/lantern.db"
    name = f"lantern_test_{os.environ.get('PYTEST_XDIST_WORKER', 'main')}"
    try:
        asyncio.run(_fresh_postgres(name))
    except OSError as error:
        if os.environ.get("LANTERN_REQUIRE_SERVICES"):
            raise
        pytest.skip(f"PostgreSQL is not at {HOST.rsplit('@', 1)[-1]} ({type(error).__name__}); docker compose up postgres starts one")
    return f"postgresql+asyncpg{HOST.removeprefix('postgresql')}/{name}"


class World:
    """A running service with a clock that stands still: what a test holds."""

    def __init__(self, service: Service, clock: FrozenClock) -> None:
        self.service = service
        self.clock = clock
        self.turns = Turns(service)
        self.chats = WebChats(service, self.turns)


@asynccontextmanager
async def running(url: str) -> AsyncIterator[World]:
    service = Service.of(Settings(database_url=url, _env_file=None))  # type: ignore[call-arg]
    clock = FrozenClock(SUMMER)
    service.clock = clock
    await service.database.create()
    world = World(service, clock)
    await world.turns.start()
    try:
        yield world
    finally:
        await world.turns.stop()
        await service.database.close()


@pytest.fixture
def play(database_url: str) -> Callable[[Callable[[World], Coroutine[Any, Any, None]]], None]:
    """Plays a story: `play(story)` runs `await story(world)` on an empty database."""

    def run(story: Callable[[World], Coroutine[Any, Any, None]]) -> None:
        async def whole() -> None:
            async with running(database_url) as world:
                await story(world)

        asyncio.run(whole())

    return run
