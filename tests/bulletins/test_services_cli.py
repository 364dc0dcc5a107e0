"""``hearth bulletin``: the same steps from the command line, by two operators."""

from __future__ import annotations

import pytest

from hearth.bulletins.models import Bulletin
from hearth.config.cli.frame import run
from tests.bulletins.quarters import closed_quarter

pytestmark = pytest.mark.django_db


def hearth(*words: str, by: str = "ann") -> int:
    return run(["--operator", by, "bulletin", *words])


def test_a_bulletin_from_draft_to_file_and_revision(capsys, tmp_path):
    closed_quarter()

    assert hearth("draft", "2021Q2", "--named-examples") == 0
    assert hearth("recompose", "2021Q2") == 0
    assert hearth("propose", "2021Q2") == 0
    assert hearth("approve", "2021Q2", by="bob") == 0
    assert hearth("publish", "2021Q2") == 0
    bulletin = Bulletin.objects.get()
    assert bulletin.content_hash in capsys.readouterr().out

    for kind, begins in (("pdf", b"%PDF-"), ("docx", b"PK")):
        target = tmp_path / f"out.{kind}"
        assert hearth(kind, "2021Q2", "-o", str(target), "--language", "en") == 0
        assert target.read_bytes().startswith(begins)

    assert hearth("revise", "2021Q2", "--reason", "改错字") == 0
    assert Bulletin.objects.get(revision=2).reason == "改错字"


def test_the_second_person_is_another_operator(capsys):
    closed_quarter()
    hearth("draft", "2021Q2")
    hearth("propose", "2021Q2")

    assert hearth("approve", "2021Q2") == 1
    assert "须由他人批准" in capsys.readouterr().err


def test_a_period_without_a_bulletin_says_how_to_make_one(capsys):
    assert hearth("pdf", "2021Q2") == 1
    assert "hearth bulletin draft 2021Q2" in capsys.readouterr().err


def test_without_a_name_the_file_says_what_it_is(capsys, tmp_path, monkeypatch):
    closed_quarter()
    hearth("draft", "2021Q2")
    monkeypatch.chdir(tmp_path)

    assert hearth("docx", "2021Q2") == 0
    assert (tmp_path / "bulletin-2021Q2-draft-zh.docx").exists()
