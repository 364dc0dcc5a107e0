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
        ("HEARTH_PORT", "0", "须为 1 至 65535 的整数"),
        ("HEARTH_WORKERS", "many", "须为 1 至 64 的整数"),
        ("HEARTH_HTTPS", "maybe", "须为 true 或 false"),
        ("HEARTH_MQTT_CLIENT", "x" * 65, "长度须为 1 至 64 个字符"),
        ("HEARTH_MQTT_URL", "http://x", "须写成 mqtt://"),
        ("HEARTH_TIME_ZONE", "Mars/Base", "请写成 Asia/Shanghai"),
        ("HEARTH_LANGUAGE", "fr", "zh-hans, en"),
        ("HEARTH_IDLE_MINUTES", "1", "须为 5 至 480 的整数"),
        ("HEARTH_FONTS", "/no/such/folder", "不是文件夹"),
        ("HEARTH_LOG_LEVEL", "LOUD", "DEBUG, INFO"),
        ("DATABASE_URL", "mysql://x/y", "须以 postgres:// 或 sqlite:/// 开头"),
        ("DATABASE_URL", "postgres://host", "缺少数据库名"),
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

    with pytest.raises(WrongSettings, match="HEARTH_DATA_KEY=…: 不是有效密钥") as wrong:
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

    with pytest.raises(WrongSettings, match="不是文件夹"):
        read_environment()


def test_what_is_wrong_is_said_in_english_where_that_is_the_first_language(monkeypatch):
    monkeypatch.setenv("HEARTH_LANGUAGE", "en")
    monkeypatch.setenv("HEARTH_PORT", "99999")

    with pytest.raises(WrongSettings, match="must be a whole number from 1 to 65535"):
        read_environment()


def test_the_password_of_a_wrong_address_is_not_repeated(monkeypatch):
    monkeypatch.setenv("DATABASE_URL", "postgres://hearth:hunter2@db.example")

    with pytest.raises(WrongSettings, match=r"postgres://hearth:…@db\.example") as wrong:
        read_environment()

    assert "hunter2" not in str(wrong.value)


def test_a_home_that_cannot_be_made_is_named(monkeypatch, tmp_path):
    (tmp_path / "file").write_text("")
    monkeypatch.setenv("HEARTH_HOME", str(tmp_path / "file" / "below"))
    monkeypatch.setenv("HEARTH_SECRET_KEY", "")

    with pytest.raises(WrongSettings, match=r"HEARTH_HOME=.*无法创建或读写"):
        read_environment().prepared_secret()


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
