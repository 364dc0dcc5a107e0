"""Addresses of this area."""

from django.urls import path

from hearth.web.inspections.views import filling, mine, reading, reviewing

app_name = "inspections"
urlpatterns = [
    path("mine/", mine.mine, name="mine"),
    path("start/", mine.start, name="start"),
    path("start/units/", mine.unit_options, name="unit-options"),
    path("fill/<uuid:uuid>/", filling.fill, name="fill"),
    path("fill/<uuid:uuid>/save/", filling.save, name="save"),
    path("fill/<uuid:uuid>/evidence/", filling.evidence_add, name="evidence-add"),
    path(
        "fill/<uuid:uuid>/evidence/<uuid:evidence>/remove/",
        filling.evidence_remove,
        name="evidence-remove",
    ),
    path("fill/<uuid:uuid>/discard/", filling.discard, name="discard"),
    path("evidence/<uuid:uuid>/", reading.evidence, name="evidence"),
    path("", reading.inspection_list, name="list"),
    path("export/", reading.export, name="export"),
    path("<uuid:uuid>/", reading.detail, name="detail"),
    path("<uuid:uuid>/correct/", filling.correct, name="correct"),
    path("review/", reviewing.queue, name="review-queue"),
    path("review/<uuid:uuid>/", reviewing.review, name="review"),
    path("review/release/", reviewing.release_many, name="release-many"),
    path("assignments/", reviewing.assignments, name="assignments"),
    path("assignments/inspectors/", reviewing.inspector_options, name="inspector-options"),
    path(
        "assignments/<int:pk>/withdraw/", reviewing.assignment_withdraw, name="assignment-withdraw"
    ),
]
