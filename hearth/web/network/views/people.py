"""Staff: the list, and one person with all posts held."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.contrib import messages
from django.http import FileResponse, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from hearth.exchange.kinds import EXPORTS
from hearth.kernel.errors import Refusal
from hearth.network.domain.names import masked_phone
from hearth.network.models import Person, Post
from hearth.network.queries import filtered_people, present_posts, titles_of_posts
from hearth.network.services.people import record_read, save_person
from hearth.web.downloads import send_table
from hearth.web.http import AppRequest, requires
from hearth.web.network.forms import (
    PersonEditForm,
    PersonFilterForm,
    PersonForm,
    put_edit_refusal,
    put_refusal,
)
from hearth.web.paging import KeysFirst
from hearth.web.remember import OF_PEOPLE, remembered, stamp


@requires("people.view")
@require_safe
def people_list(request: AppRequest) -> HttpResponse:
    scope, today = request.actor.scope_for("people.view"), timezone.localdate()
    at = stamp(OF_PEOPLE)
    titles = remembered("posts", (scope.paths, today), at, lambda: titles_of_posts(scope, today))
    form = PersonFilterForm(titles, request.GET)
    chosen = form.chosen()
    people = filtered_people(scope, chosen, today)
    page = KeysFirst(people, at=at).get_page(request.GET.get("page"))
    context = {
        "form": form,
        "page_obj": page,
        "posts": present_posts(list(page), today),
        "today": today,
        "is_narrowed": any(getattr(chosen, name) for name in form.fields),
    }
    template = "network/_people.html" if request.htmx else "network/people_list.html"
    return render(request, template, context)


@requires("exchange.export")
@require_safe
def people_export(request: AppRequest) -> FileResponse:
    """The list as filtered; numbers and addresses are masked for everyone (ADR 0014)."""
    (table,) = EXPORTS["people"].tables(request.actor, request.GET.dict())
    return send_table(request, table, as_csv=request.GET.get("format") == "csv")


@requires("people.view")
@require_safe
def person_detail(request: AppRequest, pk: int) -> HttpResponse:
    actor = request.actor
    scope = actor.scope_for("people.view")
    person = get_object_or_404(Person.objects.visible_to(scope), pk=pk)
    posts = list(person.posts.select_related("unit").order_by("-valid_from"))
    may_edit = actor.can("people.edit", posts[0].unit.path)  # whoever is seen has held a post
    if may_edit and (person.phone or person.email):
        record_read(actor, person)
    context = {
        "person": person,
        "posts": posts,
        "present": next((p for p in posts if _is_held(p, timezone.localdate())), None),
        "phone": person.phone if may_edit else masked_phone(person.phone),
        "reaches": [post.pk for post in posts if actor.scope.covers(post.unit.path)],
        "today": timezone.localdate(),
        "may_edit": may_edit,
    }
    return render(request, "network/person_detail.html", context)


@requires("people.edit")
@require_http_methods(["GET", "HEAD", "POST"])
def person_create(request: AppRequest) -> HttpResponse:
    start = {"unit": request.GET.get("unit", "")}
    form = PersonForm(request.POST or None, initial=start, posts=_titles(request))
    if request.method == "POST" and form.is_valid():
        try:
            person = save_person(request.actor, form.row(), on=timezone.localdate())
        except Refusal as refusal:
            put_refusal(form, refusal)
        else:
            messages.success(request, _("%(name)s was added.") % {"name": person.name})
            return redirect("network:person-detail", person.pk)
    context = {"form": form, "person": None}
    return render(request, "network/person_form.html", context, status=422 if form.errors else 200)


@requires("people.edit")
@require_http_methods(["GET", "HEAD", "POST"])
def person_edit(request: AppRequest, pk: int) -> HttpResponse:
    actor = request.actor
    seen = Person.objects.visible_to(actor.scope_for("people.view"))
    person = get_object_or_404(seen, pk=pk)
    post = person.posts.select_related("unit").order_by("valid_from").last()
    actor.require("people.edit", post.unit.path if post else None)
    form = PersonEditForm(
        request.POST or None, initial=_present(person, post), posts=_titles(request)
    )
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data
        try:
            save_person(actor, form.row(), on=data["on"], version=data["version"])
        except Refusal as refusal:
            put_edit_refusal(form, refusal)
        else:
            messages.success(request, _("%(name)s was saved.") % {"name": data["name"]})
            return redirect("network:person-detail", person.pk)
    elif request.method != "POST" and (person.phone or person.email):
        record_read(actor, person)
    context = {"form": form, "person": person}
    return render(request, "network/person_form.html", context, status=422 if form.errors else 200)


def _present(person: Person, post: Post | None) -> dict[str, Any]:
    """What the form starts from."""
    columns = ("staff_no", "name", "email", "phone", "joined_on", "left_on", "version")
    start = {name: getattr(person, name) for name in columns}
    return start | {
        "basic": person.is_basic_operations,
        "unit": post.unit.code if post else "",
        "post": post.title if post else "",
    }


def _titles(request: AppRequest) -> list[str]:
    """Posts in use, to choose from while typing."""
    return titles_of_posts(request.actor.scope_for("people.view"), timezone.localdate())


def _is_held(post: Post, day: date) -> bool:
    return post.valid_from <= day and (post.valid_to is None or post.valid_to > day)
