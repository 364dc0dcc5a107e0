# Hearth. `make run` on a clean machine ends at a page that answers; `make help` lists the rest.
SHELL := /bin/bash
.SHELLFLAGS := -eu -o pipefail -c
.DEFAULT_GOAL := help
MAKEFLAGS += --no-print-directory

# Some machines forbid Python to keep what it has compiled; then every start compiles 900 modules.
unexport PYTHONDONTWRITEBYTECODE

BIN := .venv/bin
MARKS := .venv/.marks
# A module stays with one of the two (tests/conftest.py), which so makes once what its tests share.
PYTEST := $(BIN)/pytest -n 2 --dist loadgroup --no-loadscope-reorder -q
# Checks import the settings, which keep a key in HEARTH_HOME: not in the one that people work with.
CHECK := HEARTH_HOME=$(CURDIR)/build/check-home

FRONTEND_SOURCES := $(shell find frontend/src -type f 2>/dev/null) frontend/build.mjs frontend/tsconfig.json
CATALOGUES := $(wildcard hearth/locale/zh_Hans/*.po)
COMPILED := hearth/locale/zh_Hans/LC_MESSAGES/django.mo
STATIC := hearth/static/dist/.built

.NOTPARALLEL:
.PHONY: help setup setup-dev run test check lint types format translations frontend-check \
  test-frontend test-sqlite test-postgres test-browser screenshots bench lock clean

help: ## this list
	@sed -n 's/^\([a-z-]*\):.*## \(.*\)/  make \1\t\2/p' $(MAKEFILE_LIST) | expand -t 24

# --- setting up ---------------------------------------------------------------------------------

setup: $(MARKS)/runtime $(STATIC) $(COMPILED) ## .venv, the frontend and the translations; quick when nothing changed

setup-dev: setup $(MARKS)/dev ## the same, and what tests and checks need

$(MARKS)/venv:
	@scripts/make_venv
	@mkdir -p $(MARKS) && touch $@

$(MARKS)/tools: $(MARKS)/venv requirements/tools.txt
	@echo "Installing the installer"
	@scripts/install requirements/tools.txt
	@touch $@

$(MARKS)/runtime: $(MARKS)/tools requirements/runtime.txt pyproject.toml
	@echo "Installing what Hearth runs on"
	@scripts/install requirements/runtime.txt
	@$(BIN)/uv pip install --quiet --python $(BIN)/python --offline --no-deps --no-build-isolation --editable .
	@touch $@

$(MARKS)/dev: $(MARKS)/runtime requirements/dev.txt
	@echo "Installing what the tests need"
	@scripts/install requirements/dev.txt
	@touch $@

frontend/node_modules/.installed: frontend/package.json frontend/package-lock.json | $(MARKS)/tools
	@echo "Installing what builds the frontend"
	@scripts/with_node npm --prefix frontend ci --no-audit --no-fund --loglevel=error
	@touch $@

$(STATIC): frontend/node_modules/.installed $(FRONTEND_SOURCES)
	@scripts/with_node node frontend/build.mjs
	@touch $@

$(COMPILED): $(CATALOGUES) scripts/messages.py | $(MARKS)/runtime
	@$(BIN)/python scripts/messages.py compile

# --- running ------------------------------------------------------------------------------------

run: setup ## Hearth with an invented bank, at http://127.0.0.1:8000
	@exec $(BIN)/hearth serve --demo

# --- checking -----------------------------------------------------------------------------------

test: setup-dev check test-frontend test-sqlite test-postgres test-browser ## every check and every test, on both databases and in a browser

check: setup-dev lint types translations frontend-check ## what can be seen without running the tests
	@$(CHECK) $(BIN)/python -m django makemigrations --check --dry-run --settings hearth.config.settings

lint: $(MARKS)/dev ## style, format, direction of imports, sizes, templates
	@$(BIN)/ruff check --quiet .
	@$(BIN)/ruff format --quiet --check . || { echo "Not formatted; run: make format" >&2; exit 1; }
	@$(BIN)/lint-imports --no-logo | tail -n 12
	@$(BIN)/python scripts/check_sizes.py
	@$(BIN)/djlint --lint --quiet hearth

types: $(MARKS)/dev ## mypy
	@$(CHECK) $(BIN)/mypy

translations: $(MARKS)/dev ## every text has its Chinese, and says the same thing everywhere
	@$(BIN)/python scripts/messages.py check

frontend-check: frontend/node_modules/.installed ## types of the frontend
	@cd frontend && ../scripts/with_node npm run --silent types

test-frontend: frontend/node_modules/.installed
	@cd frontend && ../scripts/with_node npm run --silent test

test-sqlite: setup-dev
	@scripts/broker_ready
	$(PYTEST) --db=sqlite

# Left out: what asks no database anything of its own, and the demonstration's play, which only calls
# services that are tested here by themselves; its records of 2021 are loaded on both.
test-postgres: setup-dev
	@scripts/broker_ready
	$(PYTEST) --db=postgres --ignore=tests/consistency --ignore=tests/kernel \
	  --ignore-glob='tests/exchange/demo/test_present*'

test-browser: setup-dev
	@scripts/browser_ready
	$(PYTEST) -m e2e --db=sqlite tests/e2e

format: $(MARKS)/dev ## put the Python in order
	@$(BIN)/ruff check --quiet --fix . || true
	@$(BIN)/ruff format --quiet .

# --- more ---------------------------------------------------------------------------------------

screenshots: setup-dev ## the pictures in docs/screens
	@scripts/browser_ready
	@$(BIN)/python -m scripts.doc_screens

bench: setup-dev ## measure against the budget of docs; several minutes
	@$(BIN)/python -m benchmarks

LOCK := $(BIN)/uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-annotate --no-header --upgrade
lock: $(MARKS)/dev ## write requirements/*.txt anew, with the newest versions that pyproject.toml allows
	@$(LOCK) requirements/tools.in -o requirements/tools.txt
	@$(LOCK) requirements/node.in -o requirements/node.txt
	@$(LOCK) pyproject.toml -o requirements/runtime.txt
	@$(LOCK) --extra dev --constraint requirements/runtime.txt pyproject.toml -o requirements/dev.txt

clean: ## everything that the above made; the database in home/ stays
	rm -rf .venv build dist *.egg-info frontend/node_modules hearth/static/dist $(COMPILED) \
	  .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache .coverage htmlcov
	find . -name __pycache__ -type d -prune -exec rm -rf {} +
