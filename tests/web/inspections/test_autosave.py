"""Saving a check while it is filled in: by script, by form, and when two windows meet."""

from __future__ import annotations

import json
import uuid
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from hearth.inspections.models import Draft, Inspection
from hearth.inspections.services.drafts import discard_draft, start_draft
from hearth.network.actors import actor_of
from hearth.network.models import User
from hearth.web.inspections.forms import LONGEST_NOTE
from hearth.web.inspections.views import filling
from tests.factories import Tree, client_as, make_tree, make_user
from tests.factories_standards import make_edition

pytestmark = pytest.mark.django_db

JSON = {"content_type": "application/json", "headers": {"Accept": "application/json"}}


@pytest.fixture
def tree() -> Tree:
    return make_tree()


@pytest.fixture
def inspector(tree: Tree) -> User:
    return make_user("inspector")


@pytest.fixture
def draft(inspector: User, tree: Tree) -> Draft:
    return start_draft(
        actor=actor_of(inspector, on=timezone.localdate()),
        uuid=uuid.uuid4(),
        unit=tree.outlets[0],
        edition=make_edition(),
        channel="video",
    )


@pytest.fixture
def client(inspector: User) -> Client:
    return client_as(inspector)


def codes(draft: Draft) -> list[str]:
    criteria = filling.applicable_criteria(draft.edition, draft.channel, draft.unit.kind)
    return [criterion.code for criterion in criteria]


def saying(remarks: str, *marks: dict[str, Any]) -> dict[str, Any]:
    return {"marks": list(marks), "remarks": remarks}


def save(client: Client, draft: Draft, version: Any, document: Any) -> Any:
    body = json.dumps({"version": version, "document": document})
    return client.post(reverse("inspections:save", args=[draft.uuid]), body, **JSON)


def fill(draft: Draft) -> str:
    return reverse("inspections:fill", args=[draft.uuid])


# --- by script ------------------------------------------------------------------------------------


def test_a_save_keeps_the_text_and_answers_the_next_version(client, draft):
    code = codes(draft)[0]
    told = saying("Busy", {"criterion": code, "verdict": "not_met", "value": "2", "note": "Dust"})

    answer = save(client, draft, draft.version, told)

    kept = Draft.objects.get(uuid=draft.uuid)
    assert answer.status_code == 200
    assert answer.json() == {"version": kept.version, "saved_at": kept.saved_at.isoformat()}
    assert kept.version == draft.version + 1
    assert kept.document == told | {"unlisted": "met"}


def test_a_stale_save_changes_nothing_and_is_told_what_is_stored(client, draft):
    save(client, draft, draft.version, saying("first"))

    answer = save(client, draft, draft.version, saying("second"))

    stored = Draft.objects.get(uuid=draft.uuid)
    assert answer.status_code == 409
    assert stored.document["remarks"] == "first"
    told = answer.json()
    assert (told["version"], told["document"]) == (stored.version, stored.document)
    assert told["message"]


def test_after_a_lost_answer_the_same_window_goes_on_from_what_it_is_told(client, draft):
    save(client, draft, draft.version, saying("a"))  # its answer never arrived

    told = save(client, draft, draft.version, saying("ab")).json()
    answer = save(client, draft, told["version"], saying("ab"))

    assert answer.status_code == 200
    assert Draft.objects.get(uuid=draft.uuid).document["remarks"] == "ab"


def test_texts_are_cut_to_their_bound_and_hold_only_what_can_be_stored(client, draft):
    note = "n\x00\ud800" * LONGEST_NOTE  # a null character, and half a pair
    mark = {"criterion": codes(draft)[0] + "\x00", "verdict": "not_met", "note": note}

    save(client, draft, draft.version, saying("r" * (LONGEST_NOTE + 1), mark))

    document = Draft.objects.get(uuid=draft.uuid).document
    assert document["remarks"] == "r" * LONGEST_NOTE
    assert document["marks"][0]["note"] == "n" * LONGEST_NOTE
    assert document["marks"][0]["criterion"] == codes(draft)[0]


@pytest.mark.parametrize(
    "body",
    [
        "{",
        "[]",
        "7",
        "{}",
        '{"version": 1}',
        '{"version": 1, "document": []}',
        '{"version": 1, "document": {"marks": 1}}',
        '{"version": 1, "document": {"marks": [1]}}',
        '{"version": 1, "document": {"marks": [{"criterion": "A", "verdict": "so-so"}]}}',
        '{"version": 1, "document": {"marks": [{"criterion": "A", "verdict": []}]}}',
        '{"version": "one", "document": {"marks": []}}',
        '{"version": null, "document": {"marks": []}}',
        '{"version": 1e999, "document": {"marks": []}}',
        "[" * 100_000,
        b"\xff\xfe",
    ],
)
def test_what_is_no_document_is_refused_in_words(client, draft, body):
    answer = client.post(reverse("inspections:save", args=[draft.uuid]), body, **JSON)

    assert answer.status_code == 400
    assert answer.json()["message"]
    assert Draft.objects.get(uuid=draft.uuid).version == draft.version


def test_a_document_beyond_the_bound_is_refused_with_a_reason(client, draft, monkeypatch):
    monkeypatch.setattr(filling, "MOST_DOCUMENT_BYTES", 100)

    answer = save(client, draft, draft.version, saying("r" * 200))

    assert answer.status_code == 413
    assert answer.json()["message"]


def test_a_draft_that_is_gone_is_not_found(client, draft, inspector):
    discard_draft(
        actor=actor_of(inspector, on=timezone.localdate()),
        uuid=draft.uuid,
        reason="begun by mistake",
    )

    assert save(client, draft, draft.version, saying("a")).status_code == 404


def test_anothers_draft_is_not_found(draft):
    other = client_as("inspector")

    assert save(other, draft, draft.version, saying("mine now")).status_code == 404
    assert Draft.objects.get(uuid=draft.uuid).version == draft.version


def test_a_script_that_is_signed_out_is_told_so_and_a_reader_is_sent_to_sign_in(draft):
    answer = save(Client(), draft, draft.version, saying("a"))
    page = Client().get(fill(draft), headers={"Accept": "text/html,application/xhtml+xml,*/*"})

    assert answer.status_code == 401
    assert answer.json()["message"]
    assert page.status_code == 302
    assert page.url.startswith(reverse("accounts:sign-in"))


def test_whoever_may_not_fill_in_checks_may_not_save_them(draft):
    assert save(client_as("auditor"), draft, draft.version, saying("a")).status_code == 403


# --- by form --------------------------------------------------------------------------------------


def test_the_plain_button_saves_the_form(client, draft):
    code = codes(draft)[0]
    words = {f"verdict-{code}": "met", "remarks": "Busy\x00\r\nday"}
    posted = words | {"version": draft.version, "save": "1"}

    answer = client.post(fill(draft), posted)

    kept = Draft.objects.get(uuid=draft.uuid)
    assert answer.url == fill(draft)
    assert kept.document["remarks"] == "Busy\nday"
    assert [(m["criterion"], m["verdict"]) for m in kept.document["marks"]] == [(code, "met")]


def test_a_stale_form_shows_what_was_typed_on_the_version_that_is_stored(client, draft):
    save(client, draft, draft.version, saying("newer"))

    answer = client.post(fill(draft), {"version": draft.version, "remarks": "mine", "save": "1"})

    page = answer.content.decode()
    stored = Draft.objects.get(uuid=draft.uuid)
    assert answer.status_code == 422
    assert stored.document["remarks"] == "newer"
    assert ">mine</textarea>" in page
    assert f'data-version="{stored.version}"' in page
    assert "data-stale" in page


@pytest.mark.parametrize("version", ["", "²", "-1", "9" * 5000])
def test_a_version_that_is_none_is_stale(client, draft, version):
    answer = client.post(fill(draft), {"version": version, "remarks": "mine", "save": "1"})

    assert answer.status_code == 422
    assert Draft.objects.get(uuid=draft.uuid).version == draft.version


def test_other_refusals_are_not_stale(client, draft):
    answer = client.post(fill(draft), {"version": draft.version, "remarks": "m", "submit": "1"})

    assert answer.status_code == 422
    assert "data-stale" not in answer.content.decode()
    assert Draft.objects.get(uuid=draft.uuid).document["remarks"] == "m"


def test_the_page_holds_the_words_for_every_state_and_the_hidden_choice(client, draft):
    page = client.get(fill(draft)).content.decode()

    for state in ("saving", "saved", "offline", "stale", "signed-out", "gone", "refused"):
        assert f'data-text-{state}="' in page
    assert "data-choice hidden" in page
    assert "data-take-mine" in page
    assert "data-discard-mine" in page


def test_submitting_ends_the_draft_and_going_back_leads_to_the_check(client, draft):
    posted = {f"verdict-{code}": "met" for code in codes(draft)}

    answer = client.post(fill(draft), posted | {"version": draft.version, "submit": "1"})

    inspection = Inspection.objects.get(uuid=draft.uuid)
    detail = reverse("inspections:detail", args=[inspection.uuid])
    assert answer.url == detail
    assert client.get(fill(draft)).url == detail
    assert f'data-hearth-forget-draft="{draft.uuid}"' in client.get(detail).content.decode()
    assert save(client, draft, draft.version, saying("late")).status_code == 404
