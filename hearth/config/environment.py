"""Every setting that the environment may carry, checked before anything starts.

``docs/settings.md`` shows the same table; a test compares the two.
"""

from __future__ import annotations

import gettext
import os
import re
import secrets
import zoneinfo
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urlsplit

from django.utils.translation import gettext_noop as _
from pydantic import Field, ValidationError, field_validator
from pydantic_settings import BaseSettings, SettingsConfigDict

from hearth.platform.secrets import parse_keys
from hearth.premises.domain.broker import Broker

PROJECT_DIR = Path(__file__).resolve().parents[2]

SECRET = frozenset({"HEARTH_SECRET_KEY", "HEARTH_DATA_KEY"})  # never repeated in a message

PROBLEMS_ELSEWHERE = (  # said by rooms that know no catalogue of words
    _("is not a key; make one with: openssl rand -base64 32"),
    _("must be written mqtt://user:password@host:port/topic, or mqtts://…"),
    _("names a topic with a wildcard; the sensors' numbers come below it"),
)


class Environment(BaseSettings):
    """The environment of one Hearth, read once."""

    model_config = SettingsConfigDict(env_prefix="HEARTH_", extra="ignore")

    home: Path = Field(
        PROJECT_DIR / "home", description=_("Folder of the database, files and keys")
    )
    database_url: str = Field(
        "",
        validation_alias="DATABASE_URL",
        description=_(
            "postgres://user:password@host:port/name or sqlite:////file; "
            "empty: SQLite in HEARTH_HOME"
        ),
    )
    secret_key: str = Field(
        "", description=_("Signing key; empty: made once and kept in HEARTH_HOME")
    )
    data_key: str = Field(
        "",
        description=_(
            "Key for personal data, base64 of 32 bytes, several by comma with the newest first; "
            "empty: in HEARTH_DATA_KEY_FILE"
        ),
    )
    data_key_file: Path | None = Field(
        None,
        description=_("File of that key; empty: data.key in HEARTH_HOME, made at the first start"),
    )
    debug: bool = Field(False, description=_("Development only: error pages with source"))
    host: str = Field("127.0.0.1", description=_("Address that `hearth serve` listens on"))
    port: int = Field(8000, ge=1, le=65535, description=_("Port that `hearth serve` listens on"))
    workers: int = Field(2, ge=1, le=64, description=_("Web processes"))
    allowed_hosts: str = Field(
        "localhost,127.0.0.1,[::1]", description=_("Host names answered, by comma")
    )
    https: bool = Field(False, description=_("Served behind TLS: secure cookies, HSTS"))
    time_zone: str = Field("Asia/Shanghai", description=_("Zone of the network's calendar"))
    language: str = Field(
        "zh-hans", pattern="^(zh-hans|en)$", description=_("First language: zh-hans or en")
    )
    idle_minutes: int = Field(
        30, ge=5, le=480, description=_("Idle sign-out after so many minutes")
    )
    lock_minutes: int = Field(
        20, ge=1, le=1440, description=_("Lockout after five wrong passwords")
    )
    upload_mb: int = Field(40, ge=1, le=500, description=_("Largest file accepted, in MB"))
    mqtt_url: str = Field(
        "",
        description=_(
            "Broker of the thermometers, mqtt://user:password@host:port/topic or mqtts://…; "
            "empty: none"
        ),
    )
    mqtt_client: str = Field(
        "hearth",
        min_length=1,
        max_length=64,
        description=_("Name of our session at the broker; one for each Hearth"),
    )
    fonts: Path | None = Field(None, description=_("Folder with licensed fonts for documents"))
    log_level: str = Field(
        "INFO",
        pattern="^(DEBUG|INFO|WARNING|ERROR)$",
        description=_("How much goes to the log: DEBUG, INFO, WARNING or ERROR"),
    )

    @field_validator("home")
    @classmethod
    def _absolute_home(cls, value: Path) -> Path:
        value = value.expanduser().resolve()
        if value.exists() and not value.is_dir():
            raise ValueError(_("is not a folder"))
        return value

    @field_validator("time_zone")
    @classmethod
    def _known_zone(cls, value: str) -> str:
        if value not in zoneinfo.available_timezones():
            raise ValueError(_("is not a time zone; write for example Asia/Shanghai"))
        return value

    @field_validator("database_url")
    @classmethod
    def _known_database(cls, value: str) -> str:
        if value:
            database_from_url(value, Path())
        return value

    @field_validator("data_key")
    @classmethod
    def _known_keys(cls, value: str) -> str:
        parse_keys(value)
        return value

    @field_validator("data_key_file")
    @classmethod
    def _absolute_key_file(cls, value: Path | None) -> Path | None:
        return None if value is None else value.expanduser().resolve()

    @field_validator("mqtt_url")
    @classmethod
    def _known_broker(cls, value: str) -> str:
        if value:
            Broker.parse(value)
        return value

    @field_validator("fonts")
    @classmethod
    def _existing_fonts(cls, value: Path | None) -> Path | None:
        if value is not None and not value.is_dir():
            raise ValueError(_("is not a folder"))
        return value

    def prepared_secret(self) -> str:
        """The signing key: the given one, else one made on first start and kept (mode 600).

        Raises:
            WrongSettings: HEARTH_HOME cannot be made, read or written.
        """
        if self.secret_key:
            return self.secret_key
        file = self.home / "secret.key"
        try:
            if not file.exists():
                self.home.mkdir(parents=True, exist_ok=True)
                file.touch(mode=0o600)
                file.write_text(secrets.token_urlsafe(48))
            return file.read_text().strip()
        except OSError:
            reason = said(_("cannot be made, read or written here; name another folder"))
            raise WrongSettings(f"HEARTH_HOME={str(self.home)!r}: {reason}") from None


class WrongSettings(Exception):
    """One or more settings are wrong; the text names each with how to mend it."""


def read_environment() -> Environment:
    """Read and check all settings.

    Raises:
        WrongSettings: with one line for each wrong setting.
    """
    try:
        return Environment()
    except ValidationError as error:
        raise WrongSettings("\n".join(_line(e) for e in error.errors())) from None


def said(text: str) -> str:
    """``text`` in the first language; the settings of Django are not there yet to ask."""
    if os.environ.get("HEARTH_LANGUAGE") == "en":
        return text
    folder = PROJECT_DIR / "hearth" / "locale"
    return gettext.translation("django", folder, ["zh_Hans"], fallback=True).gettext(text)


def _line(error: Any) -> str:
    key = str(error["loc"][0])
    name = key if key.isupper() else f"HEARTH_{key.upper()}"
    given = re.sub(r"(?<=:)[^:@/]+(?=@)", "…", str(error["input"]))  # no password of an address
    shown = "…" if name in SECRET else repr(given)
    return f"{name}={shown}: {_reason(error, Environment.model_fields.get(key))}"


def _reason(error: Any, field: Any) -> str:
    """How to mend one wrong value, in our words; ``field`` knows the bounds."""
    bounds = {type(one).__name__: one for one in (field.metadata if field else ())}
    if field is not None and field.annotation is int:
        low, high = bounds["Ge"].ge, bounds["Le"].le
        return said(_("must be a whole number from %(low)s to %(high)s")) % {
            "low": low,
            "high": high,
        }
    if field is not None and field.annotation is bool:
        return said(_("must be true or false"))
    match error["type"]:
        case "string_pattern_mismatch":
            choices = error["ctx"]["pattern"].strip("^()$").replace("|", ", ")
            return said(_("must be one of: %(choices)s")) % {"choices": choices}
        case "string_too_short" | "string_too_long":
            return said(_("must have 1 to 64 characters"))
    return said(error["msg"].removeprefix("Value error, "))


def database_from_url(url: str, home: Path) -> dict[str, Any]:
    """Django's database settings for ``url``; an empty one means SQLite in ``home``.

    SQLite runs in WAL with immediate transactions and ``synchronous=FULL``: what was
    acknowledged survives a power cut (design rule 6.10).

    Raises:
        ValueError: neither sqlite nor postgres, or no database name.
    """
    parts = urlsplit(url or f"sqlite:///{home / 'hearth.sqlite3'}")
    if parts.scheme == "sqlite":
        return {
            "ENGINE": "hearth.platform.sqlite",
            "NAME": unquote(parts.path[1:]),
            "OPTIONS": {
                "transaction_mode": "IMMEDIATE",
                "timeout": 20,
                "init_command": "PRAGMA journal_mode=WAL;PRAGMA synchronous=FULL;"
                "PRAGMA cache_size=-64000;PRAGMA foreign_keys=ON;PRAGMA temp_store=MEMORY",
            },
        }
    if parts.scheme in {"postgres", "postgresql"}:
        if not parts.path.strip("/"):
            raise ValueError(_("names no database; write postgres://user:password@host:port/name"))
        return {
            "ENGINE": "hearth.platform.postgresql",
            "NAME": unquote(parts.path.strip("/")),
            "USER": unquote(parts.username or ""),
            "PASSWORD": unquote(parts.password or ""),
            "HOST": unquote(parts.hostname or ""),
            "PORT": str(parts.port or ""),
            "OPTIONS": {
                "pool": {"min_size": 1, "max_size": 8, "timeout": 20},
                "prepare_threshold": 1,  # of ``prepared_cursor``; other cursors prepare nothing
            },
        }
    raise ValueError(_("must begin with postgres:// or sqlite:///"))
