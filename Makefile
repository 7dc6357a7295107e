# Every target prepares .venv first; that is quick when nothing changed. Other Python: make PYTHON=python3.12 app

PYTHON ?= python3
export VENV ?= .venv
BIN = $(VENV)/bin
PEERS ?= .venv-peers
WORKERS ?= 2

.PHONY: help python app dev test check bundle bench peers docs wheel

help:
	@echo "make app      set everything up, start the workbench, open the browser"
	@echo "make test     set everything up, then style, types, imports and all tests (PYTEST='-m \"not ui\"' narrows them)"
	@echo "make dev      the workbench again at every saved change"
	@echo "make check    style, types and imports alone"
	@echo "make bundle   build the JavaScript of the components (needs Node.js)"
	@echo "make bench    measure, and print the table (BENCH='--quick engine' narrows it)"
	@echo "make peers    measure ours beside other libraries, which get an environment of their own"
	@echo "make docs     write the reference of the engine into build/reference"
	@echo "make wheel    build the wheel into dist/"

python:
	@$(PYTHON) -c 'import sys; v = sys.version_info; \
	sys.exit("Python 3.11 or newer is needed and this is %d.%d; try: make PYTHON=python3.11" % v[:2] if v < (3, 11) else 0)'

app: python
	@$(PYTHON) scripts/prepare.py app
	@exec $(BIN)/workbench

dev: python
	@$(PYTHON) scripts/prepare.py app
	@exec $(BIN)/workbench serve --dev

test: check
	@OMP_NUM_THREADS=1 $(BIN)/pytest -n $(WORKERS) $(PYTEST)

check: python
	@$(PYTHON) scripts/prepare.py test
	@$(BIN)/ruff check --quiet .
	@$(BIN)/ruff format --check --quiet .
	@$(BIN)/basedpyright --pythonpath $(BIN)/python
	@$(BIN)/lint-imports --no-logo

bundle: python
	@$(PYTHON) scripts/prepare.py app
	@$(BIN)/python -m components.bundle

bench: python
	@$(PYTHON) scripts/prepare.py test
	@$(BIN)/python tests/benchmarks/bench.py $(BENCH)

peers: python
	@VENV=$(PEERS) $(PYTHON) scripts/prepare.py peers
	@$(PEERS)/bin/python tests/benchmarks/bench.py peers $(BENCH)

docs: python
	@$(PYTHON) scripts/prepare.py app
	@$(BIN)/python -m scripts.build_reference

wheel: python
	@$(PYTHON) scripts/prepare.py app
	@$(BIN)/pip wheel --quiet --no-deps --wheel-dir dist .
	@ls dist
