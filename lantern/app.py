"""One process, put together: the database, the turn, the watcher, the public chat and the staff pages."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from http import HTTPStatus
from typing import Any

from litestar import Litestar, Request, Response, get
from litestar.di import Provide
from litestar.exceptions import HTTPException
from litestar.openapi import OpenAPIConfig
from litestar.openapi.plugins import JsonRenderPlugin

from bot.channels.webchat.api import ROUTES
from bot.channels.webchat.chats import WebChats
from bot.service import Service
from bot.turn import Turns
from bot.watch import Watch
from console.desk import ServiceDesk
from console.public.routes import public_routes
from console.staff.routes import staff_routes
from core.errors import LanternError
from core.logs import get as logger
from core.settings import Settings
from lantern.accounts import ensure_demo
from lantern.chat_port import ChatPort

log = logger("app")
PARTS = frozenset({"web", "console", "worker"})


def error_response(code: str, message: str, status: int) -> Response[Any]:
    return Response({"error": {"code": code, "message": message}}, status_code=status, media_type="application/json")


def expected(request: Request[Any, Any, Any], error: LanternError) -> Response[Any]:
    return error_response(error.code, error.message, error.http_status)


def refused(request: Request[Any, Any, Any], error: HTTPException) -> Response[Any]:
    """The framework's own refusals in our shape; its detail may quote what was sent, so it is left out."""
    status = HTTPStatus(error.status_code)
    return error_response(status.phrase.lower().replace(" ", "_"), status.description or status.phrase, status)


def surprised(request: Request[Any, Any, Any], error: Exception) -> Response[Any]:
    log.error("surprise", exc_info=error)
    return error_response("broken", "Something went wrong on our side. Please try again.", 500)


@get("/health/live", include_in_schema=False)
async def live() -> dict[str, str]:
    return {"status": "live"}


@get("/health/ready", include_in_schema=False)
async def ready(service: Service) -> dict[str, str]:
    async with service.database.read():
        return {"status": "ready"}


def make_app(settings: Settings, parts: frozenset[str] = PARTS, announce: bool = False) -> Litestar:
    """The application of a process that plays these parts; `lantern serve` plays all of them."""
    service = Service.of(settings)
    turns, watch = Turns(service), Watch(service)
    chats = WebChats(service, turns)
    desk = ServiceDesk(
        settings, service.deployment, service.database, service.sealer, service.screen, service.wake, service.clock, service.fresh
    )

    @asynccontextmanager
    async def lifespan(_: Litestar) -> AsyncIterator[None]:
        await service.database.create()
        if settings.demo:
            for line in await ensure_demo(service):
                if announce:
                    print("  " + line, flush=True)
        await turns.start()
        if "worker" in parts:
            await watch.start()
        yield
        await watch.stop()
        await turns.stop()
        await service.database.close()

    routes: list[Any] = [live, ready]
    if "web" in parts:
        routes += [*ROUTES, *public_routes(service.deployment, ChatPort(service, chats))]
    if "console" in parts:
        routes += staff_routes(service.deployment, desk, settings.secret_key.get_secret_value())
    app = Litestar(
        routes,
        dependencies={
            "chats": Provide(lambda: chats, sync_to_thread=False),
            "service": Provide(lambda: service, sync_to_thread=False),
        },
        lifespan=[lifespan],
        exception_handlers={LanternError: expected, HTTPException: refused, Exception: surprised},
        openapi_config=OpenAPIConfig(title="Lantern", version="0.1.0", path="/schema", render_plugins=[JsonRenderPlugin()]),
        request_max_body_size=64 * 1024,
        signature_types=[WebChats, Service],
        logging_config=None,
    )
    app.state.service, app.state.turns, app.state.watch, app.state.desk, app.state.chats = service, turns, watch, desk, chats
    return app
