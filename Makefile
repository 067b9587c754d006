# Everything a person types: `make run`, `make test`. Both begin with `make setup`, which is done once.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
READY := $(VENV)/.ready

.PHONY: run test setup check format lock pictures reliability bench words voices security

run: $(READY)
	$(BIN)/studio up

test: $(READY) check
	$(BIN)/pytest --numprocesses auto --dist loadfile

check: $(READY)
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/dagster definitions validate --workspace workspace.yaml

setup: $(READY)

# Byte-compiled on purpose: without .pyc files every Dagster run costs 4.9 CPU seconds instead of 1.9.
$(READY): pyproject.toml requirements.lock
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || \
	  { echo "Narration Studio needs Python 3.11 or newer; name one with: make PYTHON=python3.12 setup" >&2; exit 2; }
	test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check uv
	$(BIN)/uv pip install --quiet --python $(BIN)/python --compile-bytecode --no-deps --requirement requirements.lock
	$(BIN)/uv pip install --quiet --python $(BIN)/python --no-deps --editable .
	$(BIN)/python -m compileall -q assets dagster_project studio_ui
	@touch $@

format: $(READY)
	$(BIN)/ruff format .
	$(BIN)/ruff check --fix .

# The screenshots of the documentation, taken from the real system; needs Chromium.
pictures: $(READY)
	$(BIN)/python tests/browser/pictures.py

# The table of faults, deaths, crowds and estimates, measured now; a quarter of an hour.
reliability: $(READY)
	$(BIN)/python tests/faults/report.py $(if $(TEXTS),--texts $(TEXTS))

# What is expected to be said and what is, and what became of every block of real pages; PAGES=folder for your own.
words: $(READY)
	$(BIN)/python tests/text/report.py $(if $(PAGES),--pages $(PAGES))

# Every attack of the table, tried now, and who may do what; a minute.
security: $(READY)
	$(BIN)/python tests/access/report.py

# Choose new releases of everything: run after changing the dependencies in pyproject.toml. The dictionary of Sudachi
# (190 MB) is left out: OpenJTalk asks for it, and what is used of OpenJTalk does not read it.
lock: $(READY)
	$(BIN)/uv pip compile --quiet --universal --upgrade --all-extras --no-header --no-annotate --no-emit-index-url \
	  --no-emit-package sudachidict-core \
	  pyproject.toml --output-file requirements.lock

# Every benchmark beside its floor, as JSON and as a table, and docs/performance.md; `make bench ONLY=scan,crowd` for some.
bench: $(READY)
	$(BIN)/python tests/benchmarks/run.py $(if $(ONLY),--only $(ONLY))

# What the voices on this machine sound like to a listener, how fast they are and what they take; a quarter of an hour.
# TEXTS=folder joins lessons of your own, of which twenty minutes are wanted.
voices: $(READY)
	$(BIN)/python tests/asr/listening.py
	$(BIN)/python tests/benchmarks/voices.py $(if $(TEXTS),--texts $(TEXTS)) > docs/voices.json
	$(BIN)/python tests/asr/report.py
