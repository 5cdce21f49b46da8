"""Every setting of every process, read from the environment in one place."""

import os
from collections.abc import Mapping
from dataclasses import dataclass
from email.utils import parseaddr
from pathlib import Path
from urllib.parse import SplitResult, unquote, urlsplit


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
    metrics_token: str = ""
    "Opens /metrics to other machines. Blank: only this machine may read it."
    prometheus_multiproc_dir: str = ""
    "Where several processes of web add up their counts. Blank: each has its own."
    live_seconds: float = 0
    "How old what a live page is told may be; tabs that ask meanwhile share one answer."


def settings_from_environment(
    environment: Mapping[str, str] = os.environ,
) -> Settings:
    """Read the settings; raise SettingMissingError naming what is not there."""
    # A wrong one is refused now, and not by the first e-mail.
    mail_settings_from_environment(environment)
    return Settings(
        database_url=_required(environment, "DATABASE_URL"),
        redis_url=_required(environment, "REDIS_URL"),
        secret_key=_required(environment, "SECRET_KEY"),
        upload_folder=Path(_required(environment, "UPLOAD_FOLDER")),
        lease_seconds=float(environment.get("LEASE_SECONDS", "15")),
        heartbeat_seconds=float(environment.get("HEARTBEAT_SECONDS", "0.5")),
        secure_cookies=environment.get("SECURE_COOKIES", "yes") == "yes",
        log_format=_log_format(environment),
        trusted_proxies=int(environment.get("TRUSTED_PROXIES", "0")),
        metrics_token=environment.get("METRICS_TOKEN", ""),
        prometheus_multiproc_dir=environment.get("PROMETHEUS_MULTIPROC_DIR", ""),
        live_seconds=_live_seconds(environment),
    )


def _live_seconds(environment: Mapping[str, str]) -> float:
    """Below the fastest rate of a page, or it would be told what it was told before."""
    given = environment.get("LIVE_SECONDS") or "0.8"
    try:
        seconds = float(given)
    except ValueError:
        seconds = -1
    if not 0 <= seconds < 1:
        msg = f"LIVE_SECONDS is {given}; it must be a number from 0 to below 1."
        raise SettingMissingError(msg)
    return seconds


def _log_format(environment: Mapping[str, str]) -> str:
    chosen = environment.get("LOG_FORMAT") or "text"
    if chosen not in {"text", "json"}:
        msg = f"LOG_FORMAT is {chosen}; it must be text or json."
        raise SettingMissingError(msg)
    return chosen


def _required(environment: Mapping[str, str], name: str) -> str:
    value = environment.get(name, "")
    if not value:
        msg = f"{name} is not set. The README lists every setting and its meaning."
        raise SettingMissingError(msg)
    return value


@dataclass(frozen=True, slots=True)
class MailSettings:
    """Through which server e-mail goes, and as whose."""

    scheme: str
    "`smtp` (with STARTTLS where the server offers it), `smtps`, or `file`."
    host: str
    port: int
    username: str
    password: str
    folder: Path
    "Where `file` keeps each e-mail as a file instead of sending it."
    sender: str
    "What stands behind From: an address, or a name with one."


MAIL_PORTS = {"smtp": 25, "smtps": 465, "file": 0}


def mail_settings_from_environment(
    environment: Mapping[str, str] = os.environ,
) -> MailSettings | None:
    """None where no mail server is named. Raise SettingMissingError for one that is
    not understood."""
    url = environment.get("MAIL_URL", "")
    if not url:
        return None
    sender = _required(environment, "MAIL_FROM")
    address = parseaddr(sender)[1]
    # An address in other letters needs a mail server that knows SMTPUTF8.
    if not address.rpartition("@")[0] or not address.isascii():
        msg = f"MAIL_FROM is {sender}; it must be like News <news@example.com>."
        raise SettingMissingError(msg)
    try:
        return _mail_settings(urlsplit(url), sender)
    except ValueError:
        # Neither the address nor where it came from: it may hold a password.
        msg = "MAIL_URL must be like smtp://user:password@host:587 or file:///folder."
        raise SettingMissingError(msg) from None


def _mail_settings(url: SplitResult, sender: str) -> MailSettings:
    if url.scheme not in MAIL_PORTS:
        raise ValueError(url.scheme)
    if not (url.path if url.scheme == "file" else url.hostname):
        raise ValueError("nowhere")
    return MailSettings(
        scheme=url.scheme,
        host=url.hostname or "",
        port=url.port or MAIL_PORTS[url.scheme],
        username=unquote(url.username or ""),
        password=unquote(url.password or ""),
        folder=Path(unquote(url.path)),
        sender=sender,
    )


@dataclass(frozen=True, slots=True)
class LocalSettings:
    """How `rollcall up` runs everything on one machine. All of it has a default."""

    data_folder: Path
    host: str
    port: int
    database_url: str | None
    "A server to use. None: PostgreSQL runs here, with its data in the data folder."
    redis_url: str | None
    "The same for the broker."
    secret_key: str | None
    "None: made once and kept in the data folder."
    log_format: str
    mail_url: str | None
    "A mail server to use. None: e-mails are kept in the data folder."


def local_settings_from_environment(
    environment: Mapping[str, str] = os.environ,
) -> LocalSettings:
    return LocalSettings(
        data_folder=Path(environment.get("DATA_FOLDER") or "var").resolve(),
        host=environment.get("HOST") or "127.0.0.1",
        port=int(environment.get("PORT") or "8080"),
        database_url=environment.get("DATABASE_URL") or None,
        redis_url=environment.get("REDIS_URL") or None,
        secret_key=environment.get("SECRET_KEY") or None,
        log_format=_log_format(environment),
        mail_url=environment.get("MAIL_URL") or None,
    )


def environment_of_a_child(
    fixed: Mapping[str, str],
    defaults: Mapping[str, str],
    environment: Mapping[str, str] = os.environ,
) -> dict[str, str]:
    """What a process started by this one sees: ours, completed and corrected."""
    return {**defaults, **environment, **fixed}
