"""docs/settings.md says what core.settings says. Run this file to write the page again."""

import sys
from datetime import timedelta
from pathlib import Path
from typing import Any

from pydantic import SecretStr
from pydantic.fields import FieldInfo

from core.settings import HERE, Settings

PAGE = HERE / "docs" / "settings.md"
TOP = """# Settings

Environment variables, or lines of a `.env` file in the folder Lantern is started from. A variable wins over the file.
This page is written from `core.settings.Settings` by `.venv/bin/python tests/wiring/test_settings_page.py`.

| setting | default | what it does |
|---|---|---|
"""


def page() -> str:
    return TOP + "".join(_row(name, field) for name, field in Settings.model_fields.items())


def _row(name: str, field: FieldInfo) -> str:
    return f"| `LANTERN_{name.upper()}` | {_default(field.default)} | {field.description} |\n"


def _default(value: Any) -> str:
    match value:
        case None:
            return "none"
        case SecretStr():
            return "the demo's; refused when `LANTERN_DEMO=false`"
        case bool():
            return f"`{str(value).lower()}`"
        case timedelta():
            return f"`{value.total_seconds():g}` (seconds)"
        case Path():
            return f"`{value.relative_to(HERE)}`"
        case _:
            return f"`{value}`"


def test_the_page_lists_every_setting_with_its_default() -> None:
    assert PAGE.read_text(encoding="utf-8") == page(), "run tests/wiring/test_settings_page.py to write it again"


def test_every_setting_says_what_it_does() -> None:
    assert [name for name, field in Settings.model_fields.items() if not field.description] == []


if __name__ == "__main__":
    sys.exit(0 if PAGE.write_text(page(), encoding="utf-8") else 1)
