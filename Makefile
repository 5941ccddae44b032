# `make` alone lists what there is. Needs python3 >= 3.11 and a package registry; everything else goes into .venv.
SHELL := bash
.SHELLFLAGS := -euo pipefail -c
.DEFAULT_GOAL := help
MAKEFLAGS += --no-print-directory
.NOTPARALLEL:

PYTHON ?= python3
PORT ?= 8800
VENV := .venv
BIN := $(VENV)/bin
PACKAGES := bot conversations storage
PIP := $(BIN)/python -m pip --disable-pip-version-check --quiet
RUN_LOCKS := requirements/build.txt requirements/run.txt
DEV_LOCKS := requirements/test.txt requirements/documents.txt requirements/postgresql.txt requirements/email.txt requirements/oidc.txt \
  requirements/matrix.txt requirements/slack.txt requirements/teams.txt requirements/telegram.txt
LOCKS := build run documents test postgresql slack teams telegram matrix email oidc bench
# A file of tests stays in one process, because its fixtures (a server, a browser, a played year) are made once for it;
# tests/conftest.py has the slow files begin first.
SIDE_BY_SIDE = -n 2 --dist loadfile --no-loadscope-reorder
FULLY_COVERED := conversations/privacy/*,conversations/dialog/*

.PHONY: help
help:  ## this list
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/^([a-z-]+):.*## /  make \1|/' | column -t -s '|'

.PHONY: setup
setup: $(VENV)/.run  ## .venv with the overlegmaat command in it

# A Debian python3 without python3-venv can still make an environment, if it has pip to fill it with.
$(BIN)/python:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { echo "Python 3.11 or newer is needed: make PYTHON=python3.12 setup" >&2; exit 1; }
	@$(PYTHON) -m venv $(VENV) >/dev/null 2>&1 \
	  || { rm -rf $(VENV); $(PYTHON) -m venv --without-pip $(VENV) && $(PYTHON) -m pip --python $(BIN)/python --quiet install pip; } \
	  || { rm -rf $(VENV); echo "Python has neither venv nor pip: on Debian, apt-get install python3-venv" >&2; exit 1; }

$(VENV)/.run: pyproject.toml $(RUN_LOCKS) | $(BIN)/python
	$(PIP) install --require-hashes $(RUN_LOCKS:%=-r %)
	$(PIP) install --no-build-isolation --no-deps --editable .
	@touch $@

.PHONY: dev
dev: $(VENV)/.dev  ## setup, and what tests and checks need

$(VENV)/.dev: $(VENV)/.run $(DEV_LOCKS)
	$(PIP) install --require-hashes $(DEV_LOCKS:%=-r %)
	@touch $@

$(VENV)/.bench: $(VENV)/.run requirements/documents.txt requirements/postgresql.txt requirements/bench.txt
	$(PIP) install --require-hashes -r requirements/documents.txt -r requirements/postgresql.txt -r requirements/bench.txt
	@touch $@

# A program beside ours, with an environment of its own; only tests start it.
build/synapse/.ready: requirements/synapse.txt
	@rm -rf build/synapse && mkdir -p build && $(PYTHON) -m venv build/synapse
	@build/synapse/bin/python -m pip --disable-pip-version-check --quiet install --no-compile --require-hashes -r $<
	@touch $@

.PHONY: synapse
synapse: build/synapse/.ready  ## a Matrix homeserver for the tests

.PHONY: run
run: setup  ## the web chat with the fictional municipality, on SQLite (PORT=8800)
	@$(BIN)/overlegmaat demo --port $(PORT)

.PHONY: test
test: dev  ## all tests; what needs PostgreSQL or Chromium is skipped where that is missing
	@$(BIN)/pytest -q $(SIDE_BY_SIDE)

.PHONY: provider
provider: tests/provider/node_modules/.package-lock.json  ## the sign-in provider that the tests drive; needs node and npm

tests/provider/node_modules/.package-lock.json: tests/provider/package-lock.json
	cd tests/provider && npm ci --silent --no-audit --no-fund --ignore-scripts
	@touch $@

.PHONY: check
check: lint wheel coverage  ## everything CI runs; pytest's closing line comes last

.PHONY: lint
lint: dev  ## style, types and import contracts
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports

.PHONY: coverage
coverage: dev  ## the tests with branch coverage, held to its floors
	@rm -rf build/coverage && mkdir -p build/coverage
	$(BIN)/pytest -q $(SIDE_BY_SIDE) --cov --cov-report= | tee build/coverage/pytest.log
	$(BIN)/coverage report --fail-under=95
	$(BIN)/coverage report --fail-under=100 --include='$(FULLY_COVERED)'
	@tail -n 1 build/coverage/pytest.log

# Installed where nothing of the source tree can be reached by accident.
.PHONY: wheel
wheel: dev  ## the wheel, installed in an empty environment and run from an empty folder
	@rm -rf build/wheel && mkdir -p build/wheel/empty
	$(PIP) wheel --no-build-isolation --no-deps --wheel-dir build/wheel .
	$(PYTHON) -m venv build/wheel/venv
	build/wheel/venv/bin/python -m pip --disable-pip-version-check --quiet install --require-hashes -r requirements/run.txt
	build/wheel/venv/bin/python -m pip --disable-pip-version-check --quiet install --no-deps --no-index build/wheel/overlegmaat-*.whl
	cd build/wheel/empty && ../venv/bin/python -m pip check
	cd build/wheel/empty && ../venv/bin/overlegmaat check
	cd build/wheel/empty && ../venv/bin/overlegmaat replay demo --out out >/dev/null && test -n "$$(find out -name '*.md')"

.PHONY: bench
bench: $(VENV)/.bench  ## how fast it is, beside the alternatives
	@$(BIN)/overlegmaat bench

# Not in check: it asks an advisory service, and a new advisory is no fault of the change at hand. What could not be asked is a failure.
.PHONY: audit
audit:  ## known vulnerabilities in what is pinned (asks the package index)
	@place=$$(mktemp -d); trap 'rm -rf "$$place"' EXIT; \
	$(PYTHON) -m venv "$$place" && "$$place/bin/python" -m pip --disable-pip-version-check --quiet install pip-audit && \
	"$$place/bin/pip-audit" --strict --disable-pip --require-hashes $(foreach name,$(LOCKS),-r requirements/$(name).txt)

.PHONY: lock
lock:  ## pin versions and hashes in requirements/ anew (UPGRADE=1 takes the newest)
	@PYTHON=$(PYTHON) UPGRADE=$(UPGRADE) bash requirements/lock $(LOCKS)
	@PYTHON=$(PYTHON) UPGRADE=$(UPGRADE) bash requirements/lock synapse

.PHONY: clean
clean:  ## remove what the other targets made
	rm -rf $(VENV) build dist .coverage* .hypothesis .import_linter_cache .mypy_cache .pytest_cache .ruff_cache
	find $(PACKAGES) tests -name __pycache__ -prune -exec rm -rf {} +
