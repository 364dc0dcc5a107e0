"""The bench itself: what conftest promises to every other test."""

from __future__ import annotations

import os
import socket
from pathlib import Path

import pytest
from django.conf import settings
from django.db import connection
from django.template import Context, Origin, Template
from django.template.engine import Engine

from tests.conftest import WORKER, NetworkForbidden
from tests.template_variables import OURS, UndefinedVariable


def _template(source: str, *, ours: bool = True) -> Template:
    name = str(OURS / "web/templates/x.html") if ours else "/elsewhere/x.html"
    return Template(source, Origin(name), "x.html", Engine.get_default())


@pytest.mark.parametrize(
    "source",
    [
        "{{ missing }}",
        "{{ there.missing }}",
        "{{ missing|upper }}",
        "{% for row in missing %}{% endfor %}",
        "{% blocktranslate %}So {{ missing }}{% endblocktranslate %}",
        "{% with x=missing %}{% endwith %}",
    ],
)
def test_an_undefined_variable_in_our_templates_is_an_error(source):
    with pytest.raises(UndefinedVariable):
        _template(source).render(Context({"there": {"a": 1}}))


@pytest.mark.parametrize(
    ("source", "shown"),
    [
        ("{{ missing|default:'none' }}", "none"),
        ("{{ none|default_if_none:'dash' }}", "dash"),
        ("{% if missing %}yes{% else %}no{% endif %}", "no"),
        ("{% firstof missing 'second' %}", "second"),
        ("{{ there.a }}{{ none }}", "1None"),
        ("{% for row in empty %}{% empty %}nothing{% endfor %}", "nothing"),
        ("{% for row in none %}{% empty %}nothing{% endfor %}", "nothing"),
    ],
)
def test_a_template_that_says_what_to_do_without_it_renders(source, shown):
    context = Context({"there": {"a": 1}, "none": None, "empty": []})

    assert _template(source).render(context) == shown


def test_templates_of_others_render_as_in_production():
    source = "[{{ missing }}{% for x in missing %}{% endfor %}]"

    assert _template(source, ours=False).render(Context({})) == "[]"


def test_a_variable_is_resolved_once_only():
    calls = []

    def rows():
        calls.append(1)
        return []

    _template("{{ rows }}{% for x in rows %}{% endfor %}").render(Context({"rows": rows}))

    assert len(calls) == 2


def test_no_test_reaches_another_machine():
    with pytest.raises(NetworkForbidden):
        socket.create_connection(("hearth.example", 443))
    with socket.socket() as probe, pytest.raises(NetworkForbidden):
        probe.connect(("192.0.2.1", 80))


def test_this_machine_can_be_reached():
    with socket.create_server(("127.0.0.1", 0)) as server:
        socket.create_connection(server.getsockname()).close()


def test_the_run_has_a_home_of_its_own(hearth_home):
    assert hearth_home.resolve() == settings.HEARTH_HOME
    assert not hearth_home.is_relative_to(Path(settings.PACKAGE_DIR).parent)


@pytest.mark.django_db
def test_the_database_is_the_one_asked_for():
    assert (
        connection.vendor
        == {"sqlite": "sqlite", "postgres": "postgresql"}[os.environ["HEARTH_TEST_DB"]]
    )


@pytest.mark.skipif(not WORKER, reason="there is one process only")
def test_the_tests_of_a_module_stay_together(request):
    """Else each process makes the worlds of nearly every module."""
    assert request.node.nodeid.endswith("@consistency/test_test_bench.py")
