"""Staff: the list, and one person with all posts held."""

from __future__ import annotations

from datetime import date

from django.core.paginator import Paginator
from django.http import FileResponse, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from django.views.decorators.http import require_safe

from hearth.exchange.kinds import EXPORTS
from hearth.network.domain.names import masked_phone
from hearth.network.models import Person, Post
from hearth.network.queries import filtered_people, present_posts, titles_of_posts
from hearth.network.services.people import record_export, record_read
from hearth.web.downloads import send_table
from hearth.web.http import AppRequest, requires
from hearth.web.network.forms import PersonFilterForm

PAGE = 50


@requires("people.view")
@require_safe
def people_list(request: AppRequest) -> HttpResponse:
    scope, today = request.actor.scope_for("people.view"), timezone.localdate()
    form = PersonFilterForm(titles_of_posts(scope, today), request.GET)
    chosen = form.chosen()
    people = filtered_people(scope, chosen, today)
    page = Paginator(people, PAGE).get_page(request.GET.get("page"))
    context = {
        "form": form,
        "page_obj": page,
        "posts": present_posts(page.object_list, today),
        "today": today,
        "is_narrowed": any(getattr(chosen, name) for name in form.fields),
    }
    template = "network/_people.html" if request.htmx else "network/people_list.html"
    return render(request, template, context)


@requires("exchange.export")
@require_safe
def people_export(request: AppRequest) -> FileResponse:
    """The list as filtered; numbers stay masked for those who do not edit staff."""
    (table,) = EXPORTS["people"].tables(request.actor, request.GET.dict())
    record_export(request.actor, request.GET.dict())
    return send_table(table, as_csv=request.GET.get("format") == "csv")


@requires("people.view")
@require_safe
def person_detail(request: AppRequest, pk: int) -> HttpResponse:
    actor = request.actor
    scope = actor.scope_for("people.view")
    person = get_object_or_404(Person.objects.visible_to(scope), pk=pk)
    posts = list(person.posts.select_related("unit").order_by("-valid_from"))
    may_edit = any(actor.can("people.edit", post.unit.path) for post in posts[:1])
    if may_edit and (person.phone or person.email):
        record_read(actor, person)
    context = {
        "person": person,
        "posts": posts,
        "present": next((p for p in posts if _is_held(p, timezone.localdate())), None),
        "phone": person.phone if may_edit else masked_phone(person.phone),
        "reaches": [post.pk for post in posts if actor.scope.covers(post.unit.path)],
        "today": timezone.localdate(),
    }
    return render(request, "network/person_detail.html", context)


def _is_held(post: Post, day: date) -> bool:
    return post.valid_from <= day and (post.valid_to is None or post.valid_to > day)
