"""A bulletin as a document: what it says in both files, and where its numbers lead."""

from __future__ import annotations

import io

import docx
import pytest
from pypdf import PdfReader

from hearth.bulletins import services, stored
from hearth.bulletins.composition.wording import plain
from hearth.bulletins.documents import document_of, file_name, render, result_address
from hearth.bulletins.pictures import draw_for_file, draw_for_page
from hearth.bulletins.rendering.document import Chart, Heading, Paragraph, Table
from tests.bulletins.quarters import closed_quarter, drafted, published, writer
from tests.factories_inspections import make_inspection
from tests.factories_scoring import close

pytestmark = pytest.mark.django_db
BASE = "https://hearth.example"


def words(block: Paragraph) -> str:
    return "".join(run.text for run in block.runs)


def headings(document) -> list[str]:
    return [block.text for block in document.blocks if isinstance(block, Heading)]


def test_the_document_has_every_part_in_its_order():
    closed_quarter(before=True)
    document = document_of(drafted(), "zh")

    assert document.title == "关于2021年第二季度营业网点服务质量检查评比情况的通报"
    assert document.addressees == ("各二级分行",)
    assert headings(document) == [
        *("检查基本情况", "总体得分与排名", "进步与退步"),
        *("存在的主要问题", "先进网点", "工作要求"),
    ]
    assert words(document.blocks[0]).startswith("现将2021年第二季度")
    assert [attachment.title for attachment in document.attachments] == [
        "全部营业网点综合得分和排名",
        "各分行综合得分和名次区间",
        "主要问题分行分布",
    ]
    charts = [block.caption for block in document.blocks if isinstance(block, Chart)]
    assert charts == ["各分行综合得分及区间", "各分行本期与上期综合得分", "不符合率最高的检查项"]


def test_numbers_lead_to_their_records_only_where_the_address_is_known():
    closed_quarter()
    bulletin = drafted()

    def links(document):
        blocks = [*document.blocks, *(b for a in document.attachments for b in a.blocks)]
        runs = [run for b in blocks if isinstance(b, Paragraph) for run in b.runs]
        cells = [c for b in blocks if isinstance(b, Table) for row in b.rows for c in row]
        return {run.href for run in [*runs, *cells] if not isinstance(run, str) and run.href}

    assert links(document_of(bulletin, "zh")) == set()
    found = links(document_of(bulletin, "zh", f"{BASE}/"))
    assert f"{BASE}/scoring/2021Q2/result/W1/?revision=1" in found
    assert f"{BASE}/scoring/2021Q2/ranking/?level=outlet&revision=1" in found
    assert all(link.startswith(f"{BASE}/") and f"{BASE}//" not in link for link in found)


def test_outlets_without_a_rank_stand_in_a_table_of_their_own():
    tree, _closing = closed_quarter()
    unseen = tree.outlets[0]
    unseen.inspections.all().delete()
    close("2021Q2")

    ranked, others = document_of(drafted(), "en").attachments[0].blocks

    assert [row[1] for row in ranked.rows] == ["E2", "E3", "W1", "W2"]
    assert others.caption == "Outlets that are not ranked"
    assert others.rows == (("E1", "东门支行", "东城分行", "—", "0", "not checked in this period"),)


@pytest.mark.parametrize(
    ("issuer", "signer"),
    [("示范银行文件", "示范银行"), ("示范银行", "示范银行"), ("", "")],
)
def test_the_organ_signs_without_the_word_of_its_mark(issuer, signer):
    closed_quarter()
    bulletin = drafted()
    bulletin.issuer = issuer

    assert (document_of(bulletin, "zh").issuer, document_of(bulletin, "zh").signer) == (
        issuer,
        signer,
    )


def test_only_what_is_published_is_dated_hashed_and_no_draft():
    closed_quarter()
    bulletin = drafted()
    draft = document_of(bulletin, "zh")

    frozen = published(bulletin)
    document = document_of(frozen, "zh")

    assert (draft.draft, draft.dated_on, draft.content_hash) == (True, None, "")
    assert document.draft is False
    assert document.dated_on.isoformat() == stored.content_of(frozen)["published_on"]
    assert document.content_hash == frozen.content_hash


def test_english_without_a_translation_falls_back_to_the_official_text():
    closed_quarter()
    bulletin = drafted()
    bulletin.title_en = ""
    bulletin.prose = {"zh": bulletin.prose["zh"], "en": {}}

    document = document_of(bulletin, "en")

    assert document.title == bulletin.title
    assert words(document.blocks[0]) == bulletin.prose["zh"]["opening"]
    assert headings(document)[0] == "What was checked"


def test_a_revision_says_first_what_it_replaces():
    closed_quarter()
    first = published()
    revision = services.revise(actor=writer(), bulletin_id=first.pk, reason="改错字")

    assert [words(block) for block in document_of(revision, "zh").blocks[:3]] == [
        "本通报为第2版，取代第1版。",
        "修订原因：改错字",
        "暂无差异。",
    ]


def test_files_are_named_by_period_revision_and_state():
    closed_quarter()
    bulletin = drafted()
    assert file_name(bulletin, "pdf", "zh") == "bulletin-2021Q2-draft-zh.pdf"

    bulletin = published(bulletin)
    assert file_name(bulletin, "docx", "en") == "bulletin-2021Q2-en.docx"

    revision = services.revise(actor=writer(), bulletin_id=bulletin.pk, reason="x")
    assert file_name(revision, "pdf", "zh") == "bulletin-2021Q2-r2-draft-zh.pdf"


def test_the_result_of_an_outlet_is_that_of_the_closing_it_was_composed_from():
    tree, _closing = closed_quarter()
    make_inspection(tree.outlets[0], tree.outlets[0].inspections.first().edition, on="2021-06-30")
    close("2021Q2")

    assert result_address(drafted()) == "/scoring/2021Q2/result/{code}/?revision=2"


# --- the files ------------------------------------------------------------------------------------


def computed_sentence(bulletin, language: str) -> str:
    section = bulletin.computed[language]["sections"][0]
    return plain(section["blocks"][0]["runs"])


@pytest.mark.parametrize("language", ["zh", "en"])
def test_the_pdf_says_what_was_computed_and_leads_to_the_records(language):
    closed_quarter(before=True)
    bulletin = drafted()

    pdf = PdfReader(io.BytesIO(render(bulletin, "pdf", language, BASE)))

    text = "".join("".join(page.extract_text().split()) for page in pdf.pages)
    assert "".join(computed_sentence(bulletin, language).split()) in text
    assert "东湖分理处" in text
    links = [
        annotation.get_object().get("/A", {}).get("/URI", "")
        for page in pdf.pages
        for annotation in page.get("/Annots", [])
    ]
    assert f"{BASE}/scoring/2021Q2/result/W1/?revision=1" in links


def test_the_pdf_of_a_published_one_carries_its_hash():
    closed_quarter()
    bulletin = published()

    pdf = PdfReader(io.BytesIO(services.file_of(bulletin, "pdf", "zh")))

    text = "".join("".join(page.extract_text().split()) for page in pdf.pages)
    assert bulletin.content_hash in text
    assert "DRAFT" not in text


def test_the_docx_opens_and_says_the_same():
    closed_quarter(before=True)
    bulletin = drafted()

    word = docx.Document(io.BytesIO(render(bulletin, "docx", "zh", BASE)))

    paragraphs = [paragraph.text for paragraph in word.paragraphs]
    assert computed_sentence(bulletin, "zh") in paragraphs
    cells = {cell.text for table in word.tables for row in table.rows for cell in row.cells}
    assert {"东湖分理处", "W2", "招牌完好"} <= cells
    assert len(word.inline_shapes) == 3


# --- pictures -------------------------------------------------------------------------------------


def charts_of(bulletin):
    return [
        block
        for section in bulletin.computed["zh"]["sections"]
        for block in section["blocks"]
        if block["kind"] == "chart"
    ]


def test_pictures_on_a_page_lead_only_where_the_reader_may_go():
    closed_quarter(before=True)
    for chart in charts_of(drafted()):
        assert "<a " in draw_for_page(chart, lambda _path: True)
        assert "<a " not in draw_for_page(chart, lambda _path: False)


def test_pictures_in_a_file_stand_alone():
    closed_quarter(before=True)
    for chart in charts_of(drafted()):
        drawn = draw_for_file(chart)
        assert "<a " not in drawn
        assert "class=" not in drawn
        assert 'xmlns="http://www.w3.org/2000/svg"' in drawn
