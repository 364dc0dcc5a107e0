"""The repository holds together: sizes, migrations, locked files, make and what the README says."""

from __future__ import annotations

import io
import re
import tomllib
from pathlib import Path

import pytest
from django.core.management import call_command

from scripts import check_sizes

TOP = Path(__file__).resolve().parents[2]
PROJECT = tomllib.loads((TOP / "pyproject.toml").read_text(encoding="utf-8"))
LOCKED = sorted((TOP / "requirements").glob("*.txt"))
TARGET = re.compile(r"^([a-z][a-z-]*):", re.MULTILINE)


def test_no_file_is_longer_than_a_reader_can_hold():
    assert list(check_sizes.too_long(check_sizes.known_files())) == []


@pytest.mark.parametrize(
    ("name", "lines", "is_too_long"),
    [
        ("hearth/a.py", 600, False),
        ("hearth/a.py", 601, True),
        ("tests/a.py", 800, False),
        ("tests/a.py", 801, True),
        ("frontend/test/a.ts", 700, False),
        ("hearth/web/templates/a.html", 151, True),
        ("hearth/network/migrations/0001_initial.py", 2000, False),
        ("docs/a.md", 2000, False),
    ],
)
def test_the_limits_of_size(tmp_path, name, lines, is_too_long):
    file = tmp_path / name
    file.parent.mkdir(parents=True)
    file.write_text("x\n" * lines)

    assert bool(list(check_sizes.too_long([name], tmp_path))) is is_too_long


@pytest.mark.django_db
def test_every_model_has_its_migration():
    said = io.StringIO()
    try:
        call_command("makemigrations", check=True, dry_run=True, stdout=said, stderr=said)
    except SystemExit:
        pytest.fail(said.getvalue())


def test_migrations_are_named_by_hand():
    automatic = re.compile(r"\d{4}_auto_|\d{4}_.*_and_more\.py$")
    found = [f.name for f in TOP.glob("hearth/*/migrations/*.py") if automatic.match(f.name)]

    assert found == []


@pytest.mark.parametrize("file", LOCKED, ids=lambda f: f.name)
def test_a_locked_file_names_no_registry(file):
    text = file.read_text(encoding="utf-8")

    assert not re.search(r"https?:|file:| @ |--(?:extra-)?index|--find-links", text)


@pytest.mark.parametrize("file", LOCKED, ids=lambda f: f.name)
def test_every_locked_package_has_a_hash(file):
    blocks = re.split(r"\n(?=\S)", file.read_text(encoding="utf-8").strip())

    assert [block.split()[0] for block in blocks if "--hash=sha256:" not in block] == []


def test_what_the_project_declares_is_locked():
    runtime = _locked_names("runtime.txt")
    development = _locked_names("dev.txt")
    declared = PROJECT["project"]

    assert {_name(r) for r in declared["dependencies"]} <= runtime
    assert {_name(r) for r in declared["optional-dependencies"]["dev"]} <= development
    assert runtime <= development


def _locked_names(file: str) -> set[str]:
    text = (TOP / "requirements" / file).read_text(encoding="utf-8")
    return {_name(line) for line in text.splitlines() if "==" in line}


def _name(requirement: str) -> str:
    matched = re.match(r"[\w.-]+", requirement)
    assert matched
    return re.sub(r"[-_.]+", "-", matched[0]).lower()


def test_every_dependency_gives_its_reason():
    text = (TOP / "pyproject.toml").read_text(encoding="utf-8")
    requirements = re.findall(r'^  "[\w.\[\],-]+(?:[~<>=]=?[^"]*)",.*$', text, re.MULTILINE)

    assert len(requirements) > 20
    assert [line for line in requirements if not re.search(r",\s+# \w", line)] == []


def test_the_frontend_lock_names_no_registry():
    text = (TOP / "frontend" / "package-lock.json").read_text(encoding="utf-8")

    assert '"resolved"' not in text


def test_every_room_has_its_place_in_the_order_of_imports():
    rooms = {f"hearth.{f.parent.name}" for f in TOP.glob("hearth/*/__init__.py")}
    layers = PROJECT["tool"]["importlinter"]["contracts"][0]["layers"]
    placed = {name.strip() for layer in layers for name in layer.split("|")}

    assert rooms - placed == set()


# --- what people are told to type ----------------------------------------------------------------

TOLD = re.compile(r"\bmake +([a-z][a-z-]*)")
CODE = re.compile(r"```.*?```|`[^`\n]+`", re.DOTALL)
GUIDES = [f for f in [*TOP.glob("*.md"), *TOP.glob("docs/**/*.md")] if f.is_file()]


@pytest.mark.parametrize("guide", GUIDES, ids=lambda f: str(f.relative_to(TOP)))
def test_every_make_command_that_a_guide_names_exists(guide):
    targets = set(TARGET.findall((TOP / "Makefile").read_text(encoding="utf-8")))
    code = "\n".join(CODE.findall(guide.read_text(encoding="utf-8")))

    assert set(TOLD.findall(code)) - targets == set()


def test_the_readme_says_how_to_run_it():
    readme = (TOP / "README.md").read_text(encoding="utf-8")

    assert "make run" in readme


def test_the_ci_entry_is_a_program():
    entry = TOP / ".ci" / "run"

    assert entry.stat().st_mode & 0o111
