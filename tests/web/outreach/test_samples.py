"""Samples on pages: drawn, looked into, set."""

from __future__ import annotations

import pytest
import time_machine
from django.urls import reverse

from hearth.network.models import User
from hearth.outreach.models import Sample, SampleItem, SampleRate
from tests.factories import make_tree
from tests.factories_outreach import make_activity, rate
from tests.web.outreach.pages import english, queries_of, said, upload

pytestmark = pytest.mark.django_db
SAMPLES, RATE = reverse("outreach:samples"), reverse("outreach:sample-rate")


@pytest.fixture(autouse=True)
def _today():
    with time_machine.travel("2021-07-15T02:00:00Z", tick=False):
        yield


@pytest.fixture
def tree():
    rate()
    made = make_tree()
    for number in range(21):
        make_activity(made.east_outlets[number % 3])
    return made


@pytest.fixture
def manager(tree):
    return english("branch_manager", unit=tree.east)


def test_a_sample_is_drawn_and_verified(tree, manager):
    page = manager.get(SAMPLES)
    assert "Nothing has been drawn yet. The share is 5%" in page.content.decode()

    drawn = manager.post(SAMPLES, {"unit": "E", "period": "2021Q2"}, follow=True)
    assert said(drawn) == ["2 activities were drawn."]
    again = manager.post(SAMPLES, {"unit": "E", "period": "2021Q2"})
    assert again.status_code == 422
    sample = Sample.objects.get()
    assert sample.seed in drawn.content.decode()

    item = sample.items.first()
    address = reverse("outreach:sample-item", args=[item.pk])
    assert manager.post(address, {"version": 1, "result": "held"}).status_code == 422
    manager.post(reverse("outreach:photo-add", args=["sample", item.pk]), {"photos": [upload()]})
    done = manager.post(address, {"version": 1, "result": "held"}, follow=True)
    assert said(done) == ["The result was kept."]
    assert manager.get(SAMPLES).context["held"] == 1
    page = manager.get(address)
    assert page.context["form"].initial["result"] == "held"


def test_the_share_that_was_delivered_is_told_from_one_that_somebody_set(tree, manager):
    delivered = manager.get(SAMPLES).content.decode()
    office = english("programme_manager", unit=tree.province)
    office.post(RATE, {"percent": "8", "valid_from": "2021-07-15"})
    chosen = manager.get(SAMPLES).content.decode()
    history = office.get(RATE).content.decode()

    assert "The share is 5%, as shipped with Hearth." in delivered
    assert "The share is 8% (since 2021-07-15)." in chosen
    assert "<td>as shipped</td>" in history
    assert "2000-01-01" not in delivered + history


def test_who_recorded_it_is_told_to_ask_a_colleague(tree, manager):
    manager.post(SAMPLES, {"unit": "E", "period": "2021Q2"})
    item = SampleItem.objects.first()
    item.activity.recorded_by = User.objects.get()
    item.activity.save()

    page = manager.get(reverse("outreach:sample-item", args=[item.pk]))

    assert "Ask a colleague" in page.content.decode()


def test_readers_see_and_do_not_draw(tree, manager):
    manager.post(SAMPLES, {"unit": "E", "period": "2021Q2"})
    sample = Sample.objects.get()
    item = sample.items.first()
    reader = english("staff", unit=tree.east)
    elsewhere = english("branch_manager", unit=tree.west)

    assert reader.get(SAMPLES).context["form"] is None
    assert reader.post(SAMPLES, {"unit": "E", "period": "2021Q2"}).status_code == 403
    for name, pk in (("sample", sample.pk), ("sample-item", item.pk)):
        address = reverse(f"outreach:{name}", args=[pk])
        assert reader.get(address).status_code == 200
        assert elsewhere.get(address).status_code == 404
    address = reverse("outreach:sample-item", args=[item.pk])
    assert reader.post(address, {"version": 1, "result": "held"}).status_code == 403


def test_the_office_sets_the_share(tree):
    office = english("programme_manager", unit=tree.province)

    assert office.post(RATE, {"percent": "10", "valid_from": "2021-07-01"}).status_code == 422
    office.post(RATE, {"percent": "7.5", "valid_from": "2021-08-01"})

    assert SampleRate.objects.get(valid_from="2021-08-01").percent == "7.5"
    assert "7.5%" in office.get(RATE).content.decode()
    assert english("branch_manager", unit=tree.east).get(RATE).status_code == 403


def test_rows_cost_no_queries(tree, manager):
    manager.post(SAMPLES, {"unit": "E", "period": "2021Q2"})
    sample = Sample.objects.get()
    address = reverse("outreach:sample", args=[sample.pk])
    one, two = queries_of(manager, address), queries_of(manager, SAMPLES)
    for _number in range(24):
        SampleItem.objects.create(sample=sample, activity=make_activity(tree.east_outlets[0]))

    assert (queries_of(manager, address), queries_of(manager, SAMPLES)) == (one, two)
