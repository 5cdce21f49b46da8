# Everything a person or a build server runs. `make help` lists it.

.DEFAULT_GOAL := help
.PHONY: help run test test-fast lint fix bench soak migrate revision lock browser

PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
# Two processes: more only wait for the one PostgreSQL they share.
PYTEST := $(BIN)/python -m pytest -q
PARALLEL := -n 2
# Tests of real processes wait for facts, and give up on them late. Should a machine
# stand still for minutes, what failed is tried once more, and failing twice is failing.
AGAIN := $(PYTEST) --last-failed --last-failed-no-failures none
APART := api or crash or browser

help: ## Show this list
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  make %-10s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

run: $(VENV)/ready ## Start everything on this machine and print the address
	$(BIN)/rollcall up

test: lint browser ## Everything that CI runs, in CI's order
	$(PYTEST) $(PARALLEL) -m "not ($(APART))"
	$(PYTEST) $(PARALLEL) -m api
	$(PYTEST) -m crash || $(AGAIN) -m crash
	$(PYTEST) -m browser || $(AGAIN) -m browser

test-fast: $(VENV)/ready ## The tests that need no browser and kill no process
	$(PYTEST) $(PARALLEL) -m "not ($(APART))"

lint: $(VENV)/ready ## Style, formatting, who imports whom, types
	$(BIN)/ruff check
	$(BIN)/ruff format --check
	$(BIN)/lint-imports
	$(BIN)/mypy

fix: $(VENV)/ready ## Repair what the linter and the formatter can repair
	$(BIN)/ruff check --fix
	$(BIN)/ruff format

bench: $(VENV)/ready ## Measure a million contacts and a million-line segment
	$(BIN)/python -m tests.bench

soak: $(VENV)/ready ## Kill 300 processes while people log; 200 tabs watch 20 large logs
	$(BIN)/python -m tests.soak

migrate: $(VENV)/ready ## Bring the database of DATABASE_URL to the newest schema
	$(BIN)/rollcall migrate

revision: $(VENV)/ready ## Write the migration for changed models: make revision m="Add ..."
	$(BIN)/python -m core.migrations.revise $(if $(m),"$(m)",--help)

lock: $(VENV)/ready ## Pin every package anew after a change in pyproject.toml
	uv pip compile --quiet --universal --python-version 3.11 --extra dev \
	  --output-file requirements.lock pyproject.toml

# The browser of the browser tests is Debian's, since Playwright's own has to be
# downloaded from a place that a build server may not reach.
browser:
	@command -v chromium >/dev/null || { \
	  [ "$$(id -u)" = 0 ] || { echo "The browser tests need chromium: sudo apt-get install chromium"; exit 1; }; \
	  apt-get update -qq && apt-get install -y -qq --no-install-recommends chromium; }

# The environment is made from the lock file, with uv where there is one and with pip
# where not; both install the same packages.
$(VENV)/ready: requirements.lock pyproject.toml
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { \
	  echo "Rollcall needs Python 3.11 or newer: make PYTHON=/path/to/python3.12 ..."; exit 1; }
	@if command -v uv >/dev/null; then \
	  { [ -x $(BIN)/python ] || uv venv --quiet --python $(PYTHON) $(VENV); } && \
	  uv pip install --quiet --python $(BIN)/python --requirement requirements.lock --editable . --no-deps; \
	else \
	  { [ -x $(BIN)/python ] || $(PYTHON) -m venv $(VENV); } && \
	  $(BIN)/python -m pip install --quiet --disable-pip-version-check --requirement requirements.lock --no-deps && \
	  $(BIN)/python -m pip install --quiet --disable-pip-version-check --editable . --no-deps; \
	fi
	@touch $@
