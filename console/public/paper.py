"""The public pages laid out: content, templates, and the headers that go with every answer."""

from collections.abc import Mapping
from hashlib import sha256
from pathlib import Path
from typing import Any

import orjson
import yaml
from jinja2 import Environment, FileSystemLoader, StrictUndefined
from litestar import Response

from core.deployment import Deployment
from core.london import clock_words

LEAVE_TO = "https://www.bbc.co.uk/weather"
"""Where Leave now goes: a page that is dull on anyone's screen."""

HERE = Path(__file__).resolve().parent
ROOT = HERE.parent
CONTENT: Mapping[str, Any] = yaml.safe_load((HERE / "content.yaml").read_text(encoding="utf-8"))
STATIC: Mapping[str, tuple[bytes, str]] = {
    "chat.css": ((ROOT / "static" / "chat.css").read_bytes(), "text/css; charset=utf-8"),
    "chat.js": ((ROOT / "static" / "chat.js").read_bytes(), "text/javascript; charset=utf-8"),
    "leave.js": ((ROOT / "static" / "leave.js").read_bytes(), "text/javascript; charset=utf-8"),
}
STAMP = sha256(b"".join(body for body, _ in STATIC.values())).hexdigest()[:12]

HEADERS: Mapping[str, str] = {
    "Content-Security-Policy": (
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; font-src 'self'; "
        "connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
    ),
    "Cache-Control": "no-store",
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
    "Cross-Origin-Opener-Policy": "same-origin",
}


class Paper:
    """Lays out one deployment's public pages."""

    def __init__(self, deployment: Deployment) -> None:
        self._templates = Environment(
            loader=FileSystemLoader(ROOT / "templates" / "public"),
            autoescape=True,
            undefined=StrictUndefined,
            trim_blocks=True,
            lstrip_blocks=True,
        )
        self._templates.globals.update(
            c=CONTENT,
            organisation=deployment.organisation,
            helplines=sorted(deployment.helplines, key=lambda helpline: not helpline.emergency),
            leave_to=LEAVE_TO,
            stamp=STAMP,
            live=orjson.dumps(CONTENT["chat"]["live"] | {"state": CONTENT["chat"]["state"]}).decode(),
        )
        self._templates.filters.update(clock=clock_words, digits=digits)

    def page(self, template: str, status: int = 200, **words: Any) -> Response[str]:
        """A whole page. `back` is the chat or line page to return to; `crisis_open` opens the helplines."""
        text = self._templates.get_template(template).render({"crisis_open": False, "back": "", "problem": ""} | words)
        return Response(text, status_code=status, media_type="text/html; charset=utf-8", headers=dict(HEADERS))


def digits(number: str) -> str:
    """A number as a link dials it.

    >>> digits("0800 068 4141")
    '08000684141'
    """
    return "".join(c for c in number if c.isdigit() or c == "+")
