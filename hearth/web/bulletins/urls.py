"""Addresses of this area."""

from django.urls import path

from hearth.web.bulletins.views import deciding, reading, writing

app_name = "bulletins"
urlpatterns = [
    path("", reading.bulletin_list, name="list"),
    path("new/<str:period>/", writing.create, name="create"),
    path("<int:pk>/", reading.read, name="read"),
    path("<int:pk>/pdf/", reading.pdf, name="pdf"),
    path("<int:pk>/docx/", reading.docx, name="docx"),
    path("<int:pk>/edit/", writing.edit, name="edit"),
    path("<int:pk>/recompose/", writing.recompose, name="recompose"),
    path("<int:pk>/propose/", deciding.propose, name="propose"),
    path("<int:pk>/approve/", deciding.approve, name="approve"),
    path("<int:pk>/send-back/", deciding.send_back, name="send-back"),
    path("<int:pk>/publish/", deciding.publish, name="publish"),
    path("<int:pk>/revise/", deciding.revise, name="revise"),
]
