"""Every setting of every process, read from the environment in one place."""

import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path


class SettingMissingError(Exception):
    """A process may not start without this setting."""


@dataclass(frozen=True, slots=True)
class Settings:
    database_url: str
    redis_url: str
    secret_key: str
    upload_folder: Path
    lease_seconds: float
    heartbeat_seconds: float
    secure_cookies: bool
    log_format: str
    trusted_proxies: int = 0
    "How many reverse proxies stand in front and may name the caller's address."


def settings_from_environment(
    environment: Mapping[str, str] = os.environ,
) -> Settings:
    """Read the settings; raise SettingMissingError naming what is not there."""
    return Settings(
        database_url=_required(environment, "DATABASE_URL"),
        redis_url=_required(environment, "REDIS_URL"),
        secret_key=_required(environment, "SECRET_KEY"),
        upload_folder=Path(_required(environment, "UPLOAD_FOLDER")),
        lease_seconds=float(environment.get("LEASE_SECONDS", "15")),
        heartbeat_seconds=float(environment.get("HEARTBEAT_SECONDS", "0.5")),
        secure_cookies=environment.get("SECURE_COOKIES", "yes") == "yes",
        log_format=environment.get("LOG_FORMAT", "text"),
        trusted_proxies=int(environment.get("TRUSTED_PROXIES", "0")),
    )


def _required(environment: Mapping[str, str], name: str) -> str:
    value = environment.get(name, "")
    if not value:
        msg = f"{name} is not set. The README lists every setting and its meaning."
        raise SettingMissingError(msg)
    return value
