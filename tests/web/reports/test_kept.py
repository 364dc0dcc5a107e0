"""Kept reports: the list, the page, the files."""

from __future__ import annotations

import re

import pytest
from django.urls import reverse

from hearth.bulletins.models import Report
from hearth.bulletins.reports.services import keep_report
from tests.bulletins.reports import DAY, asked, recorded, template, writer
from tests.factories import client_as
from tests.factories_premises import make_order, make_sign

pytestmark = pytest.mark.django_db


@pytest.fixture
def tree():
    return recorded()


@pytest.fixture
def report(tree):
    return keep_report(actor=writer(), asked=asked(tree.east), version=template())


def address(report, name="read"):
    return reverse(f"reports:{name}", args=[report.pk])


def test_a_kept_report_reads_as_it_was_kept(tree, report):
    outlet = tree.east_outlets[2]
    make_order(outlet, sign=make_sign(outlet), opened_on=DAY, done_on=DAY)

    text = client_as("staff", unit=tree.east).get(address(report)).content.decode()

    assert "维修标牌<a" in re.sub(r"\s+", "", text)
    assert re.search(r'class="opens"[^>]*>2</a>', text)
    assert report.content_hash in text
    assert "校验码不符" not in text


def test_what_was_altered_says_so(tree, report):
    Report.objects.filter(pk=report.pk).update(title="全部达标")

    text = client_as("staff", unit=tree.east).get(address(report)).content.decode()

    assert "校验码不符" in text


def test_a_later_report_of_the_day_is_pointed_at(tree, report):
    outlet = tree.east_outlets[2]
    make_order(outlet, sign=make_sign(outlet), opened_on=DAY, done_on=DAY)
    later = keep_report(actor=writer(), asked=asked(tree.east), version=report.version)
    client = client_as("staff", unit=tree.east)

    assert client.get(address(report)).context["later"] == later
    response = client.get(address(later))
    assert response.context["later"] is None
    assert response.context["others"] == [report]


def test_the_files_bear_the_hash_and_are_the_same_each_time(tree, report):
    client = client_as("staff", unit=tree.east)

    for name in ("kept-pdf", "kept-docx"):
        first, again = (client.get(address(report, name), {"text": "en"}) for _time in range(2))
        assert first.status_code == 200
        assert first.content == again.content
        kind = name.removeprefix("kept-")
        assert f"report-E-2021-06-22-{report.pk}-en.{kind}" in first["Content-Disposition"]


def test_who_sees_it(tree, report):
    for name in ("read", "kept-pdf", "kept-docx"):
        assert client_as("staff", unit=tree.west).get(address(report, name)).status_code == 404
        assert client_as("inspector", unit=tree.east).get(address(report, name)).status_code == 403


@pytest.mark.parametrize(
    ("find", "found"), [("", 1), ("东城", 1), ("progress", 1), ("E", 1), ("西", 0)]
)
def test_the_list_is_searched(tree, report, find, found):
    client = client_as("programme_manager", unit=tree.province)

    response = client.get(reverse("reports:list"), {"q": find})

    assert response.context["page_obj"].paginator.count == found
    assert (address(report) in response.content.decode()) == bool(found)


def test_the_list_holds_what_the_reader_sees(tree, report):
    west = client_as("branch_manager", unit=tree.west).get(reverse("reports:list"))

    assert west.context["page_obj"].paginator.count == 0
    assert reverse("reports:compose") in west.content.decode()


def test_the_list_asks_no_more_for_many(tree, report, django_assert_max_num_queries):
    client = client_as("programme_manager", unit=tree.province)
    client.get(reverse("reports:list"))
    with django_assert_max_num_queries(40) as few:
        client.get(reverse("reports:list"))
    for unit in (*tree.outlets, tree.west, tree.province):
        keep_report(actor=writer(), asked=asked(unit), version=report.version)

    with django_assert_max_num_queries(len(few)):
        client.get(reverse("reports:list"))
