"""Which package imports which is what docs/architecture.md draws."""

import subprocess
import sys
from pathlib import Path

from core.settings import HERE


def test_every_import_contract_is_kept() -> None:
    linter = Path(sys.executable).with_name("lint-imports")
    done = subprocess.run([linter, "--no-cache"], cwd=HERE, capture_output=True, text=True, timeout=120, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
