"""Signing in by QR code: attendances and persons are counted apart, and nobody is kept."""

from __future__ import annotations

import pytest
from django.db import connection
from django.utils import timezone

from hearth.figures.engine import values
from hearth.kernel.errors import NotAllowed, StaleWrite
from hearth.outreach.models import Activity, SignIn, SignInSheet
from hearth.outreach.services.sign_ins import close_sheet, open_sheet, sign_in
from hearth.platform.audit import System
from hearth.platform.models import AuditEvent
from tests.factories import make_actor, make_tree
from tests.factories_outreach import DAY, make_activity, make_sheet, refused

pytestmark = pytest.mark.django_db
FIGURES = ("sign_ins.attendances", "sign_ins.persons", "sign_ins.others")


def counted(unit, **only):
    """Attendances, different persons and those whom staff counted, on the day."""
    found = values(FIGURES, [unit], DAY, DAY, only)
    return tuple(found[key, unit.pk].number for key in FIGURES)


@pytest.fixture
def outlet():
    return make_tree().east_outlets[0]


@pytest.fixture
def head(outlet):
    return make_actor("outlet_head", unit=outlet)


def came(sheet, visit, **who):
    return sign_in(doer=System(), token=sheet.token, visit=visit, **who)


def sheet_of(outlet, **fields):
    return make_sheet(make_activity(outlet, **fields), now=timezone.now())


def test_attendances_and_persons_are_counted_apart(outlet):
    first, second = sheet_of(outlet), sheet_of(outlet)
    came(first, "a", digits="1234")
    came(first, "b", nickname="小明")
    came(first, "c")
    came(second, "d", digits="1234")
    came(second, "e")

    assert counted(outlet) == (5, 4, 0)
    assert counted(outlet, activity=first.activity_id) == (3, 3, 0)


def test_the_same_page_or_person_is_one_attendance(outlet):
    sheet = sheet_of(outlet)
    first = came(sheet, "a", digits="1234")

    assert came(sheet, "a", digits="9999").pk == first.pk
    assert came(sheet, "b", digits="1234").pk == first.pk
    assert came(sheet, "c", digits="1234", nickname="奶奶").pk != first.pk
    assert SignIn.objects.count() == 2


def test_persons_are_not_recognised_at_another_outlet_or_in_another_year(outlet):
    tree_other = make_activity(outlet.parent)
    for activity in (
        make_activity(outlet),
        make_activity(outlet, on=DAY.replace(year=2022)),
        tree_other,
    ):
        came(make_sheet(activity, now=timezone.now()), "a", digits="1234")

    assert SignIn.objects.values("person_hash").distinct().count() == 3


def test_neither_number_nor_name_is_kept(outlet):
    came(sheet_of(outlet), "a", digits="7391", nickname="张三丰")

    with connection.cursor() as cursor:
        cursor.execute("SELECT * FROM outreach_signin")
        stored = repr(cursor.fetchall())
    assert "张三丰" not in stored
    assert "7391" not in stored.replace(str(SignIn.objects.get().person_hash), "")
    event = AuditEvent.objects.latest("seq")
    assert (event.action, event.data) == ("sign_in.made", {})


@pytest.mark.parametrize(
    ("who", "code"),
    [
        ({"digits": "12"}, "digits_malformed"),
        ({"nickname": "长" * 21}, "nickname_too_long"),
    ],
)
def test_what_cannot_be_read_is_refused(outlet, who, code):
    with refused(code):
        came(sheet_of(outlet), "a", **who)


def test_a_sheet_that_is_over_takes_no_more(outlet):
    sheet = sheet_of(outlet)
    SignInSheet.objects.update(closes_at=timezone.now())
    with refused("sheet_over"):
        came(sheet, "a")


def test_an_activity_taken_back_takes_no_more(outlet):
    sheet = sheet_of(outlet)
    Activity.objects.update(withdrawn_at=timezone.now())
    with refused("sheet_over"):
        came(sheet, "a")


def test_a_flood_is_held_up(outlet, monkeypatch):
    sheet = sheet_of(outlet)
    monkeypatch.setattr("hearth.outreach.services.sign_ins.MOST_A_MINUTE", 2)
    came(sheet, "a")
    came(sheet, "b")
    with refused("too_fast"):
        came(sheet, "c")
    assert came(sheet, "a").visit  # who is in already is still told so

    monkeypatch.setattr("hearth.outreach.services.sign_ins.MOST", 2)
    with refused("sheet_full"):
        came(sheet, "d")


def test_unknown_addresses_open_nothing(outlet):
    with pytest.raises(SignInSheet.DoesNotExist):
        sign_in(doer=System(), token="guess", visit="a")


def test_the_count_goes_into_the_record(outlet, head):
    activity = make_activity(outlet, persons=40)
    sheet = open_sheet(actor=head, activity=activity, version=1)
    assert len(sheet.token) == 43
    came(sheet, "a", digits="1234")
    came(sheet, "b")

    closed = close_sheet(actor=head, activity=activity, version=1, others=5)

    assert (closed.persons, closed.version) == (7, 2)
    assert counted(outlet) == (2, 2, 5)
    data = AuditEvent.objects.latest("seq").data
    assert data == {"signed": 2, "others": 5, "before": 40}
    with refused("sheet_closed"):
        close_sheet(actor=head, activity=activity, version=2, others=0)
    with refused("sheet_over"):
        came(sheet, "c")


def test_a_sheet_opens_anew_with_the_same_address(outlet, head):
    activity = make_activity(outlet)
    sheet = open_sheet(actor=head, activity=activity, version=1)
    SignInSheet.objects.update(closes_at=timezone.now())

    again = open_sheet(actor=head, activity=activity, version=1)

    assert (again.pk, again.token) == (sheet.pk, sheet.token)
    assert came(again, "a").pk


def test_what_closing_refuses(outlet, head):
    activity = make_activity(outlet)
    with refused("no_sheet"):
        close_sheet(actor=head, activity=activity, version=1, others=0)
    open_sheet(actor=head, activity=activity, version=1)
    with refused("others_out_of_range"):
        close_sheet(actor=head, activity=activity, version=1, others=-1)
    with pytest.raises(StaleWrite):
        close_sheet(actor=head, activity=activity, version=2, others=0)


def test_a_confirmed_count_stands(outlet, head):
    activity = make_activity(outlet, confirmed_version=1)
    with refused("confirmed"):
        open_sheet(actor=head, activity=activity, version=1)


def test_sheets_are_opened_by_those_who_record(outlet):
    reader = make_actor("staff", unit=outlet)
    with pytest.raises(NotAllowed):
        open_sheet(actor=reader, activity=make_activity(outlet), version=1)


def test_counts_follow_kind_place_and_activity(outlet):
    came(sheet_of(outlet), "a")

    assert counted(outlet)[0] == counted(outlet.parent)[0] == 1
    assert counted(outlet, kind="lecture")[0] == 1
    assert counted(outlet, kind="training")[0] == 0
    assert counted(outlet, activity=make_activity(outlet).pk)[0] == 0
