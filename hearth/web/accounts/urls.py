"""Addresses of this area."""

from django.urls import path

from hearth.web.accounts.views import granting, managing, own, signing_in

app_name = "accounts"
urlpatterns = [
    path("sign-in/", signing_in.sign_in, name="sign-in"),
    path("sign-in/demonstration/", signing_in.demo_sign_in, name="demo-sign-in"),
    path("sign-out/", signing_in.sign_out, name="sign-out"),
    path("language/", signing_in.set_language, name="set-language"),
    path("", own.me, name="me"),
    path("password/", own.change_password, name="change-password"),
    path("what-i-may-do/", own.what_i_may_do, name="what-i-may-do"),
    path("sessions/<int:pk>/end/", own.session_end, name="session-end"),
    path("tokens/new/", own.token_create, name="token-create"),
    path("tokens/<int:pk>/revoke/", own.token_revoke, name="token-revoke"),
    path("users/", managing.user_list, name="user-list"),
    path("users/new/", managing.user_create, name="user-create"),
    path("users/<int:pk>/", managing.user_detail, name="user-detail"),
    path("users/<int:pk>/edit/", managing.user_edit, name="user-edit"),
    path("users/<int:pk>/password/", managing.user_password, name="user-password"),
    path("users/<int:pk>/close/", managing.user_close, name="user-close"),
    path("users/<int:pk>/open/", managing.user_open, name="user-open"),
    path("users/<int:pk>/sign-out/", managing.user_sign_out, name="user-sign-out"),
    path("users/<int:pk>/roles/new/", granting.grant_create, name="grant-create"),
    path("users/<int:pk>/roles/units/", granting.unit_options, name="unit-options"),
    path("roles/<int:pk>/end/", granting.grant_end, name="grant-end"),
]
