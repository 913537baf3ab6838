# make report   set up what is needed, render the shipped reports, say where they are
# make test     set up what is needed, run every check and test
# make format   put the code in its standard form
# make refresh  write the golden files anew (look at what changed before you commit)
# make bench    compare the speed of the Word engine with docxtpl's, in one run

PYTHON ?= python3
BIN := .venv/bin
INPUTS := $(sort $(wildcard inputs/*.yaml))

.PHONY: report test lint format refresh bench clean

report: .venv/.ready
	@failed=0; for input in $(INPUTS); do $(BIN)/jixiao render "$$input" -o outputs || failed=1; done; exit $$failed

test: .venv/.ready-dev lint
	$(BIN)/pytest -n auto --cov --cov-report=term --cov-fail-under=95

lint: .venv/.ready-dev
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports

format: .venv/.ready-dev
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

refresh: .venv/.ready-dev
	$(BIN)/pytest --refresh -q tests/golden tests/docs tests/test_schema.py
	git diff --stat

bench: .venv/.ready-bench
	$(BIN)/python -m tests.bench.bench_word

clean:
	rm -rf .venv build dist .coverage .hypothesis .mypy_cache .pytest_cache .ruff_cache .import_linter_cache

.venv/bin/python:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || \
	  { echo "jixiao needs Python 3.11 or newer: make PYTHON=python3.12 ..."; exit 1; }
	@$(PYTHON) -m venv .venv || \
	  { rm -rf .venv; echo "Python's venv module is missing; on Debian: apt-get install python3-venv"; exit 1; }

.venv/.ready: pyproject.toml | .venv/bin/python
	$(BIN)/python -m pip install -q --disable-pip-version-check -e .
	@touch $@

.venv/.ready-dev: pyproject.toml | .venv/bin/python
	$(BIN)/python -m pip install -q --disable-pip-version-check -e '.[dev]'
	@touch $@ .venv/.ready

.venv/.ready-bench: .venv/.ready-dev
	$(BIN)/python -m pip install -q --disable-pip-version-check -e '.[dev,bench]'
	@touch $@
