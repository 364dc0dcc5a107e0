"""``hearth report``: printed, written as a file, kept."""

from __future__ import annotations

import json

import pytest

from hearth.bulletins.models import Report
from hearth.config.cli.frame import run
from tests.bulletins.reports import recorded, template

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def tree():
    template()
    return recorded()


def hearth(*words: str) -> int:
    asked = ["--as-of", "2021-06-22", "--before", "2021-06-15", "--template", "progress"]
    return run(["--operator", "ann", "report", *asked, *words])


def test_it_is_printed(capsys):
    assert hearth() == 0
    assert capsys.readouterr().out.splitlines() == [
        "示范省分行工作进展（截至2021年6月22日）",
        "维修标牌3块，增加1块。",
        "一、服务升温",
        "上门服务2次，此前1次。",
    ]


def test_it_is_printed_for_a_script(capsys):
    assert hearth("--unit", "W", "--language", "en", "--format", "json") == 0

    said = json.loads(capsys.readouterr().out)
    assert said["title"] == "Progress of 西城分行 to 22 June 2021"
    assert said["lines"] == ["Signs repaired: 1, 1 more."]
    assert said["figures"]["signs.repaired"]["then"]["records"] == 0


@pytest.mark.parametrize(("kind", "begins"), [("pdf", b"%PDF-"), ("docx", b"PK")])
def test_it_is_written_as_a_file(kind, begins, capsys, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)

    assert hearth("--unit", "E", "--format", kind, "--base-url", "https://hearth.example") == 0

    target = tmp_path / f"report-E-2021-06-22-draft-zh.{kind}"
    assert target.read_bytes().startswith(begins)
    assert str(target.name) in capsys.readouterr().out


def test_it_is_kept(capsys, tmp_path):
    target = tmp_path / "kept.txt"

    assert hearth("--keep", "-o", str(target)) == 0

    report = Report.objects.get()
    assert report.content_hash in capsys.readouterr().err
    assert target.read_text(encoding="utf-8").startswith(report.title)


@pytest.mark.parametrize(
    "words", [["--before", "2021-07-01"], ["--template", "none"], ["--unit", "NOWHERE"]]
)
def test_what_cannot_be_is_refused(words, capsys):
    assert hearth(*words) == 1
    assert capsys.readouterr().err
