"""The command line: exit statuses, who is named in the trail, and what goes where."""

from __future__ import annotations

import argparse
import importlib
import io
import re
import time
from datetime import timedelta

import pytest
from django.db import OperationalError
from django.utils import timezone

from hearth.config.cli import frame
from hearth.kernel.errors import RuleViolation
from hearth.network.models import Unit, User
from hearth.platform import audit, health, reaching
from hearth.platform.models import AuditEvent, Job
from hearth.scoring.models import Closing
from tests.bulletins.quarters import closed_quarter
from tests.factories import make_actor, make_tree, make_user
from tests.factories_scoring import close, make_policy, make_proposal, results

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def english(settings, tmp_path, monkeypatch):
    """In English, over a HEARTH_HOME of the test's own, without touching the process for good."""
    monkeypatch.setenv("LANGUAGE", "")
    settings.LANGUAGE_CODE = "en"
    settings.HEARTH_HOME = tmp_path / "home"
    settings.HEARTH_FILES = settings.HEARTH_HOME / "files"
    settings.HEARTH_HOME.mkdir()
    return settings


@pytest.fixture
def hearth(capsys):
    """``hearth("user", …)``: exit status, standard output and standard error."""

    def call(*argv):
        status: object
        try:
            status = frame.run([str(word) for word in argv])
        except SystemExit as stop:
            status = stop.code
        told = capsys.readouterr()
        return status, told.out, told.err

    return call


# --- usage ----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "argv",
    [
        [],
        ["no-such-command"],
        ["user"],
        ["user", "create"],
        ["user", "create", "li"],
        ["user", "create", "li", "--name", "L", "--role", "boss", "--unit", "P"],
        ["serve", "--port", "high"],
        ["restore"],
        ["audit"],
        ["backup", "a", "b"],
    ],
)
def test_wrong_usage_ends_with_2(hearth, argv):
    status, out, err = hearth(*argv)

    assert (status, out) == (2, "")
    assert err.startswith("usage: hearth")


def test_help_speaks_the_language_of_the_settings(hearth, settings):
    settings.LANGUAGE_CODE = "zh-hans"

    status, out, _err = hearth("backup", "--help")
    wrong_status, _out, wrong = hearth("restore")

    assert status == 0
    assert out.startswith("用法： hearth backup")
    assert "显示本帮助并退出" in out
    assert wrong_status == 2
    assert "缺少必需的参数" in wrong


def test_every_command_is_known_to_the_frame_by_its_topic():
    for topic, names in frame.TOPICS.items():
        commands = argparse.ArgumentParser().add_subparsers()
        importlib.import_module(f"hearth.config.cli.{topic}").register(commands)
        assert set(commands.choices) == names, topic


def test_without_a_known_command_all_are_offered(hearth):
    _status, out, _err = hearth("--help")

    for name in set().union(*frame.TOPICS.values()):
        assert re.search(rf"^    {name}\b", out, re.M), name


def test_the_version_is_told(hearth):
    assert hearth("--version")[:2] == (0, "hearth source\n") or hearth("--version")[1]


# --- refusals -------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("error", "words"),
    [
        (RuleViolation("no", "It is not allowed."), "It is not allowed.\n"),
        (RuleViolation("no", "x", reasons=["First.", "Second."]), "First.\nSecond.\n"),
        (Unit.DoesNotExist(), "There is no such record: Unit.\n"),
        (FileNotFoundError(2, "No such file or directory", "a.csv"), "a.csv: No such file"),
        (KeyboardInterrupt(), "Stopped by you.\n"),
        (OperationalError("no such table: x"), "hearth migrate"),
    ],
)
def test_a_refusal_ends_with_1_and_its_reasons_on_standard_error(hearth, monkeypatch, error, words):
    def fails(args):
        raise error

    monkeypatch.setattr("hearth.config.cli.upkeep.doctor", fails)

    status, out, err = hearth("doctor")

    assert (status, out) == (1, "")
    assert words in err


@pytest.mark.parametrize(
    "argv",
    [
        ["figures", "--as-of", "2021-06-30"],
        ["trace", "inspections", "--as-of", "2021-06-30"],
        ["report", "--as-of", "2021-06-30"],
    ],
)
def test_without_units_or_with_a_wrong_code_it_says_what_to_do(hearth, argv):
    assert hearth(*argv)[2] == (
        "There are no units yet. Import them first: hearth import units FILE\n"
    )
    make_tree()
    assert hearth(*argv, "--unit", "NOPE")[2] == "There is no unit with the code NOPE.\n"


def test_a_fault_of_ours_is_not_hidden(hearth, monkeypatch):
    def fails(args):
        raise ZeroDivisionError

    monkeypatch.setattr("hearth.config.cli.upkeep.doctor", fails)

    with pytest.raises(ZeroDivisionError):
        hearth("doctor")


# --- accounts -------------------------------------------------------------------------------------


def test_an_account_is_made_with_its_role_and_only_the_password_is_printed(hearth):
    make_tree()

    status, out, err = hearth(
        "--operator", "wang", "user", "create", "Feng.Xue", "--name", "冯雪",
        "--role", "security_admin", "--unit", "P",
    )  # fmt: skip

    user = User.objects.get(username="feng.xue")
    assert status == 0
    assert user.check_password(out.strip())
    assert out.count("\n") == 1
    assert "shown once" in err
    assert user.must_change_password
    assert [g.role for g in user.grants.all()] == ["security_admin"]
    events = AuditEvent.objects.order_by("seq")
    assert [(e.action, e.actor_name) for e in events] == [
        ("account.created", "wang"),
        ("grant.given", "wang"),
    ]


@pytest.mark.parametrize(
    "more",
    [
        ["--role", "auditor"],
        ["--unit", "P"],
        ["--role", "auditor", "--unit", "nowhere"],
        ["--staff-no", "nobody"],
    ],
)
def test_an_account_that_cannot_be_whole_is_not_made(hearth, more):
    make_tree()

    status, out, err = hearth("user", "create", "li", "--name", "李红", *more)

    assert (status, out) == (1, "")
    assert err.count("\n") == 1
    assert not User.objects.filter(username="li").exists()
    assert not AuditEvent.objects.exists()


def test_a_new_password_is_printed_for_a_known_account_only(hearth):
    user = make_user(username="li")

    status, out, _err = hearth("user", "password", "LI")
    unknown, _out, err = hearth("user", "password", "nobody")

    user.refresh_from_db()
    assert status == 0
    assert user.check_password(out.strip())
    assert unknown == 1
    assert "nobody" in err


def test_the_operator_is_one_account_that_cannot_sign_in(hearth):
    make_user(username="li")
    hearth("--operator", "wang", "user", "password", "li")
    hearth("--operator", "wang", "user", "password", "li")

    operator = User.objects.get(username="cli:wang")
    assert operator.is_operator
    assert not operator.is_active
    assert not operator.has_usable_password()


# --- keeping the house ----------------------------------------------------------------------------


def record(times=3):
    for _time in range(times):
        audit.record_read(make_actor("staff"), "thing.done")


def test_a_whole_trail_is_said_to_be_whole(hearth):
    record()

    status, out, err = hearth("audit", "verify")

    assert (status, err) == (0, "")
    assert out == f"3 events, nothing altered. Head: {audit.head()[1]}\n"


def test_each_altered_event_is_named_on_standard_error(hearth):
    record(5)
    AuditEvent.objects.filter(seq=2).update(actor_name="Nobody")
    AuditEvent.objects.filter(seq=5).delete()

    status, out, err = hearth("audit", "verify")

    assert (status, out) == (1, "")
    assert err.splitlines() == [
        "event 2 was changed",
        "event 4 is not the head: the end was cut or rewritten",
    ]


@pytest.mark.django_db(transaction=True)
def test_a_backup_is_written_where_one_says_or_into_home(hearth, settings, tmp_path):
    record()
    target = tmp_path / "one.tar"

    status, out, _err = hearth("--operator", "wang", "backup", target)
    _status, second, _err = hearth("backup")
    again, _out, refused = hearth("backup", target)

    assert status == 0
    assert str(target) in out
    assert target.exists()
    kept = list((settings.HEARTH_HOME / "backups").glob("hearth-*.tar"))
    assert len(kept) == 1
    assert str(kept[0]) in second
    assert again == 1
    assert "is there already" in refused
    event = AuditEvent.objects.filter(action="system.backed_up").first()
    assert (event.actor_name, event.data["file"]) == ("wang", "one.tar")
    assert health.last_backup().data["file"] == kept[0].name


@pytest.mark.django_db(transaction=True)
def test_restoring_over_records_needs_force(hearth, tmp_path):
    record()
    hearth("backup", tmp_path / "one.tar")

    status, out, err = hearth("restore", tmp_path / "one.tar")
    missing, _out, no_file = hearth("restore", tmp_path / "none.tar")

    assert (status, out) == (1, "")
    assert "--force" in err
    assert missing == 1
    assert "none.tar" in no_file


def test_the_doctor_says_of_everything_how_it_is(hearth, settings):
    record()

    status, out, _err = hearth("doctor")

    names = re.findall(r"^(?:OK|LOOK)\t([^:]+):", out, re.M)
    assert status == 0, out
    assert names[:3] == ["Settings", "Database", "Tables"]
    assert "Evidence files" in names


def test_the_doctor_ends_with_1_and_says_what_to_do(hearth):
    job = Job.objects.create(uuid="0" * 32, kind="x")
    Job.objects.filter(pk=job.pk).update(created_at=timezone.now() - timedelta(minutes=6))

    status, out, _err = hearth("doctor")

    assert status == 1
    assert re.search(r"^WRONG\tBackground jobs: .*\n\tStart a worker", out, re.M)


AWAY = reaching.Away("PostgreSQL does not answer at db:5432", "Start the database")


@pytest.mark.parametrize("argv", [["serve"], ["worker"], ["migrate"], ["user", "password", "li"]])
def test_without_a_database_every_command_says_so_and_how_to_mend_it(hearth, monkeypatch, argv):
    monkeypatch.setattr(reaching, "away", lambda: AWAY)

    status, out, err = hearth(*argv)

    assert (status, out) == (1, "")
    assert err.splitlines() == [AWAY.finding, AWAY.advice]


def test_without_a_database_the_doctor_says_so_among_the_rest(hearth, monkeypatch):
    monkeypatch.setattr(reaching, "away", lambda: AWAY)
    monkeypatch.setattr(health, "away", lambda: AWAY)

    status, out, err = hearth("doctor")

    assert (status, err) == (1, "")
    assert out.splitlines()[-2:] == [f"WRONG\tDatabase: {AWAY.finding}", f"\t{AWAY.advice}"]


def test_a_database_that_goes_away_meanwhile_is_told_as_one_that_was_never_there(
    hearth, monkeypatch
):
    def fails(args):
        monkeypatch.setattr(frame, "away", lambda: AWAY)
        raise OperationalError("server closed the connection unexpectedly")

    monkeypatch.setattr("hearth.config.cli.accounts.password", fails)

    status, _out, err = hearth("user", "password", "li")

    assert (status, err.splitlines()) == (1, [AWAY.finding, AWAY.advice])


# --- progress -------------------------------------------------------------------------------------


class Terminal(io.StringIO):
    def isatty(self):
        return True


def test_progress_on_a_terminal_rewrites_one_line_and_ends_it(monkeypatch):
    clock = iter(range(100))
    monkeypatch.setattr(time, "monotonic", lambda: float(next(clock)))
    out = Terminal()
    progress = frame.Progress("import", out)

    for done in (10, 20, 40):
        progress(done, 40, "rows")

    lines = out.getvalue().split("\r\x1b[K")[1:]
    assert lines[0].startswith("import rows 25% (10 of 40), ")
    assert lines[1].endswith("10 a second, 0:02 left")
    assert lines[2].endswith("0:00 left\n")


def test_progress_begins_anew_with_the_next_sheet_and_says_its_end_once(monkeypatch):
    clock = iter(range(100))
    monkeypatch.setattr(time, "monotonic", lambda: float(next(clock)))
    out = Terminal()
    progress = frame.Progress("import", out)

    for done in (50, 100, 100, 30, 60):
        progress(done, 100)

    lines = out.getvalue().split("\r\x1b[K")[1:]
    assert [line.split("%")[0] for line in lines] == [f"import {n}" for n in (50, 100, 30, 60)]
    assert "15 a second" in lines[2]


def test_progress_into_a_file_is_a_line_now_and_then(monkeypatch):
    clock = iter(range(0, 1000, 4))
    monkeypatch.setattr(time, "monotonic", lambda: float(next(clock)))
    out = io.StringIO()
    progress = frame.Progress(stream=out)

    for done in range(1, 10):
        progress(done, 0)

    assert out.getvalue().count("\n") == 3
    assert "\r" not in out.getvalue()
    assert "done, " in out.getvalue()


@pytest.mark.parametrize(
    ("seconds", "words"), [(0, "0:00"), (59.2, "1:00"), (61, "1:01"), (3661, "1:01:01")]
)
def test_a_duration_is_read_at_a_glance(seconds, words):
    assert frame.duration(seconds) == words


# --- adjustments and closings ---------------------------------------------------------------------


def test_a_closing_counts_what_the_operator_imported_and_tells_what_waits(hearth, tmp_path):
    """Scripts import and close; what people propose on pages waits for another person."""
    tree, _closing = closed_quarter()
    make_policy(weights={"video": 100})
    before = results(close("2021Q2"))["E1"].score_centi
    make_proposal(tree.outlets[1], "veto")
    file = tmp_path / "adjustments.csv"
    head = "unit,period,kind,points,reason,evidence,decided_on\n"
    file.write_text(f"{head}E1,2021Q2,deduction,2,投诉属实,,2021-06-02\n", "utf-8")

    imported = hearth("import", "adjustments", file)
    status, out, err = hearth("close", "2021Q2")

    assert imported[0] == status == 0
    assert "revision 3" in out
    assert err == "1 proposed adjustment waits for approval and did not count.\n"
    found = results(Closing.objects.get(period="2021Q2", is_current=True))
    assert found["E1"].score_centi == before - 200
    assert found["E2"].trace["veto_cap"] is None
    told = AuditEvent.objects.filter(action="adjustment.recorded").order_by("seq").last()
    assert told.data["at_once"] is True
    assert told.actor_name
