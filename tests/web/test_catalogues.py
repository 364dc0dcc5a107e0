"""What the pages of all catalogues do alike."""

from __future__ import annotations

import pytest
from django.conf import settings
from django.urls import reverse

from hearth.honours.models import AwardScheme
from hearth.outreach.models import SpecialityKind
from hearth.premises.models import FacilityKind
from tests.factories import client_as, make_tree

pytestmark = pytest.mark.django_db

LINES = [
    (AwardScheme, "honours:scheme", (), {"body": "x", "level": "own"}),
    (SpecialityKind, "outreach:catalogue-line", ("specialities",), {}),
    (FacilityKind, "facilities:kind", (), {"duty": "none"}),
]


@pytest.mark.parametrize(("model", "page", "args", "more"), LINES)
def test_a_form_that_was_overtaken_keeps_its_text_and_can_be_sent_again(model, page, args, more):
    make_tree()
    office = client_as("programme_manager")
    office.cookies.load({settings.LANGUAGE_COOKIE_NAME: "en"})
    line = model.objects.first()
    address = reverse(page, args=[*args, line.code])
    said = {"version": line.version, "name": "甲", "name_en": "First", **more}
    assert office.post(address, said).status_code == 302

    stale = office.post(address, said | {"name_en": "Second"})
    assert stale.status_code == 422
    shown = stale.content.decode()
    assert "Second" in shown
    assert "Open the newer version" in shown

    again = said | {"name_en": "Second", "version": stale.context["form"]["version"].value()}
    assert office.post(address, again).status_code == 302
    line.refresh_from_db()
    assert line.name_en == "Second"
    assert line.version == int(again["version"]) + 1
