# Every target says what it does: `make help`.
SHELL := /bin/bash
VENV := .venv
PY := $(VENV)/bin/python
STAMP := $(VENV)/.installed
WORKERS ?= 2

.DEFAULT_GOAL := help
.PHONY: help run test lint types bench migrate lock

help: ## Say what each target does
	@grep -hE '^[a-z]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/^([a-z]+):.*## /  \1\t/' | expand -t 12

$(STAMP): requirements.lock pyproject.toml
	@echo "Installing the locked dependencies into $(VENV) (once, and again when they change)"
	@test -x $(PY) || python3 -m venv $(VENV)
	@$(PY) -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements.lock
	@$(PY) -m pip install --quiet --disable-pip-version-check --no-deps --config-settings editable_mode=compat -e .
	@touch $@

run: $(STAMP) ## Serve everything in one process, with demo data and SQLite
	@echo "Starting Lantern; stop it with Ctrl-C"
	@$(VENV)/bin/lantern serve

test: $(STAMP) ## Run every test (WORKERS=2 at a time)
	@echo "Running the tests, $(WORKERS) at a time"
	@$(PY) -m pytest -n $(WORKERS)

lint: $(STAMP) ## Check style (ruff) and which package imports which (import-linter)
	@echo "Checking style and imports"
	@$(VENV)/bin/ruff check .
	@$(VENV)/bin/lint-imports

types: $(STAMP) ## Check types (mypy --strict)
	@echo "Checking types"
	@$(VENV)/bin/mypy

bench: $(STAMP) ## Measure a turn, screening, the queue and a chat
	@for case in turn screen queue chat; do \
	  echo "Measuring $$case"; $(VENV)/bin/lantern bench $$case --json || exit 1; done

migrate: $(STAMP) ## Bring the database up to date
	@echo "Bringing the database up to date"
	@$(VENV)/bin/lantern db upgrade

lock: ## Work out requirements.lock again from pyproject.toml (needs uv)
	@echo "Locking the dependencies, with a hash for each file"
	@uv pip compile pyproject.toml --extra dev --generate-hashes --no-header --no-annotate \
	  --no-emit-index-url --universal --python-version 3.11 -o requirements.lock
