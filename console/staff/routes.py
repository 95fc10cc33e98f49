"""All staff routes behind one door."""

from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode

from litestar import Response, Router
from litestar.response import Redirect

from console.staff.deeds import case_deeds, deeds
from console.staff.door import Door, StaffRequest
from console.staff.pages import pages
from console.staff.paper import Paper
from console.staff.port import Desk
from console.staff.stream import stream
from core.clock import Clock, SystemClock
from core.errors import LanternError, NotSignedIn

if TYPE_CHECKING:
    from core.deployment import Deployment


def staff_routes(deployment: "Deployment", desk: Desk, secret: str, clock: Clock | None = None) -> list[Router]:
    """What the application mounts: every page and deed under /staff, each with its permit."""
    paper = Paper(deployment, clock or SystemClock())

    def refuse(request: StaffRequest, refused: LanternError) -> Response[Any]:
        page = (
            request.method == "GET" and "text/html" in request.headers.get("accept", "") and "x-fragment" not in request.headers
        )
        if isinstance(refused, NotSignedIn) and page:
            onward = request.url.path + (f"?{request.url.query}" if request.url.query else "")
            return Redirect(f"/staff/sign-in?{urlencode({'next': onward})}", status_code=303)
        return paper.page(request, "refused.jinja", int(refused.http_status), refused=refused, typed=request.state.get("typed"))

    return [
        Router(
            path="/staff",
            route_handlers=[*pages(desk, paper), *deeds(desk, paper), *case_deeds(desk), stream(desk)],
            guards=[Door(desk, secret).guard()],
            exception_handlers={LanternError: refuse},
            include_in_schema=False,
        )
    ]
