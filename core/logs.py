"""Logs: one wide event per unit of work, ids only. A key that is not on the list is dropped, so words cannot slip in."""

import logging
import sys
from collections.abc import MutableMapping
from typing import Any

import orjson
import structlog

ALLOWED = frozenset(
    [
        "event",
        "level",
        "timestamp",
        "logger",
        "exception_type",
        "where",
        "actor",
        "action",
        "alarm",
        "attempt",
        "audience",
        "batch",
        "breach",
        "case",
        "cases",
        "cause",
        "channel",
        "clock",
        "code_status",
        "commits",
        "component",
        "conversation",
        "count",
        "database",
        "duration_ms",
        "environment",
        "error_code",
        "flow",
        "fired",
        "held",
        "hits",
        "intent",
        "kind",
        "lapsed",
        "lexicon",
        "line",
        "lines",
        "method",
        "outcome",
        "page",
        "path",
        "pid",
        "policy",
        "priority",
        "process",
        "queue",
        "repeated",
        "role",
        "route",
        "rule",
        "rows",
        "screened_us",
        "seq",
        "shift",
        "staff",
        "state",
        "status",
        "step",
        "target",
        "timer",
        "transfer",
        "turns",
        "url_path",
        "version",
        "waited_ms",
        "warned",
    ]
)
"""The only keys a log line may carry. None of them holds a person's words, number, name or address."""


def _only_allowed(_: Any, __: str, event: MutableMapping[str, Any]) -> MutableMapping[str, Any]:
    error = event.pop("exc_info", None)
    if error:
        kind = error if isinstance(error, BaseException) else sys.exc_info()[1]
        event["exception_type"] = type(kind).__name__
        event["where"] = _where(kind)
    return {key: value for key, value in event.items() if key in ALLOWED}


def _where(error: BaseException | None) -> str:
    """The file and line that raised, never the message: a driver's message may quote a row."""
    trace = error.__traceback__ if error else None
    while trace and trace.tb_next:
        trace = trace.tb_next
    return f"{trace.tb_frame.f_code.co_filename.rsplit('/', 1)[-1]}:{trace.tb_lineno}" if trace else "?"


def configure(level: str = "INFO", form: str = "auto") -> None:
    """Set up structlog for this process, and quieten the standard library to warnings without arguments."""
    pretty = form == "pretty" or (form == "auto" and sys.stderr.isatty())
    shared: list[structlog.typing.Processor] = [
        structlog.contextvars.merge_contextvars,
        structlog.processors.add_log_level,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
        _only_allowed,
    ]
    threshold = logging.getLevelNamesMapping()[level.upper()]
    if pretty:
        structlog.configure(
            processors=[*shared, structlog.dev.ConsoleRenderer()],
            wrapper_class=structlog.make_filtering_bound_logger(threshold),
            logger_factory=structlog.PrintLoggerFactory(sys.stderr),
        )
    else:
        structlog.configure(
            processors=[*shared, structlog.processors.JSONRenderer(serializer=_dumps)],
            wrapper_class=structlog.make_filtering_bound_logger(threshold),
            logger_factory=structlog.BytesLoggerFactory(sys.stderr.buffer),
        )
    logging.basicConfig(level=logging.WARNING, format="%(levelname)s %(name)s", force=True)


def _dumps(event: Any, **_: Any) -> bytes:
    return orjson.dumps(event, default=str)


def get(component: str) -> Any:
    """A logger whose lines say which part spoke."""
    return structlog.get_logger(component=component)
