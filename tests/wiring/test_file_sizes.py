"""No file grows past what one sitting can read."""

import subprocess

from core.settings import HERE

MOST_LINES = 400
MOST_TEST_LINES = 600
NOT_READ = frozenset({"requirements.lock"})  # Written by a program, checked by hash.


def _files() -> list[str]:
    listed = subprocess.run(
        ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"],
        cwd=HERE,
        capture_output=True,
        check=True,
        timeout=60,
    )
    return [name for name in listed.stdout.decode().split("\0") if name and (HERE / name).is_file()]


def _lines(name: str) -> int:
    raw = (HERE / name).read_bytes()
    return 0 if b"\0" in raw else raw.count(b"\n")


def test_no_file_exceeds_400_lines() -> None:
    long = {name: lines for name in _files() if (lines := _lines(name)) > (MOST_TEST_LINES if name.startswith("tests/") else MOST_LINES)}
    assert {name: lines for name, lines in long.items() if name not in NOT_READ} == {}
