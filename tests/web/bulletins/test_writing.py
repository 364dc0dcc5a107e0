"""Drafting and writing: what the page shows, keeps and refuses."""

from __future__ import annotations

import pytest
from django.urls import reverse

from hearth.bulletins.models import Bulletin
from hearth.web.bulletins.forms import TextForm
from tests.bulletins.quarters import closed_quarter, drafted, published, writer
from tests.factories import client_as
from tests.factories_inspections import make_inspection
from tests.factories_scoring import close

pytestmark = pytest.mark.django_db


def edit(bulletin: Bulletin) -> str:
    return reverse("bulletins:edit", args=[bulletin.pk])


def filled(bulletin: Bulletin, **changes: object) -> dict[str, object]:
    bulletin.refresh_from_db()
    return TextForm.initial_of(bulletin) | changes


# --- drafting -------------------------------------------------------------------------------------


def test_a_draft_is_made_on_the_page():
    closed_quarter()
    client = client_as("programme_manager")
    address = reverse("bulletins:create", args=["2021Q2"])
    assert "10" in client.get(address).content.decode()

    answer = client.post(address, {"named_examples": "on"})

    bulletin = Bulletin.objects.get()
    assert answer.url == edit(bulletin)
    assert bulletin.computed["named_examples"] is True


def test_a_second_draft_leads_to_the_first():
    closed_quarter()
    bulletin = drafted()

    answer = client_as("programme_manager").post(reverse("bulletins:create", args=["2021Q2"]))

    assert answer.url == edit(bulletin)


def test_a_period_that_is_not_closed_says_what_to_do():
    page = client_as("programme_manager").get(reverse("bulletins:create", args=["2021Q2"]))

    assert reverse("scoring:period", args=["2021Q2"]) in page.content.decode()


def test_checks_that_came_later_are_told_before_and_refused_after():
    tree, _closing = closed_quarter()
    make_inspection(tree.outlets[0], tree.outlets[0].inspections.first().edition, on="2021-06-30")
    client = client_as("programme_manager")
    address = reverse("bulletins:create", args=["2021Q2"])

    assert reverse("scoring:close", args=["2021Q2"]) in client.get(address).content.decode()
    assert client.post(address).status_code == 422


def test_what_is_no_period_is_not_there():
    client = client_as("programme_manager")

    assert client.get(reverse("bulletins:create", args=["2021Q9"])).status_code == 404


@pytest.mark.parametrize("page", ["create", "edit", "recompose", "propose", "revise"])
def test_readers_do_not_write(page):
    closed_quarter()
    bulletin = drafted()
    argument = "2021Q2" if page == "create" else bulletin.pk

    answer = client_as("branch_manager").post(reverse(f"bulletins:{page}", args=[argument]))

    assert answer.status_code == 403


# --- writing --------------------------------------------------------------------------------------


def test_computed_parts_stand_marked_between_the_prose():
    closed_quarter()
    bulletin = drafted()

    page = client_as("programme_manager").get(edit(bulletin)).content.decode()

    assert page.count('<div class="computed">') == 5  # opening and demands have none
    assert page.count('<textarea name="prose_zh_') == 7
    assert page.count('<textarea name="prose_en_') == 7
    assert page.index('id="situation"') < page.index("次检查计入得分")
    assert 'data-hearth-guard="' in page
    assert "data-hearth-guard-dirty" not in page


def test_what_is_written_is_saved():
    closed_quarter()
    bulletin = drafted()
    text = filled(bulletin, title="新标题", prose_zh_good="请各分行学习。")

    answer = client_as("programme_manager").post(edit(bulletin), text | {"save": "1"})

    assert answer.url == edit(bulletin)
    bulletin.refresh_from_db()
    assert (bulletin.title, bulletin.prose["zh"]["good"]) == ("新标题", "请各分行学习。")
    assert bulletin.prose["en"]["opening"].startswith("The results of checking")


def test_saved_and_proposed_in_one_step():
    closed_quarter()
    bulletin = drafted()

    answer = client_as("programme_manager").post(
        edit(bulletin), filled(bulletin) | {"propose": "1"}
    )

    assert answer.url == reverse("bulletins:read", args=[bulletin.pk])
    bulletin.refresh_from_db()
    assert bulletin.status == "proposed"


def test_a_stale_page_keeps_what_was_typed_and_shows_the_newer():
    closed_quarter()
    bulletin = drafted()
    client = client_as("programme_manager")
    old = filled(bulletin, prose_zh_good="我写的")
    client.post(edit(bulletin), filled(bulletin, prose_zh_good="别人写的"))

    answer = client.post(edit(bulletin), old)

    page = answer.content.decode()
    assert answer.status_code == 422
    assert "我写的" in page
    assert "在新页面打开" in page
    assert "data-hearth-guard-dirty" in page
    bulletin.refresh_from_db()
    assert bulletin.prose["zh"]["good"] == "别人写的"

    again = old | {"version": answer.context["form"]["version"].value()}
    assert client.post(edit(bulletin), again).status_code == 302
    bulletin.refresh_from_db()
    assert bulletin.prose["zh"]["good"] == "我写的"


def test_a_form_without_a_title_comes_back_with_what_was_typed():
    closed_quarter()
    bulletin = drafted()

    answer = client_as("programme_manager").post(
        edit(bulletin), filled(bulletin, title="", prose_zh_good="我写的")
    )

    assert answer.status_code == 422
    assert "我写的" in answer.content.decode()


def test_a_refused_proposal_has_saved_the_text_and_can_be_sent_again():
    tree, _closing = closed_quarter()
    bulletin = drafted()
    make_inspection(tree.outlets[0], tree.outlets[0].inspections.first().edition, on="2021-06-30")
    close("2021Q2")
    client = client_as("programme_manager")

    answer = client.post(
        edit(bulletin), filled(bulletin, prose_zh_good="我写的") | {"propose": "1"}
    )

    bulletin.refresh_from_db()
    assert answer.status_code == 422
    assert bulletin.prose["zh"]["good"] == "我写的"
    assert f'name="version" value="{bulletin.version}"' in answer.content.decode()
    assert "又重新关闭" in answer.content.decode()


def test_what_is_no_longer_a_draft_is_read():
    closed_quarter()
    bulletin = published()

    answer = client_as("programme_manager").get(edit(bulletin))

    assert answer.url == reverse("bulletins:read", args=[bulletin.pk])


def test_composing_anew_on_the_page():
    tree, _closing = closed_quarter()
    bulletin = drafted()
    make_inspection(tree.outlets[0], tree.outlets[0].inspections.first().edition, on="2021-06-30")
    close("2021Q2")
    client = client_as("programme_manager")
    assert "已不是最新结果" in client.get(edit(bulletin)).content.decode()

    answer = client.post(
        reverse("bulletins:recompose", args=[bulletin.pk]), {"version": bulletin.version}
    )

    assert answer.url == edit(bulletin)
    assert "已不是最新结果" not in client.get(edit(bulletin)).content.decode()


def test_a_refused_recomposition_is_told():
    closed_quarter()
    bulletin = drafted()

    answer = client_as("programme_manager").post(
        reverse("bulletins:recompose", args=[bulletin.pk]), {"version": 99}, follow=True
    )

    assert "其间有人修改了本通报" in answer.content.decode()


def test_the_editing_page_takes_few_queries(django_assert_max_num_queries):
    closed_quarter()
    bulletin = drafted()
    client = client_as("programme_manager")
    client.get(edit(bulletin))

    with django_assert_max_num_queries(8):
        client.get(edit(bulletin))


def test_the_writer_of_these_tests_is_not_the_one_signed_in():
    closed_quarter()

    assert drafted().drafted_by_id == writer().user_id
