"""Pages on paper: the templates, and the headers that go with every one."""

from collections.abc import Mapping
from hashlib import sha256
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from litestar import Response

from console.staff import show
from console.staff.door import StaffRequest
from console.staff.permits import Action, may
from console.staff.port import Viewer
from core.clock import Clock
from core.london import clock_words, moment_words
from core.priority import Priority

if TYPE_CHECKING:
    from core.deployment import Deployment

HERE = Path(__file__).resolve().parent.parent
STATIC = {name: (HERE / "static" / name).read_bytes() for name in ("staff.css", "staff.js")}
STAMP = sha256(b"".join(STATIC.values())).hexdigest()[:12]

HEADERS: Mapping[str, str] = {
    "Content-Security-Policy": (
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'; "
        "form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
    ),
    "Cache-Control": "no-store",
    "Referrer-Policy": "same-origin",
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Cross-Origin-Opener-Policy": "same-origin",
}


class Paper:
    """Lays pages out for whoever asks."""

    def __init__(self, deployment: "Deployment", clock: Clock) -> None:
        self.clock = clock
        self.deployment = deployment
        self._templates = Environment(
            loader=FileSystemLoader(HERE / "templates" / "staff"),
            autoescape=True,
            undefined=StrictUndefined,
            trim_blocks=True,
            lstrip_blocks=True,
        )
        self._templates.globals.update(
            organisation=deployment.organisation,
            priorities=tuple(Priority),
            stamp=STAMP,
            pieces=show.pieces,
            rules_in=show.rules_in,
            pace=show.pace,
            Action=Action,
            line_name=self._line_name,
        )
        self._templates.filters.update(
            clock=clock_words, moment=moment_words, left=show.left_words, ago=show.ago_words, kind=show.kind_words, part=_part
        )

    def page(self, request: StaffRequest, template: str, status: int = 200, **words: Any) -> Response[str]:
        """A whole page. Templates always know who looks, the time and the session's form token."""
        viewer: Viewer | None = request.state.get("viewer")
        text = self._templates.get_template(template).render(
            viewer=viewer,
            csrf=request.state.get("csrf") or "",
            now=self.clock.now(),
            path=request.url.path,
            can=lambda action: viewer is not None and may(viewer, action),
            **words,
        )
        return Response(text, status_code=status, media_type="text/html; charset=utf-8", headers=dict(HEADERS))

    def _line_name(self, line: str) -> str:
        found = {str(key): value for key, value in self.deployment.lines.items()}.get(line)
        return found.name if found is not None else line


def _part(value: str) -> str:
    """A value made safe as one part of an address."""
    return quote(value, safe="")
