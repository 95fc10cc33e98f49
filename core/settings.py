"""Every setting, read once from `LANTERN_…` variables and a `.env` file. `docs/settings.md` lists them; a test keeps it true."""

from datetime import timedelta
from functools import lru_cache
from pathlib import Path
from typing import Self

from pydantic import Field, SecretStr, model_validator
from pydantic_settings import BaseSettings, SettingsConfigDict

HERE = Path(__file__).resolve().parent.parent
DEMO_SECRET = "demo-secret-do-not-use-where-people-are"  # noqa: S105 - the demo's, refused outside it
DEMO_KEYS = "demo:8Jm5o9Yw4mXc0r2u6a1vTqkZ3nHd7sLfPbGxEiCtWyA="


class Settings(BaseSettings):
    """How this installation runs. Each field's description becomes its line in the documentation."""

    model_config = SettingsConfigDict(env_prefix="LANTERN_", env_file=".env", extra="ignore", frozen=True)

    demo: bool = Field(True, description="Demo deployment: demo staff, demo keys. Set to false where people are.")
    deployment: Path = Field(HERE / "deployments" / "llr", description="Folder of the deployment: lines, helplines, words.")
    database_url: str = Field(
        "sqlite+aiosqlite:///var/lantern.db",
        description="`sqlite+aiosqlite:///FILE` or `postgresql+asyncpg://USER@HOST/DATABASE`.",
    )
    redis_url: str | None = Field(None, description="Redis for wake-ups between processes, e.g. `redis://127.0.0.1:6379/0`.")
    public_url: str = Field("http://127.0.0.1:8000", description="The address people and providers reach, without a final slash.")
    host: str = Field("127.0.0.1", description="Address to listen on.")
    port: int = Field(8000, description="Port to listen on.", ge=0, le=65535)
    secret_key: SecretStr = Field(SecretStr(DEMO_SECRET), description="Secret of at least 32 characters behind CSRF tokens.")
    encryption_keys: SecretStr = Field(
        SecretStr(DEMO_KEYS),
        description="Comma-separated `ID:BASE64` keys of 32 bytes, newest first. The first seals; all open.",
    )
    index_key: SecretStr = Field(
        SecretStr("demo-index-key-do-not-use-where-people-are"),
        description="Secret of at least 32 characters behind blind indexes, search words and audit digests. It never rotates by itself.",
    )
    trusted_proxies: str = Field("127.0.0.1", description="Comma-separated proxies whose X-Forwarded-For is believed.")
    log_level: str = Field("INFO", description="DEBUG, INFO, WARNING or ERROR.")
    log_format: str = Field(
        "auto", description="`json`, `pretty`, or `auto` (pretty on a terminal).", pattern="^(json|pretty|auto)$"
    )
    batch_largest: int = Field(64, description="Most turns that share one commit.", ge=1, le=512)
    turn_timeout: timedelta = Field(
        timedelta(seconds=2), description="How long a message may wait for its commit before it is answered 503."
    )
    claim_lease: timedelta = Field(
        timedelta(seconds=90), description="How long a claim outlives the last sign of its holder's browser."
    )
    transfer_timeout: timedelta = Field(timedelta(seconds=60), description="How long an offered transfer waits for an answer.")
    watch_every: timedelta = Field(timedelta(milliseconds=500), description="How often the watcher looks for what is due.")
    session_idle: timedelta = Field(timedelta(minutes=15), description="A staff session ends after this long without a request.")
    session_longest: timedelta = Field(timedelta(hours=12), description="A staff session ends after this long whatever happens.")
    reopen_within: timedelta = Field(
        timedelta(minutes=30), description="A return sooner than this opens the same conversation again."
    )
    chats_per_address: int = Field(
        30, description="New web chats one network address may start in ten minutes; then a slower door.", ge=1
    )

    @model_validator(mode="after")
    def _real_secrets_where_people_are(self) -> Self:
        if self.demo:
            return self
        for name, field in (("secret_key", self.secret_key), ("index_key", self.index_key)):
            value = field.get_secret_value()
            if len(value) < 32 or "do-not-use" in value:
                raise ValueError(f"LANTERN_{name.upper()} must be a secret of at least 32 characters when LANTERN_DEMO=false")
        if self.encryption_keys.get_secret_value() == DEMO_KEYS:
            raise ValueError("LANTERN_ENCRYPTION_KEYS must not be the demo's when LANTERN_DEMO=false")
        return self

    @property
    def on_sqlite(self) -> bool:
        return self.database_url.startswith("sqlite")

    @property
    def secure(self) -> bool:
        return self.public_url.startswith("https://")


@lru_cache(maxsize=1)
def settings() -> Settings:
    """This process's settings."""
    return Settings()
