"""Wake-ups: hints that something changed. They carry no data and may be lost; whoever waits also polls."""

import asyncio
from collections import defaultdict
from collections.abc import Iterable
from contextlib import suppress


class Wake:
    """In one process. `wait` returns when a topic is woken or the time is over, whichever is first."""

    def __init__(self) -> None:
        self._waiting: dict[str, set[asyncio.Event]] = defaultdict(set)

    async def wake(self, topics: Iterable[str]) -> None:
        for topic in topics:
            for waiter in self._waiting.get(topic, ()):
                waiter.set()

    async def wait(self, topic: str, seconds: float) -> None:
        waiter = asyncio.Event()
        self._waiting[topic].add(waiter)
        try:
            with suppress(TimeoutError):
                async with asyncio.timeout(seconds):
                    await waiter.wait()
        finally:
            self._waiting[topic].discard(waiter)
            if not self._waiting[topic]:
                del self._waiting[topic]

    async def close(self) -> None:
        """Nothing to close in one process."""
