from pathlib import Path

import pytest

from flows.engine import Library

FOLDER = Path(__file__).parents[2] / "flows" / "library"


@pytest.fixture(scope="session")
def library() -> Library:
    return Library.load(FOLDER)
