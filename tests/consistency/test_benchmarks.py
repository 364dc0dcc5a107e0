"""What every measurement begins with."""

from __future__ import annotations

import pytest

from benchmarks.frame import prepare
from hearth.platform import secrets


@pytest.mark.django_db
def test_a_home_for_measuring_can_keep_personal_data(settings, tmp_path, monkeypatch):
    monkeypatch.setenv("HEARTH_HOME", "elsewhere")  # put back afterwards
    settings.HEARTH_DATA_KEY = ""
    settings.HEARTH_DATA_KEY_FILE = tmp_path / "data.key"

    assert prepare(str(tmp_path)) == tmp_path

    assert secrets.open_text(secrets.seal_text("13800001234", "here"), "here") == "13800001234"
