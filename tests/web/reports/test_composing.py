"""The page of a report, its files, and keeping it."""

from __future__ import annotations

import re
from datetime import date

import pytest
from django.urls import reverse
from pypdf import PdfReader

from hearth.bulletins.models import Report
from hearth.platform import audit
from hearth.platform.models import AuditEvent
from hearth.premises.models import Sign
from hearth.web.reports.composed import MOVES
from tests.bulletins.reports import DAY, recorded, template
from tests.factories import client_as, make_actor, make_user
from tests.factories_outreach import make_activity
from tests.factories_premises import make_order, make_sign

pytestmark = pytest.mark.django_db
OPENS = re.compile(r'<a class="opens" href="([^"]+)">([^<]+)</a>')
ASKED = {"as_of": "2021-06-22", "earlier": "2021-06-15", "template": "progress"}


@pytest.fixture
def tree(time_machine):
    time_machine.move_to("2021-06-30T12:00:00+08:00")
    template()
    return recorded()


def page(client, name="compose", **asked):
    return client.get(reverse(f"reports:{name}"), ASKED | asked)


# --- the page -----------------------------------------------------------------------------------


def test_the_report_is_on_the_page_and_each_number_opens_what_it_says(tree):
    client = client_as("programme_manager", unit=tree.province)

    response = page(client, unit="P")

    text = response.content.decode()
    assert "示范省分行工作进展（截至2021年6月22日）" in text
    assert "一、服务升温" in text
    links = OPENS.findall(text)
    assert len(links) >= 7  # four in the text and a table
    for url, number in links:
        opened = client.get(url.replace("&amp;", "&")).context["value"].number
        assert opened == int(number) or (opened, number) == (3, "1")  # the difference


def test_without_an_address_it_is_the_shipped_report_of_today_against_last_year(tree):
    client = client_as("branch_manager", unit=tree.east)
    for sign in Sign.objects.filter(unit__in=tree.east_outlets):
        day = date(2020, 3, 1)
        make_order(sign.unit, sign=sign, opened_on=day, done_on=day)
    make_activity(tree.east_outlets[0], "home_visit", on=date(2020, 3, 1))

    response = client.get(reverse("reports:compose"))

    asked = response.context["asked"]
    assert response.status_code == 200
    assert (asked.unit, asked.as_of.isoformat()) == (tree.east, "2021-06-30")
    assert asked.earlier.isoformat() == "2020-06-30"
    assert response.context["version"].template.code == "programme"
    assert "东城分行服务升温工程进展情况" in response.content.decode()


def test_before_the_records_began_nothing_is_compared_and_the_page_says_so(tree):
    client = client_as("branch_manager", unit=tree.east)
    asked = {"as_of": "2021-02-20", "template": "progress", "text": "en"}

    response = client.get(reverse("reports:compose"), asked)

    assert response.context["asked"].earlier is None
    assert response.context["form"]["earlier"].value() == ""
    assert "此前记录过少" in response.content.decode()
    later = client.get(reverse("reports:compose"), asked | {"as_of": "2021-06-22"})
    assert later.context["asked"].earlier.isoformat() == "2021-03-22"
    assert "此前记录过少" not in later.content.decode()


def test_no_earlier_day_may_be_asked_for(tree):
    response = page(client_as("staff", unit=tree.east), earlier="")

    assert response.context["asked"].earlier is None
    assert "未选对比日期" in response.content.decode()


def test_it_is_read_in_english(tree):
    response = page(client_as("staff", unit=tree.east), text="en")

    assert "Progress of 东城分行 to 22 June 2021" in response.content.decode()
    assert 'lang="en"' in response.content.decode()


@pytest.mark.parametrize(
    "asked",
    [
        {"as_of": "yesterday"},
        {"as_of": "2021-07-01"},
        {"earlier": "2021-06-22"},
        {"since": "2021-06-23"},
        {"template": "nothing"},
    ],
)
def test_a_question_that_makes_no_sense_is_answered_with_why(tree, asked):
    client = client_as("programme_manager", unit=tree.province)

    for name in ("compose", "pdf", "docx"):
        response = page(client, name, **asked)
        assert response.status_code == 422
        assert 'role="alert"' in response.content.decode()


def test_who_sees_what(tree):
    east = client_as("branch_manager", unit=tree.east)

    assert page(east, unit="E1").status_code == 200
    assert page(east, unit="W").status_code == 404
    assert page(east, unit="P").status_code == 404
    assert page(client_as("inspector", unit=tree.east)).status_code == 403


def test_a_number_whose_rows_may_not_be_read_leads_nowhere(tree):
    zh = "# 标题\n基础运营人员{tests.coverage}，网点{outlets}家"
    template("people", zh=zh, en="# T\n{tests.coverage} {outlets}")

    for role, keys in (("staff", {"outlets"}), ("branch_manager", {"outlets", "tests.coverage"})):
        page_ = page(client_as(role, unit=tree.east), unit="E", template="people")
        opened = {url.split("/")[2] for url, _number in OPENS.findall(page_.content.decode())}
        assert opened <= keys
        assert "outlets" in opened


def test_more_records_ask_no_more(tree, django_assert_max_num_queries):
    client = client_as("programme_manager", unit=tree.province)
    page(client, unit="P")
    with django_assert_max_num_queries(200) as few:
        page(client, unit="P", template="programme")
    for number in range(25):
        outlet = tree.outlets[number % 5]
        make_order(outlet, sign=make_sign(outlet), opened_on=DAY, done_on=DAY)
        make_activity(outlet, "home_visit", on=DAY)

    with django_assert_max_num_queries(len(few)):
        page(client, unit="P", template="programme")
    assert len(few) <= 60


def test_it_is_composed_once_until_something_may_move_it(tree, django_assert_max_num_queries):
    client, actor = client_as("programme_manager", unit=tree.province), make_actor("staff")
    page(client, unit="P", template="programme")
    with django_assert_max_num_queries(20):
        assert page(client, unit="P", template="programme").context["shown"].figures > 30

    outlet = tree.outlets[0]
    make_order(outlet, sign=make_sign(outlet), opened_on=DAY, done_on=DAY)
    audit.record(actor, "order.finished")

    text = page(client, unit="P").content.decode()
    assert "增加<a" in re.sub(r"\s+", "", text)
    assert re.search(r'class="opens"[^>]*>4</a>', text)


def test_what_moves_a_figure_is_told_from_what_does_not():
    moving = {"record.added", "order.finished", "visit.counted", "inspection.released"}
    moving |= {"rectification.closed", "target.set", "unit.moved", "period.closed"}

    assert moving <= set(MOVES)
    assert not {"account.signed_in", "report.kept", "audit.read"} & set(MOVES)


# --- the files ------------------------------------------------------------------------------------


def test_the_files_of_a_report_that_is_not_kept_are_drafts(tree, tmp_path):
    client = client_as("staff", unit=tree.east)

    pdf, docx = (page(client, kind, unit="E") for kind in ("pdf", "docx"))

    assert pdf["Content-Type"] == "application/pdf"
    assert "report-E-2021-06-22-draft-zh.pdf" in pdf["Content-Disposition"]
    assert docx.content[:2] == b"PK"
    target = tmp_path / "report.pdf"
    target.write_bytes(pdf.content)
    reader = PdfReader(target)
    text = "".join(one.extract_text() for one in reader.pages)
    assert "工作进展" in text.replace("\n", "")
    assert "DRAFT" in text
    links = [
        note.get_object()["/A"]["/URI"]
        for one in reader.pages
        for note in one.get("/Annots", [])
        if "/A" in note.get_object()
    ]
    assert any("/figures/signs.repaired/?unit=E&as_of=2021-06-22" in link for link in links)


# --- keeping --------------------------------------------------------------------------------------


def keep(client, **asked):
    return client.post(reverse("reports:keep"), ASKED | asked)


def test_keeping_leads_to_what_was_kept(tree):
    client = client_as("branch_manager", unit=tree.east)

    response = keep(client, unit="E")

    report = Report.objects.get()
    assert response.url == reverse("reports:read", args=[report.pk])
    assert (report.unit, report.as_of) == (tree.east, DAY)
    assert AuditEvent.objects.filter(action="report.kept").count() == 1
    assert "已存档" in client.get(response.url).content.decode()


def test_keeping_is_refused_with_the_reason(tree):
    client = client_as("branch_manager", unit=tree.east)

    assert keep(client, unit="E", as_of="2021-07-05").status_code == 422
    assert keep(client, unit="E", template="nothing").status_code == 422
    assert keep(client, unit="W").status_code == 404
    assert keep(client_as("staff", unit=tree.east), unit="E").status_code == 403
    assert not Report.objects.exists()


def test_the_button_is_there_for_those_who_may(tree):
    address = reverse("reports:keep")

    assert address in page(client_as("branch_manager", unit=tree.east)).content.decode()
    assert address not in page(client_as("staff", unit=tree.east)).content.decode()


def test_the_menu_leads_there(tree):
    client = client_as(make_user("staff", unit=tree.east))

    assert f'href="{reverse("reports:compose")}"' in client.get("/").content.decode()
