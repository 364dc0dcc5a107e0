"""The list, the web version and the files: who sees what, and at what cost."""

from __future__ import annotations

import re

import pytest
from django.urls import reverse

from hearth.bulletins import services
from hearth.bulletins.models import Bulletin
from hearth.kernel.periods import Period
from hearth.network.models import Unit
from hearth.scoring.models import Closing, Result
from tests.bulletins.quarters import QUARTER, closed_quarter, drafted, published, writer
from tests.factories import client_as, make_unit

pytestmark = pytest.mark.django_db
NUMBER = re.compile(r'<a class="opens" href="([^"]+)">([^<]+)</a>')


def address(bulletin: Bulletin, page: str = "read") -> str:
    return reverse(f"bulletins:{page}", args=[bulletin.pk])


# --- the list -------------------------------------------------------------------------------------


def test_the_list_says_what_is_there_and_what_is_missing():
    closed_quarter(before=True)
    published()

    page = client_as("programme_manager").get(reverse("bulletins:list")).content.decode()

    assert "关于2021年第二季度" in page
    assert reverse("bulletins:create", args=["2021Q1"]) in page


def test_readers_see_published_ones_only():
    closed_quarter(before=True)
    published()
    services.draft_bulletin(actor=writer(), period=Period.parse("2021Q1"))

    page = client_as("staff").get(reverse("bulletins:list")).content.decode()

    assert "2021Q2" in page
    assert "2021Q1" not in page


def test_an_empty_list_says_what_to_do_next():
    closed_quarter()

    assert reverse("scoring:period-list") in (
        client_as("programme_manager").get(reverse("bulletins:list")).content.decode()
    )
    assert "通报印发后会显示在这里" in (
        client_as("staff").get(reverse("bulletins:list")).content.decode()
    )


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ({"q": "第二季度"}, 1),
        ({"q": "2021Q2"}, 1),
        ({"q": "quarter"}, 1),
        ({"q": "2020"}, 0),
        ({"status": "draft"}, 1),
        ({"status": "published"}, 0),
        ({"status": "nonsense"}, 1),
    ],
)
def test_the_list_is_searched_and_filtered(query, found):
    closed_quarter()
    drafted()

    page = client_as("programme_manager").get(reverse("bulletins:list"), query).context["page_obj"]

    assert page.paginator.count == found


def test_htmx_gets_the_part_that_changes():
    closed_quarter()
    drafted()

    part = client_as("programme_manager").get(
        reverse("bulletins:list"), headers={"HX-Request": "true"}
    )

    assert part.content.decode().strip().startswith('<div id="bulletins">')


def test_a_revision_that_was_replaced_says_so():
    closed_quarter()
    first = published()
    published(services.revise(actor=writer(), bulletin_id=first.pk, reason="改错字"))

    page = client_as("staff").get(reverse("bulletins:list")).content.decode()

    assert page.count("已被取代") == 1


@pytest.mark.parametrize("count", [1, 25])
def test_the_list_takes_the_same_queries_for_any_number(django_assert_num_queries, count):
    closed_quarter()
    like = drafted()
    for number in range(2, count + 1):
        like.pk, like.revision = None, number
        like.save()
    client = client_as("programme_manager")
    client.get(reverse("bulletins:list"))

    with django_assert_num_queries(8):
        page = client.get(reverse("bulletins:list"))

    assert len(page.context["page_obj"]) == count


# --- who may come in ------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("role", "draft", "frozen"),
    [
        ("programme_manager", 200, 200),
        ("branch_manager", 404, 200),
        ("staff", 404, 200),
        ("auditor", 404, 200),
        ("inspector", 403, 403),
        ("mystery_shopper", 403, 403),
        ("system_admin", 403, 403),
    ],
)
@pytest.mark.parametrize("page", ["read", "docx"])
def test_drafts_are_for_those_who_make_them(role, draft, frozen, page):
    closed_quarter()
    bulletin = drafted()
    client = client_as(role)

    assert client.get(address(bulletin, page)).status_code == draft
    published(bulletin)
    assert client.get(address(bulletin, page)).status_code == frozen


def test_strangers_sign_in_first(client):
    closed_quarter()

    answer = client.get(address(published()))

    assert answer.status_code == 302
    assert answer.url.startswith(reverse("accounts:sign-in"))


def test_what_is_not_there_is_not_there():
    assert client_as("staff").get(reverse("bulletins:read", args=[99])).status_code == 404


# --- the web version ------------------------------------------------------------------------------


def test_it_is_read_in_the_language_of_the_reader_or_in_the_one_asked_for():
    closed_quarter()
    bulletin = published()
    client = client_as("staff")

    assert (
        '<article class="bulletin" lang="zh-CN">' in client.get(address(bulletin)).content.decode()
    )
    english = client.get(address(bulletin), {"text": "en"}).content.decode()
    assert '<article class="bulletin" lang="en">' in english
    assert "Scores and ranks" in english
    client.cookies["hearth_language"] = "en"
    assert "The Chinese text is the official one." in client.get(address(bulletin)).content.decode()


def test_every_number_opens_to_a_page_that_the_reader_may_see():
    closed_quarter(before=True)
    client = client_as("programme_manager")

    found = NUMBER.findall(client.get(address(published())).content.decode())

    assert len(found) > 20
    for link in {link for link, _text in found}:
        assert client.get(link.replace("&amp;", "&")).status_code == 200, link


def test_numbers_outside_the_part_of_the_reader_lead_nowhere():
    tree, _closing = closed_quarter()
    bulletin = published()

    own = client_as("branch_manager", unit=tree.west)
    links = [link for link, _text in NUMBER.findall(own.get(address(bulletin)).content.decode())]

    assert links
    assert all(re.search(r"/result/W[12]?/|under=W", link) for link in links)
    assert {own.get(link.replace("&amp;", "&")).status_code for link in links} == {200}


def test_the_web_version_has_every_part():
    closed_quarter(before=True)
    bulletin = published()

    page = client_as("staff").get(address(bulletin)).content.decode()

    for key in ("situation", "scores", "movement", "faults", "good", "demands"):
        assert f'<section id="{key}">' in page
        assert f'href="#{key}"' in page
    for key in ("outlets", "branches", "faults"):
        assert f'id="annex-{key}"' in page
    assert bulletin.content_hash in page
    assert "一、检查基本情况" in page
    assert "（一）压实整改责任。" in page
    assert page.count('class="hc-set"') == 3


def test_the_full_ranking_is_searched_in_its_place():
    closed_quarter()
    bulletin = published()
    client = client_as("staff")

    part = client.get(address(bulletin), {"q": "西门"}, headers={"HX-Request": "true"})

    text = part.content.decode()
    assert '<div id="outlets">' in text
    assert "西门支行" in text
    assert "东街支行" not in text
    assert "没有该名称或编号的网点" in client.get(address(bulletin), {"q": "zzz"}).content.decode()


def test_a_revision_switches_to_its_elder_and_the_elder_points_to_it():
    closed_quarter()
    first = published()
    later = services.revise(actor=writer(), bulletin_id=first.pk, reason="改错字")
    reader, maker = client_as("staff"), client_as("programme_manager")
    assert "本通报的修订版正在起草" in reader.get(address(first)).content.decode()
    assert address(later, "edit") in maker.get(address(first)).content.decode()
    published(later)

    old = reader.get(address(first)).content.decode()
    new = reader.get(address(later)).content.decode()

    assert "本版已由第 2 版取代" in old
    assert f'href="{address(later)}"' in old
    assert f'href="{address(first)}?text=zh"' in new
    assert "修订原因：改错字" in new


def test_a_tampered_bulletin_is_shown_as_such_and_gives_no_file():
    closed_quarter()
    bulletin = published()
    client = client_as("staff")
    assert "与印发时不一致" not in client.get(address(bulletin)).content.decode()

    Bulletin.objects.filter(pk=bulletin.pk).update(title="别的标题")

    assert "与印发时不一致" in client.get(address(bulletin)).content.decode()
    assert client.get(address(bulletin, "pdf")).status_code == 422


@pytest.mark.parametrize(
    ("page", "kind", "begins"),
    [
        ("pdf", "application/pdf", b"%PDF-"),
        ("docx", "application/vnd.openxmlformats-officedocument.wordprocessingml.document", b"PK"),
    ],
)
def test_the_files(page, kind, begins):
    closed_quarter()
    bulletin = published()

    answer = client_as("staff").get(address(bulletin, page), {"text": "en"})

    assert answer.headers["Content-Type"] == kind
    assert answer.headers["Content-Disposition"].endswith(f"bulletin-2021Q2-en.{page}")
    assert answer.content.startswith(begins)
    assert bulletin.renditions.get().base_url == "http://testserver"


@pytest.mark.parametrize("outlets", [5, 60])
def test_reading_takes_the_same_queries_for_any_network(django_assert_num_queries, outlets):
    tree, closing = closed_quarter()
    _grow(tree.east, closing, outlets - 5)
    bulletin = published()
    client = client_as("staff")
    client.get(address(bulletin))

    with django_assert_num_queries(7):
        page = client.get(address(bulletin))

    assert page.context["page_obj"].paginator.count == outlets


def _grow(parent: Unit, closing: Closing, more: int) -> None:
    """More outlets in the closing than were ever checked."""
    like = Result.objects.filter(closing=closing, level="outlet").first()
    for number in range(more):
        outlet = make_unit(parent)
        like.pk, like.unit, like.path = None, outlet, outlet.path
        like.code, like.name, like.rank = outlet.code, outlet.name, 10 + number
        like.save()


def test_the_quarter_in_these_tests_is_the_one_drafted():
    closed_quarter()

    assert drafted().period == QUARTER.key
