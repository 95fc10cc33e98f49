"""The hazard log never claims a proof that is not there."""

import ast
from typing import Any

import pytest
import yaml

from core.settings import HERE

LOG = HERE / "docs" / "safety" / "hazards.yaml"
HAZARDS: list[dict[str, Any]] = yaml.safe_load(LOG.read_text(encoding="utf-8"))["hazards"]


def _tests_in(path: str) -> set[str]:
    file = HERE / path
    if not file.is_file():
        return set()
    found = ast.walk(ast.parse(file.read_text(encoding="utf-8")))
    return {node.name for node in found if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)}


def test_hazards_are_h1_to_h18_in_order() -> None:
    assert [hazard["id"] for hazard in HAZARDS] == [f"H{n}" for n in range(1, 19)]


@pytest.mark.parametrize("hazard", HAZARDS, ids=lambda hazard: hazard["id"])
def test_a_hazard_says_what_causes_and_controls_it(hazard: dict[str, Any]) -> None:
    assert all(hazard[field].strip() for field in ("hazard", "cause", "control"))


@pytest.mark.parametrize("hazard", HAZARDS, ids=lambda hazard: hazard["id"])
def test_a_proof_is_built_partly_built_or_planned(hazard: dict[str, Any]) -> None:
    assert hazard["proof"] in {"built", "partly", "planned"}
    assert bool(hazard.get("tests")) == (hazard["proof"] != "planned")
    assert bool(hazard.get("missing")) == (hazard["proof"] != "built")
    assert bool(hazard.get("area")) == (hazard["proof"] != "built")


@pytest.mark.parametrize("hazard", HAZARDS, ids=lambda hazard: hazard["id"])
def test_every_test_a_hazard_names_is_there(hazard: dict[str, Any]) -> None:
    for name in hazard.get("tests", ()):
        path, _, function = name.partition("::")
        assert function.startswith("test_"), name
        assert function in _tests_in(path), f"{hazard['id']}: {name} is not there"
