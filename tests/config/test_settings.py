"""Settings: what is wrong is named before anything starts, and all of them are in the manual."""

from __future__ import annotations

import re
import stat
from pathlib import Path

import pytest
from django.utils import translation

from hearth.config.environment import (
    PROJECT_DIR,
    Environment,
    WrongSettings,
    database_from_url,
    read_environment,
)

MANUAL = PROJECT_DIR / "docs" / "settings.md"


def variable(name):
    return str(Environment.model_fields[name].validation_alias or f"HEARTH_{name.upper()}")


def shown(name):
    default = Environment.model_fields[name].default
    if name == "home":
        return "`home`"
    if default in ("", None):
        return "—"
    return f"`{str(default).lower() if isinstance(default, bool) else default}`"


def test_the_manual_shows_every_setting_with_its_default_in_both_languages():
    expected = []
    for name, field in Environment.model_fields.items():
        with translation.override("zh-hans"):
            chinese = translation.gettext(field.description)
        assert chinese != field.description
        expected.append((f"`{variable(name)}`", shown(name), field.description, chinese))

    rows = re.findall(
        r"^\| (`\w+`) \| (.+?) \| (.+?) \| (.+?) \|$", MANUAL.read_text("utf-8"), re.M
    )

    assert rows == expected


@pytest.mark.parametrize(
    ("name", "value", "words"),
    [
        ("HEARTH_PORT", "0", "greater than or equal to 1"),
        ("HEARTH_WORKERS", "many", "valid integer"),
        ("HEARTH_TIME_ZONE", "Mars/Base", "write for example Asia/Shanghai"),
        ("HEARTH_LANGUAGE", "fr", "zh-hans|en"),
        ("HEARTH_IDLE_MINUTES", "1", "greater than or equal to 5"),
        ("HEARTH_FONTS", "/no/such/folder", "is not a folder"),
        ("HEARTH_LOG_LEVEL", "LOUD", "DEBUG|INFO"),
        ("DATABASE_URL", "mysql://x/y", "postgres:// or sqlite:///"),
        ("DATABASE_URL", "postgres://host", "names no database"),
    ],
)
def test_a_wrong_setting_is_named_with_how_to_mend_it(monkeypatch, name, value, words):
    monkeypatch.setenv(name, value)

    with pytest.raises(WrongSettings) as wrong:
        read_environment()

    assert f"{name}={value!r}" in str(wrong.value)
    assert words in str(wrong.value)


def test_a_wrong_key_is_named_and_not_repeated(monkeypatch):
    monkeypatch.setenv("HEARTH_DATA_KEY", "c2hvcnQ=")

    with pytest.raises(WrongSettings, match="HEARTH_DATA_KEY=…: is not a key") as wrong:
        read_environment()

    assert "c2hvcnQ" not in str(wrong.value)


def test_all_wrong_settings_are_named_at_once(monkeypatch):
    monkeypatch.setenv("HEARTH_PORT", "x")
    monkeypatch.setenv("HEARTH_LANGUAGE", "x")

    with pytest.raises(WrongSettings) as wrong:
        read_environment()

    assert len(str(wrong.value).splitlines()) == 2


def test_a_home_that_is_a_file_is_refused(monkeypatch, tmp_path):
    (tmp_path / "file").write_text("")
    monkeypatch.setenv("HEARTH_HOME", str(tmp_path / "file"))

    with pytest.raises(WrongSettings, match="is not a folder"):
        read_environment()


def test_the_signing_key_is_made_once_and_readable_by_its_owner_only(monkeypatch, tmp_path):
    monkeypatch.setenv("HEARTH_HOME", str(tmp_path / "new"))
    monkeypatch.setenv("HEARTH_SECRET_KEY", "")
    environment = read_environment()

    first, second = environment.prepared_secret(), environment.prepared_secret()

    assert first == second
    assert len(first) > 40
    assert stat.S_IMODE((tmp_path / "new" / "secret.key").stat().st_mode) == 0o600


def test_a_given_signing_key_is_used_and_not_written(monkeypatch, tmp_path):
    monkeypatch.setenv("HEARTH_HOME", str(tmp_path / "new"))
    monkeypatch.setenv("HEARTH_SECRET_KEY", "given")

    assert read_environment().prepared_secret() == "given"
    assert not (tmp_path / "new").exists()


def test_without_an_address_the_records_lie_in_home():
    database = database_from_url("", Path("/srv/hearth"))

    assert database["NAME"] == "/srv/hearth/hearth.sqlite3"
    assert "synchronous=FULL" in database["OPTIONS"]["init_command"]
    assert database["OPTIONS"]["transaction_mode"] == "IMMEDIATE"


def test_an_address_of_postgresql_is_taken_apart():
    database = database_from_url("postgres://us%40er:p%2Fw@db.test:5433/hearth", Path())

    assert database["ENGINE"].endswith("postgresql")
    assert [database[k] for k in ("NAME", "USER", "PASSWORD", "HOST", "PORT")] == [
        "hearth",
        "us@er",
        "p/w",
        "db.test",
        "5433",
    ]
