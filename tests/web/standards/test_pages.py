"""Standards as pages: who reads which edition, what changed, and how an edition comes in."""

from __future__ import annotations

import io
from dataclasses import replace

import openpyxl
import pytest
from django.conf import settings
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from hearth.standards.models import Edition
from tests.factories import client_as, make_tree, make_user
from tests.factories_inspections import make_inspection, mark
from tests.factories_standards import CRITERIA, edition_content, make_edition

pytestmark = pytest.mark.django_db


@pytest.fixture
def tree():
    return make_tree()


@pytest.fixture
def edition(tree):
    return make_edition()


@pytest.fixture
def draft(edition):
    return make_edition(edition_content(edition="2022", effective_from="2022-01-01"), publish=False)


def english(who):
    client = client_as(who)
    client.cookies.load({settings.LANGUAGE_COOKIE_NAME: "en"})
    return client


def page(name, *args):
    return reverse(f"standards:{name}", args=args)


def body(answer):
    """The page, or the file of a download, which is closed as a server would close it."""
    content = answer.getvalue()
    for close in answer._resource_closers:
        close()
    return content


def states(client, addresses):
    """What is answered at each address."""
    answers = [client.get(address) for address in addresses]
    for answer in answers:
        body(answer)
    return {answer.status_code for answer in answers}


def workbook(client, edition):
    """The edition as its page gives it, to be sent in again."""
    return openpyxl.load_workbook(io.BytesIO(body(client.get(page("export", edition.pk)))))


def sent(client, book, **more):
    out = io.BytesIO()
    book.save(out)
    file = SimpleUploadedFile("standard.xlsx", out.getvalue())
    return client.post(page("import"), {"file": file, **more})


# --- who may ------------------------------------------------------------------------------------


def test_pages_are_for_those_who_read_standards(edition):
    first = edition.criteria.order_by("position")[0]
    addresses = [
        page("list"),
        page("edition", edition.pk),
        page("compare", edition.pk),
        page("export", edition.pk),
        page("criterion", first.pk),
        page("language"),
    ]
    reader, other = client_as("staff"), client_as("system_admin")

    assert states(reader, addresses) == {200}
    assert states(other, addresses) == {403}


def test_changing_is_for_the_office(edition, draft):
    reader = client_as("staff")

    answers = [
        reader.get(page("import")),
        reader.get(page("discard", draft.pk)),
        reader.post(page("publish", draft.pk)),
        reader.post(page("retire", edition.pk)),
    ]

    assert {answer.status_code for answer in answers} == {403}
    assert set(Edition.objects.values_list("status", flat=True)) == {"published", "draft"}


def test_a_draft_does_not_exist_for_those_who_only_read(draft):
    first = draft.criteria.order_by("position")[0]
    addresses = [
        page("edition", draft.pk),
        page("compare", draft.pk),
        page("export", draft.pk),
        page("criterion", first.pk),
    ]

    assert states(client_as("staff"), addresses) == {404}
    assert states(client_as("programme_manager"), addresses) == {200}


@pytest.mark.parametrize("name", ["edition", "compare", "export", "criterion", "discard"])
def test_what_is_not_there_is_not_found(edition, name):
    assert client_as("programme_manager").get(page(name, 0)).status_code == 404


# --- reading ------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("query", "codes"),
    [
        ({"q": "完好"}, ["A01"]),
        ({"q": "b06"}, ["B06"]),
        ({"severity": "red"}, ["B05"]),
        ({"channel": "onsite"}, [c.code for c in CRITERIA if c.code != "B04"]),
        ({"q": "nothing like it"}, []),
    ],
)
def test_an_edition_is_narrowed(edition, query, codes):
    shown = client_as("staff").get(page("edition", edition.pk), query).context

    assert [row.code for module in shown["modules"] for row in module["rows"]] == codes
    assert (shown["shown"], shown["count"]) == (len(codes), len(CRITERIA))


def test_a_criterion_shows_what_was_found_where_the_reader_reaches(tree, edition):
    a01 = edition.criteria.get(code="A01")
    make_inspection(tree.outlets[0], edition, mark("A01", note="灯箱不亮"))
    make_inspection(tree.west_outlets[0], edition, mark("A01"))
    make_inspection(tree.outlets[1], edition, mark("A01"), status="submitted")
    head = english(make_user("branch_manager", unit=tree.east))

    answer = head.get(page("criterion", a01.pk))

    assert answer.context["failed"] == 1
    assert [finding.unit.code for finding in answer.context["latest"]] == ["E1"]
    assert "灯箱不亮" in answer.content.decode()


def test_editions_are_called_by_what_people_know(edition, draft):
    client = english("programme_manager")
    first = edition.criteria.order_by("position")[0]

    for address in (
        page("edition", edition.pk),
        page("compare", edition.pk),
        page("criterion", first.pk),
    ):
        text = client.get(address).content.decode()
        assert "Service standard · 2021" in text
        assert "SERVICE 2021" not in text


def test_editions_are_compared(edition, draft):
    newer = replace(
        edition_content(edition="2022", effective_from="2022-01-01"), criteria=CRITERIA[1:]
    )
    Edition.objects.filter(pk=draft.pk).delete()
    other = make_edition(newer)

    shown = client_as("staff").get(page("compare", other.pk), {"with": edition.pk}).context

    assert (shown["older"], shown["edition"]) == (edition, other)
    assert shown["difference"].criteria.removed == ("A01",)


# --- changing -----------------------------------------------------------------------------------


def test_an_edition_comes_in_after_a_look_at_what_it_changes(edition):
    client = english("programme_manager")
    book = workbook(client, edition)
    book["standard"].cell(2, _column(book, "standard", "edition")).value = "2022"

    looked = sent(client, book)

    assert looked.status_code == 200
    assert (looked.context["older"], looked.context["is_same"]) == (edition, False)
    assert not Edition.objects.filter(edition="2022").exists()
    accepted = client.post(page("import"), {"accept": "1", "kept": looked.context["kept"]})
    made = Edition.objects.get(edition="2022")
    assert (made.status, accepted.url) == ("draft", page("edition", made.pk))


def test_a_bad_cell_is_named_and_nothing_is_kept(edition):
    client = english("programme_manager")
    book = workbook(client, edition)
    book["standard"].cell(2, _column(book, "standard", "edition")).value = "2022"
    book["criteria"].cell(2, _column(book, "criteria", "points")).value = "many"

    answer = sent(client, book)

    assert answer.status_code == 422
    assert [(e.sheet, e.row) for e in answer.context["report"].errors] == [("criteria", 2)]
    assert "kept" not in answer.context
    assert Edition.objects.count() == 1


def test_a_file_that_is_no_workbook_is_refused(tree):
    file = SimpleUploadedFile("standard.xlsx", b"not a workbook")

    answer = english("programme_manager").post(page("import"), {"file": file})

    assert answer.status_code == 422
    assert answer.context["form"].errors["file"]


def test_a_file_that_is_gone_is_asked_for_again(tree):
    answer = english("programme_manager").post(
        page("import"), {"accept": "1", "kept": "0" * 64 + ":x.xlsx"}, follow=True
    )

    assert "Upload it again" in answer.content.decode()


def test_a_draft_is_published_and_retired(draft):
    client = english("programme_manager")

    client.post(page("publish", draft.pk), {"version": draft.version})
    draft.refresh_from_db()
    assert draft.status == "published"
    client.post(page("retire", draft.pk), {"version": draft.version})
    draft.refresh_from_db()
    assert draft.status == "retired"


def test_its_page_takes_a_standard_out_of_the_ranking(draft):
    client = english("programme_manager")

    for said, counts in (("n", False), ("y", True)):
        answer = client.post(page("rank", draft.pk), {"ranked": said}, follow=True)
        draft.standard.refresh_from_db()
        assert draft.standard.is_ranked is counts
        shown = "count in no ranking; what they find" in answer.content.decode()
        assert shown is not counts


def test_a_stale_button_changes_nothing(draft):
    answer = english("programme_manager").post(
        page("publish", draft.pk), {"version": draft.version + 7}, follow=True
    )

    draft.refresh_from_db()
    assert draft.status == "draft"
    assert list(answer.context["messages"])


def test_a_draft_goes_with_a_reason_and_a_published_edition_stays(edition, draft):
    client = english("programme_manager")

    assert client.post(page("discard", draft.pk), {"reason": ""}).status_code == 422
    assert client.post(page("discard", edition.pk), {"reason": "mistake"}).status_code == 422
    assert client.post(page("discard", draft.pk), {"reason": "mistake"}).url == page("list")
    assert list(Edition.objects.all()) == [edition]


# --- cost ---------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", ["list", "edition", "criterion", "compare"])
def test_more_rows_cost_no_more_queries(tree, edition, name):
    first = edition.criteria.order_by("position")[0]
    older = make_edition(edition_content(edition="2020", effective_from="2020-01-01"))
    keys = {"list": (), "criterion": (first.pk,)}.get(name, (edition.pk,))
    client = client_as("programme_manager")

    def cost():
        with CaptureQueriesContext(connection) as asked:
            assert client.get(page(name, *keys)).status_code == 200
        return len(asked)

    make_inspection(tree.outlets[0], edition, mark(first.code))
    cost()
    before = cost()
    for number in range(24):
        make_inspection(tree.outlets[number % 5], edition, mark(first.code))
        if number < 3:
            content = edition_content(edition=f"19{number:02d}", effective_from="2019-01-01")
            make_edition(content, publish=False)
    assert older.pk != edition.pk
    assert cost() == before


def _column(book, sheet, name):
    """Number of the column whose heading carries this identifier."""
    heads = [str(cell.value or "") for cell in book[sheet][1]]
    return heads.index(name) + 1


@pytest.mark.parametrize(
    ("role", "is_offered"), [("programme_manager", True), ("inspector", False)]
)
def test_without_a_standard_only_who_may_import_one_is_sent_there(role, is_offered):
    make_tree()
    page = client_as(role).get("/standards/").content.decode()
    assert ("/standards/import/" in page) is is_offered
