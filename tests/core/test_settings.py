"""Demo secrets never run where people are."""

import base64
from typing import Any

import pytest
from pydantic import ValidationError

from core.settings import DEMO_KEYS, DEMO_SECRET, Settings

REAL: dict[str, Any] = {
    "demo": False,
    "secret_key": "a" * 32,
    "index_key": "b" * 32,
    "encryption_keys": "one:" + base64.b64encode(bytes(32)).decode(),
}


@pytest.fixture(autouse=True)
def _no_settings_from_outside(monkeypatch: pytest.MonkeyPatch, tmp_path: Any) -> None:
    for name in Settings.model_fields:
        monkeypatch.delenv(f"LANTERN_{name.upper()}", raising=False)
    monkeypatch.chdir(tmp_path)


def test_the_demo_needs_nothing_set() -> None:
    assert Settings().demo


def test_real_secrets_are_accepted_where_people_are() -> None:
    assert not Settings(**REAL).demo


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("secret_key", DEMO_SECRET),
        ("secret_key", "short"),
        ("index_key", Settings.model_fields["index_key"].default.get_secret_value()),
        ("index_key", "short"),
        ("encryption_keys", DEMO_KEYS),
    ],
)
def test_demo_and_short_secrets_are_refused_where_people_are(name: str, value: str) -> None:
    with pytest.raises(ValidationError, match=f"LANTERN_{name.upper()}"):
        Settings(**REAL | {name: value})


@pytest.mark.parametrize("name", ["secret_key", "index_key", "encryption_keys"])
def test_a_secret_left_out_is_refused_where_people_are(name: str) -> None:
    with pytest.raises(ValidationError, match=f"LANTERN_{name.upper()}"):
        Settings(**{key: value for key, value in REAL.items() if key != name})


def test_a_secret_never_shows_when_settings_are_printed() -> None:
    shown = repr(Settings(**REAL))
    assert all(REAL[name] not in shown for name in ("secret_key", "index_key", "encryption_keys"))


def test_variables_and_the_env_file_are_read(monkeypatch: pytest.MonkeyPatch, tmp_path: Any) -> None:
    (tmp_path / ".env").write_text("LANTERN_PORT=9001\nLANTERN_BATCH_LARGEST=8\n")
    monkeypatch.setenv("LANTERN_PORT", "9002")
    read = Settings()
    assert (read.port, read.batch_largest) == (9002, 8)
