"""Each dependency has its reason in ADR 0002, and no reason outlives its dependency."""

import re
import tomllib

from core.settings import HERE

ADR = HERE / "docs" / "adr" / "0002-dependencies.md"


def test_every_dependency_has_its_reason() -> None:
    project = tomllib.loads((HERE / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    wanted = {re.split(r"[\[<>=;~! ]", line)[0] for line in project["dependencies"] + project["optional-dependencies"]["dev"]}
    explained = set(re.findall(r"^\| ([a-z0-9-]+) \| \S", ADR.read_text(encoding="utf-8"), flags=re.M)) - {"package"}
    assert explained == wanted
