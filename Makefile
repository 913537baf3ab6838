# make report   set up what is needed, render the shipped reports, say where they are
# make test     set up what is needed, run every check and test
# make slow     the tests that take long: hostile inputs, a cluster, edits in LibreOffice
# make lowest   run the tests on the lowest versions that pyproject.toml allows
# make others   run the tests on other versions of Python: PYTHONS="python3.12 python3.13"
# make lock     write constraints.txt anew: the versions that make test last passed with
# make format   put the code in its standard form
# make refresh  write the golden files anew (look at what changed before you commit)
# make docs     build the site of the documents into site/
# make pictures make the pictures of the documents anew
# make bench    compare the speed of the Word engine and of the whole with docxtpl's, in one run
# make province render a thousand departments in every way there is and compare
# make exe      build the program as one folder and one file with Python inside (dist/), and try every command
# make wheelhouse  a zip for installing without a network (dist/)
# make fuzz     feed every reader what nobody wrote, SECONDS=30 for each
# make mutants  change the code in MODULE and see whether a test notices (docs/变异测试.md)

PYTHON ?= python3
BIN := .venv/bin
INPUTS := $(sort $(wildcard inputs/*.yaml))

.PHONY: docs pictures exe wheelhouse fuzz mutants lowest others lock report test lint format refresh bench province clean slow

report: .venv/.ready
	@failed=0; for input in $(INPUTS); do $(BIN)/jixiao render "$$input" -o outputs || failed=1; done; exit $$failed

test: .venv/.ready-dev lint
	$(BIN)/pytest -n auto --dist worksteal -m "not slow" --coverage 95

slow: .venv/.ready-dev
	$(BIN)/pytest -n auto -m slow

LOWEST := .venv-lowest
LOWEST_TESTS ?= tests/base tests/cli/test_commands.py tests/fix tests/formula tests/scoring tests/sheets tests/xlsx

# Only what the program itself depends on is lowered. Without the tools that want a newer lxml (openxml-audit).
lowest: .venv/.ready-dev
	rm -rf $(LOWEST) && $(PYTHON) -m venv $(LOWEST)
	$(LOWEST)/bin/python -m pip install -q --disable-pip-version-check uv
	$(LOWEST)/bin/uv pip compile -q --no-deps --resolution lowest-direct --extra text --extra web pyproject.toml \
	  -o $(LOWEST)/lowest.txt
	$(LOWEST)/bin/python -m pip install -q --disable-pip-version-check -c $(LOWEST)/lowest.txt -e '.[text,web]' \
	  docxcompose docxtpl hypothesis jsonschema pytest pytest-xdist
	$(LOWEST)/bin/pytest -q -n auto -m "not slow" $(LOWEST_TESTS)
	$(LOWEST)/bin/python -m tests.every_command --no-documents $(LOWEST)/bin/jixiao

PYTHONS ?= python3.12 python3.13 python3.14

others:
	@for python in $(PYTHONS); do \
	  $$python -c '' 2>/dev/null || { echo "$$python is not installed"; continue; }; \
	  own=.venv-$$(basename $$python); $$python -m venv $$own && \
	  $$own/bin/python -m pip install -q --disable-pip-version-check -e '.[dev]' && \
	  $$own/bin/pytest -q -n auto -m "not slow" || exit 1; done

lock: .venv/.ready-dev
	{ echo "# Written by make lock. Use: pip install -c constraints.txt -e '.[dev]'"; \
	  $(BIN)/python -m pip freeze --exclude-editable --exclude uv | LC_ALL=C sort -f; } > constraints.txt

lint: .venv/.ready-dev
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports

format: .venv/.ready-dev
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

refresh: .venv/.ready-dev
	$(BIN)/pytest --refresh -q tests/golden tests/docs tests/test_schema.py tests/checks/test_examples.py
	git diff --stat

# With npm: what lets the site's search work in a folder, without a server.
docs: .venv/.ready-docs
	npm install --prefix .npm --no-audit --no-fund --silent iframe-worker@1.0.4
	NO_MKDOCS_2_WARNING=1 $(BIN)/mkdocs build -q

pictures: .venv/.ready-dev
	$(BIN)/python -m tools.pictures

bench: .venv/.ready-dev
	$(BIN)/python -m tests.bench.bench_word
	$(BIN)/python -m tests.bench.bench_whole
	$(BIN)/python -m tests.bench.bench_nested
	$(BIN)/python -m tests.bench.bench_volume
	$(BIN)/python -m tests.bench.bench_pdf
	$(BIN)/python -m tests.bench.bench_checks
	$(BIN)/python -m tests.bench.bench_audit

# A quarter of an hour: a thousand departments on one process, on two, and on a cluster.
province: .venv/.ready-dev
	$(BIN)/python -m tests.bench.bench_province

exe: docs .venv/.ready-build
	$(BIN)/pyinstaller --noconfirm --log-level WARN --distpath dist --workpath build/pyinstaller packaging/jixiao.spec
	$(BIN)/python -m tests.every_command dist/jixiao-folder/jixiao dist/jixiao
	JIXIAO=$(CURDIR)/dist/jixiao $(BIN)/pytest -q tests/test_built.py tests/web/test_browser.py

# For this system and this version of Python.
wheelhouse: .venv/.ready-build
	rm -rf build/wheelhouse && mkdir -p build/wheelhouse dist
	$(BIN)/python -m pip wheel -q --disable-pip-version-check -w build/wheelhouse '.[text,web]'
	cp docs/安装.md build/wheelhouse
	cd build/wheelhouse && ../../$(BIN)/python -m zipfile -c ../../dist/jixiao-wheelhouse.zip *

SECONDS ?= 30
FUZZED := reading formula targets finished body layouts fields relationships attachments pull

fuzz: .venv/.ready-fuzz
	@mkdir -p .fuzz
	@for name in $(FUZZED); do mkdir -p .fuzz/$$name && echo "fuzz $$name" && \
	  $(BIN)/python -m tests.fuzz.targets $$name .fuzz/$$name tests/fuzz/seeds/$$name -max_total_time=$(SECONDS) \
	    -artifact_prefix=.fuzz/$$name- -rss_limit_mb=1000 -timeout=20 -verbosity=0 || exit 1; done

MODULE ?= generator/base/amount.py
TESTS ?= tests/base tests/formula
CHILDREN ?= 1

# In a copy, since mutmut leaves its own files beside the code. Only the named tests are run, few examples of each.
mutants: .venv/.ready-fuzz
	rm -rf .mutants && mkdir .mutants
	cp -r generator tests templates inputs pyproject.toml .mutants
	printf '%s\n' '[mutmut]' source_paths=generator timeout_multiplier=3 timeout_constant=5 \
	  also_copy= $(foreach one,templates inputs,'    $(one)') \
	  only_mutate= $(foreach one,$(MODULE),'    $(one)') \
	  pytest_add_cli_args_test_selection= $(foreach one,$(TESTS),'    $(one)') > .mutants/setup.cfg
	cd .mutants && ../$(BIN)/mutmut run --max-children $(CHILDREN)
	@cd .mutants && ../$(BIN)/mutmut results | while IFS=': ' read -r name status; do \
	  echo; echo "$$status: $$name"; ../$(BIN)/mutmut show "$$name" | grep '^[-+] '; done

clean:
	rm -rf site .venv .venv-* .fuzz .mutants build dist .hypothesis .mypy_cache .pytest_cache .ruff_cache .import_linter_cache

.venv/bin/python:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || \
	  { echo "jixiao needs Python 3.11 or newer: make PYTHON=python3.12 ..."; exit 1; }
	@$(PYTHON) -m venv .venv || \
	  { rm -rf .venv; echo "Python's venv module is missing; on Debian: apt-get install python3-venv"; exit 1; }

.venv/.ready: pyproject.toml | .venv/bin/python
	$(BIN)/python -m pip install -q --disable-pip-version-check -e '.[text]'
	@touch $@

.venv/.ready-dev: pyproject.toml | .venv/bin/python
	$(BIN)/python -m pip install -q --disable-pip-version-check -e '.[dev]'
	@touch $@ .venv/.ready

.venv/.ready-docs: .venv/.ready-dev
	$(BIN)/python -m pip install -q --disable-pip-version-check -e '.[dev,docs]'
	@touch $@

.venv/.ready-build: .venv/.ready-dev
	$(BIN)/python -m pip install -q --disable-pip-version-check -e '.[build]'
	@touch $@

.venv/.ready-fuzz: .venv/.ready-dev
	$(BIN)/python -m pip install -q --disable-pip-version-check -e '.[dev,fuzz]' || \
	  { echo "atheris has no wheel for this Python or system: make fuzz needs Linux and Python 3.11 to 3.13"; exit 1; }
	@touch $@
