"""A test folder never stands in front of the package it tests."""

from core.settings import HERE

TESTS = HERE / "tests"


def test_no_test_folder_hides_a_package() -> None:
    # pytest puts the folder above the topmost __init__.py first on the path: tests/core/__init__.py alone would become `core`.
    hiding = [] if (TESTS / "__init__.py").exists() else sorted(str(file.relative_to(HERE)) for file in TESTS.glob("*/__init__.py"))
    assert hiding == [], "take these away, or add tests/__init__.py"


def test_test_files_have_names_of_their_own() -> None:
    # Folders without __init__.py share one space of module names.
    names = [file.name for file in TESTS.rglob("test_*.py") if not (file.parent / "__init__.py").exists()]
    assert sorted(name for name in set(names) if names.count(name) > 1) == []
