"""Pages of the templates: reading, writing with a check while one types, retiring."""

from __future__ import annotations

import pytest
from django.urls import reverse

from hearth.bulletins.models import ReportTemplate, TemplateVersion
from hearth.bulletins.reports import services
from tests.bulletins.reports import EN, ZH, recorded, template, text, writer
from tests.factories import client_as

pytestmark = pytest.mark.django_db
WRITTEN = {"name": "进展", "name_en": "Progress", "zh": ZH, "en": EN, "note": "", "based_on": 1}


def office():
    return client_as("programme_manager")


def edit_address(code="progress"):
    return reverse("reports:template-edit", args=[code])


# --- reading --------------------------------------------------------------------------------------


def test_the_list_and_a_template_are_open_to_readers_of_figures():
    template()
    client = client_as("staff")

    listed = client.get(reverse("reports:templates")).content.decode()
    shown = client.get(reverse("reports:template", args=["progress"])).content.decode()

    assert reverse("reports:template", args=["programme"]) in listed
    assert reverse("reports:template-add") not in listed
    assert "{signs.repaired:差额}" in shown
    assert edit_address() not in shown


def test_each_version_can_be_read():
    first = template()
    services.save_template(
        actor=writer(), template_id=first.template_id, based_on=1, text=text(en=EN + "\nMore.")
    )
    address = reverse("reports:template", args=["progress"])
    client = office()

    assert "More." in client.get(address).content.decode()
    assert "More." not in client.get(address, {"version": "1"}).content.decode()
    assert client.get(address, {"version": "7"}).status_code == 404
    assert client.get(reverse("reports:template", args=["none"])).status_code == 404


# --- writing --------------------------------------------------------------------------------------


def test_a_new_version_is_saved():
    template()

    response = office().post(edit_address(), WRITTEN | {"zh": ZH + "\n完。", "note": "结尾"})

    assert response.url == reverse("reports:template", args=["progress"])
    newest = TemplateVersion.objects.filter(template__code="progress").first()
    assert (newest.number, newest.note) == (2, "结尾")
    assert newest.text_zh.endswith("完。")


def test_a_new_template_is_added():
    client = office()

    response = client.post(reverse("reports:template-add"), WRITTEN | {"code": "Weekly"})

    assert response.url == reverse("reports:template", args=["weekly"])
    assert ReportTemplate.objects.filter(code="weekly").exists()


@pytest.mark.parametrize("code", ["new", "check", "wöchentlich", "a b", "", "programme"])
def test_a_code_that_cannot_be_is_refused(code):
    response = office().post(reverse("reports:template-add"), WRITTEN | {"code": code})

    assert response.status_code == 422
    assert ReportTemplate.objects.count() == 1


def test_a_mistake_is_told_with_its_place_and_nothing_is_saved():
    template()

    response = office().post(edit_address(), WRITTEN | {"zh": "# 标题\n维修{signs.repared}块"})

    page = response.content.decode()
    assert response.status_code == 422
    assert "第 2 行第 4 列" in page
    assert "signs.repaired" in page
    assert "signs.repared" in page  # what was typed stays
    assert TemplateVersion.objects.filter(template__code="progress").count() == 1


def test_what_another_saved_meanwhile_is_told():
    first = template()
    services.save_template(
        actor=writer(), template_id=first.template_id, based_on=1, text=text(en=EN + "\nMore.")
    )

    response = office().post(edit_address(), WRITTEN | {"zh": ZH + "。"})

    assert response.status_code == 422
    page = response.content.decode()
    assert "在新页面打开较新的版本" in page

    again = office().post(
        edit_address(),
        WRITTEN | {"zh": ZH + "。", "based_on": response.context["form"]["based_on"].value()},
    )
    assert again.status_code == 302


def test_only_the_office_writes():
    template()
    client = client_as("branch_manager")

    for name, args in (
        ("template-add", []),
        ("template-edit", ["progress"]),
        ("template-check", []),
        ("template-retire", ["progress"]),
    ):
        assert client.post(reverse(f"reports:{name}", args=args), WRITTEN).status_code == 403


# --- the check ------------------------------------------------------------------------------------


def check(**written):
    sent = {"zh": ZH, "en": EN, "preview_on": "2021-06-22"} | written
    return office().post(reverse("reports:template-check"), sent)


def test_the_check_shows_what_the_report_would_say():
    recorded()

    page = check().content.decode()

    assert "示范省分行工作进展（截至2021年6月22日）" in page
    assert "Progress of 示范省分行 to 22 June 2021" in page
    assert TemplateVersion.objects.count() == 1


def test_the_check_tells_every_mistake_of_both_languages():
    page = check(zh="# 标\n{profit}\n{如果 signs.repaired 向上}", en="none").content.decode()

    for place in ("第 2 行第 2 列", "第 3 行第 1 列", "第 3 行第 20 列", "第 1 行第 1 列"):
        assert place in page
    assert "profit" in page


@pytest.mark.parametrize("blank", ["", " \n"])
def test_before_anything_is_typed_nothing_is_wrong(blank):
    page = check(zh=blank, en=blank).content.decode()

    assert "mistakes" not in page
    assert "all-well" not in page


def test_a_text_that_is_not_begun_is_no_mistake_of_the_other():
    recorded()

    page = check(en="").content.decode()
    wrong = check(zh="", en="# A\n{profit}").content.decode()

    assert "mistakes" not in page
    assert "另一种语言" in page
    assert "示范省分行工作进展" not in page  # a preview has both
    assert wrong.count('class="mistakes"') == 1


def test_what_is_typed_is_shown_as_text_and_never_run():
    recorded()
    bad = "# T\n<script>alert(1)</script> {{ 7*7 }} {% load x %} {__class__}"

    page = check(zh=bad, en=bad).content.decode()

    assert "<script>alert" not in page
    assert "49" not in page
    assert "__class__" in page  # named as what is no figure


def test_without_a_script_a_button_checks():
    template()
    recorded()

    response = office().post(edit_address(), WRITTEN | {"check": "1", "preview_on": "2021-06-22"})

    assert response.status_code == 200
    assert response.context["previews"]
    assert TemplateVersion.objects.filter(template__code="progress").count() == 1


def test_the_page_lists_what_may_be_written():
    template()

    page = office().get(edit_address()).content.decode()

    for word in ("signs.repaired", "上升", "growth", "对比日期", "rectification.closed"):
        assert word in page
    assert f'hx-post="{reverse("reports:template-check")}"' in page


# --- retiring -------------------------------------------------------------------------------------


def test_a_template_is_retired_and_taken_up_again():
    template()
    client, address = office(), reverse("reports:template-retire", args=["progress"])

    client.post(address)
    assert ReportTemplate.objects.get(code="progress").is_retired
    page = client.get(reverse("reports:template", args=["progress"])).content.decode()
    assert edit_address() not in page
    assert client.get(edit_address()).status_code == 302

    client.post(address, {"back": "1"})
    assert not ReportTemplate.objects.get(code="progress").is_retired


def test_the_last_template_stays():
    client = office()

    response = client.post(reverse("reports:template-retire", args=["programme"]), follow=True)

    assert "唯一可用的模板" in response.content.decode()
