# Everything a person types. `make help` lists it.
SHELL := /bin/bash
.SHELLFLAGS := -eu -o pipefail -c
.DEFAULT_GOAL := help
MAKEFLAGS += --no-print-directory

PYTHON ?= $(shell command -v python3.11 || command -v python3)
VENV := .venv
PY := $(VENV)/bin/python
SPARK_VENV := .venv-spark

# Knobs, e.g. `make demo SERVE=0 EXCHANGE=postgres SCALE=ci`. SEED and AS_OF have the simulator's defaults.
SCALE ?= demo
SEED ?=
AS_OF ?=
EXCHANGE ?= duckdb
WORLD = --scale $(SCALE) --exchange $(EXCHANGE) $(if $(SEED),--seed $(SEED)) $(if $(AS_OF),--as-of $(AS_OF))
SERVE ?= 1
PORT ?= 8501
CASES ?= cases
JOBS ?= 2
TESTS ?= tests

export PATH := $(CURDIR)/$(VENV)/bin:$(PATH)
export PYTHONUNBUFFERED := 1
export PYTHONDONTWRITEBYTECODE := 1
export SHEBAO_PORT := $(PORT)
# Nobody outside is told anything.
export DO_NOT_TRACK := 1
export DBT_SEND_ANONYMOUS_USAGE_STATS := false
export DAGSTER_DISABLE_TELEMETRY := 1
export STREAMLIT_BROWSER_GATHER_USAGE_STATS := false

# Make an environment hold exactly what a lock file says. uv is fast; pip knows mirrors that only pip was told of.
# The project's is compiled at once (half a minute), or each of its many processes would compile all that it imports anew.
SYNC = $(VENV)/bin/uv pip sync $(if $(filter $(VENV),$(1)),--compile-bytecode) $$([ -t 1 ] || echo --quiet) --python $(1)/bin/python --require-hashes --strict $(2) \
	|| { echo "uv could not install; trying pip (slower)"; \
		$(1)/bin/python -m pip install --quiet --disable-pip-version-check --require-hashes -r $(2); }

.PHONY: exchange-check help install demo day match test lint format cases dagster serve spark bench load screenshots lock dictionary rules-doc clean

help: ## list the commands
	@awk 'BEGIN {FS = ":.*## "} /^[a-z-]+:.*## / {printf "  make %-12s %s\n", $$1, $$2}' $(MAKEFILE_LIST)
	@echo
	@echo "  knobs: SCALE=ci|demo|city|<employers> SEED=<number> AS_OF=<day> EXCHANGE=duckdb|postgres|mariadb SERVE=0|1 PORT=$(PORT)"

install: $(VENV)/.installed ## create .venv from requirements.lock (done by the others when needed)

$(VENV)/.installed: requirements.lock
	@echo "── installing the environment into $(VENV) ──"
	@test -n "$(PYTHON)" || { echo "Python 3.11 is missing: apt-get install python3.11 python3.11-venv"; exit 1; }
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info[:2] != (3, 11))' \
		|| { echo "Python 3.11 is needed, $(PYTHON) is $$($(PYTHON) -V). Point to one: make PYTHON=/path/to/python3.11 …"; exit 1; }
	@$(PYTHON) -c 'import venv, ensurepip' 2>/dev/null \
		|| { echo "This Python has no venv/ensurepip. On Debian: apt-get install python3.11-venv"; exit 1; }
	@$(PYTHON) -m venv $(VENV)
	@awk '/^[a-zA-Z0-9]/ {take = /^uv==/} take' requirements.lock > $(VENV)/uv.lock
	@$(PY) -m pip install --quiet --disable-pip-version-check --no-deps --require-hashes -r $(VENV)/uv.lock
	@$(call SYNC,$(VENV),requirements.lock)
	@touch $@

demo: install ## simulate a city, sync, build, audit, publish, print what was found, serve the dashboard (SERVE=0: do not serve)
	@$(PY) -m simulator build $(WORLD)
	@$(PY) -m orchestration daily
	@$(PY) -m orchestration summary
	@if [ "$(SERVE)" != 0 ]; then SHEBAO_DEMO=1 exec $(PY) -m dashboards; fi

day: install ## let the simulated city live on one business day and run the daily job again
	@$(PY) -m simulator day
	@$(PY) -m orchestration daily
	@$(PY) -m orchestration summary

match: install ## match persons on rosters again, chunk by chunk, inside the booked hours
	@$(PY) -m orchestration match

serve: install ## serve the dashboard over the published snapshot
	@exec $(PY) -m dashboards

test: install ## run all tests (TESTS=tests/simulator for a part)
	@$(PY) -m pytest -n $(JOBS) --dist loadfile --no-loadscope-reorder $(TESTS)

dictionary: install ## write docs/data-dictionary.md from the declared sources
	@$(PY) -m common.dictionary

rules-doc: install ## write docs/rules.md from the rules' entries
	@$(PY) -m orchestration rules-doc

lint: install ## ruff, mypy, sqlfluff, yamllint and our own checks
	@$(PY) -m common.lint

format: install ## rewrite Python and SQL into the house style
	@$(VENV)/bin/ruff check --fix --quiet . || true
	@$(VENV)/bin/ruff format .
	@$(VENV)/bin/sqlfluff fix --processes $(JOBS) --disable-progress-bar dbt_project/models dbt_project/tests

cases: install ## run hand-written cases through the whole chain (CASES=<folder>)
	@$(PY) -m simulator cases $(CASES)

dagster: install ## open Dagster's own pages with all assets, checks, jobs and schedules
	@export DAGSTER_HOME="$$($(PY) -c 'from orchestration.lib import home; print(home.prepare())')"; \
	PYTHONWARNINGS=ignore exec $(VENV)/bin/dagster dev -m orchestration.definitions -h 127.0.0.1 -p 3000

spark: install $(SPARK_VENV)/.installed ## build every model with Spark too and compare each mart row by row
	@$(PY) -m engines.prepare
	@$(SPARK_VENV)/bin/python -m engines.spark

$(SPARK_VENV)/.installed: requirements-spark.lock | install
	@echo "── installing Spark into $(SPARK_VENV) ──"
	@$(PYTHON) -m venv $(SPARK_VENV)
	@$(call SYNC,$(SPARK_VENV),requirements-spark.lock)
	@touch $@

exchange-check: install ## run dbt's source tests and freshness inside the exchange database, before a sync (EXCHANGE=<environment of exchange.toml>)
	@$(PY) -m orchestration exchange-check --exchange $(EXCHANGE)

bench: install ## measure the sync (ROWS=20000000 for a large table) and rules, reconciliation, metrics of a built warehouse (BENCH=rules for a part)
	@$(PY) -m benchmarks $(BENCH) $(if $(ROWS),--rows $(ROWS))

load: install ## walk 50, 100, 150 people through the dashboard over the published snapshot (USERS="50 100", LIMIT=1 for a limit of p95 in seconds)
	@$(PY) -m benchmarks.load $(if $(USERS),--users $(USERS)) $(if $(LIMIT),--limit $(LIMIT))

screenshots: install ## take pictures of all pages with a headless browser into var/screenshots (PERSON=<number> UNIT=<number> for those that need one typed in)
	@$(PY) -m tests.browser.screenshots $(if $(PERSON),--person $(PERSON)) $(if $(UNIT),--unit $(UNIT))

lock: install ## write the lock files anew from requirements.in and requirements-spark.in
	@$(VENV)/bin/uv pip compile --quiet --generate-hashes --no-strip-extras --python-version 3.11 --no-emit-index-url --no-header requirements.in -o requirements.lock
	@$(VENV)/bin/uv pip compile --quiet --generate-hashes --no-strip-extras --python-version 3.11 --no-emit-index-url --no-header requirements-spark.in -o requirements-spark.lock

clean: ## remove what running left behind (the environments stay)
	rm -rf var dbt_project/target dbt_project/logs logs .pytest_cache .mypy_cache .ruff_cache
	find . -name __pycache__ -not -path './.venv*' -prune -exec rm -rf {} +
