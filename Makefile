# Everything a newcomer needs: `make demo`, `make test`. Both set up what they need first.
SHELL := /bin/bash
PYTHON ?= python3.11
VENV := .venv
BIN := $(VENV)/bin
STAMP := $(VENV)/.installed
WORKERS ?= 4
SCALE ?= 1

.PHONY: help setup demo test pytest models lint bench dashboard docs clean

help:
	@grep -E '^[a-z]+:.*##' $(MAKEFILE_LIST) | sed 's/:.*## /\t/' | expand -t 12

setup: $(STAMP) ## create .venv with the pinned dependencies and polaris-load in its bin

$(STAMP): requirements.lock pyproject.toml
	test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	$(BIN)/pip install --quiet --disable-pip-version-check --require-hashes -r requirements.lock
	$(BIN)/pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation -e .
	touch $@

demo: setup ## make sample sources, import them all, print the report (SCALE=1)
	$(BIN)/polaris-load demo --scale $(SCALE)

test: setup ## linters, dbt build with every unit test, pytest, browser tests
	$(MAKE) --no-print-directory -j3 lint models pytest

pytest: setup ## pytest alone, browser tests included
	$(BIN)/python -m pytest -n $(WORKERS) --no-loadscope-reorder --durations=25

# The tests of columns say nothing of empty tables; tests/test_imports_narrow_builds.py runs them.
models: setup ## dbt build with every unit test, on an empty warehouse
	POLARIS_HOME=$$(mktemp -d) DBT_TARGET_PATH=$$(mktemp -d) $(BIN)/dbt --quiet build \
		--exclude test_type:generic

lint: setup ## ruff, mypy, sqlfluff, dbt-bouncer
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/sqlfluff lint --processes $(WORKERS) --disable-progress-bar models dbt_project
	$(BIN)/dbt --quiet parse
	$(BIN)/dbt-bouncer run --config-file dbt-bouncer.yml
	$(BIN)/dbt --quiet docs generate --no-compile --empty-catalog

bench: setup ## measure whole commands against a bare script (benchmarks/README.md)
	$(BIN)/python -m benchmarks.run

dashboard: setup ## open the dashboard on what is published
	$(BIN)/polaris-load dashboard

docs: setup ## docs/field-mapping.md, and dbt docs of every model in target/static_index.html
	$(BIN)/python -m polaris.field_mapping
	$(BIN)/dbt docs generate --static

clean: ## remove what was built, never what was imported
	rm -rf target logs build *.egg-info .pytest_cache .mypy_cache .ruff_cache
