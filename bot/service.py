"""What a process holds while it runs: the database, the words, the readers, the time."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path

import escalation
from core.clock import Clock, SystemClock
from core.deployment import Deployment, load_deployment
from core.ids import fresh
from core.settings import Settings
from escalation.screen import Screen
from flows.engine import Library
from nlu.embedded import Embedded
from storage.database import Database
from storage.sealing import Sealer
from storage.wake import Wake

HERE = Path(__file__).resolve().parent.parent


@dataclass(slots=True)
class Service:
    """Everything a turn, a watcher or a page needs, made once."""

    settings: Settings
    deployment: Deployment
    database: Database
    sealer: Sealer
    screen: Screen
    library: Library
    intents: Embedded
    wake: Wake = field(default_factory=Wake)
    clock: Clock = field(default_factory=SystemClock)
    fresh: Callable[[datetime], str] = fresh

    @classmethod
    def of(cls, settings: Settings) -> "Service":
        return cls(
            settings=settings,
            deployment=load_deployment(settings.deployment),
            database=Database(settings.database_url),
            sealer=Sealer.of(settings),
            screen=Screen.load(Path(escalation.__file__).parent / "lexicon"),
            library=Library.load(HERE / "flows" / "library"),
            intents=Embedded.load(HERE / "nlu" / "project" / "data" / "nlu.yml"),
        )
