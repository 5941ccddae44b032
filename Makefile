# `make` alone lists what there is. Needs python3 >= 3.11 and a package registry; everything else goes into .venv.
SHELL := bash
.SHELLFLAGS := -euo pipefail -c
.DEFAULT_GOAL := help
MAKEFLAGS += --no-print-directory

PYTHON ?= python3
PORT ?= 8800
VENV := .venv
BIN := $(VENV)/bin
PACKAGES := bot conversations storage
PIP := $(BIN)/python -m pip --disable-pip-version-check --quiet
RUN_LOCKS := requirements/build.txt requirements/run.txt
DEV_LOCKS := requirements/test.txt requirements/postgresql.txt
LOCKS := build run test postgresql slack telegram bench

.PHONY: help
help:  ## this list
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/^([a-z-]+):.*## /  make \1|/' | column -t -s '|'

.PHONY: setup
setup: $(VENV)/.run  ## .venv with the overlegmaat command in it

# A Debian python3 without python3-venv can still make an environment, if it has pip to fill it with.
$(BIN)/python:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { echo "Python 3.11 or newer is needed: make PYTHON=python3.12 setup" >&2; exit 1; }
	$(PYTHON) -m venv $(VENV) 2>/dev/null \
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

$(VENV)/.bench: $(VENV)/.run requirements/postgresql.txt requirements/bench.txt
	$(PIP) install --require-hashes -r requirements/postgresql.txt -r requirements/bench.txt
	@touch $@

.PHONY: run
run: setup  ## the web chat with the fictional municipality, on SQLite (PORT=8800)
	@$(BIN)/overlegmaat demo --port $(PORT)

.PHONY: lock
lock:  ## pin versions and hashes in requirements/ anew (UPGRADE=1 takes the newest)
	@PYTHON=$(PYTHON) UPGRADE=$(UPGRADE) bash requirements/lock $(LOCKS)
