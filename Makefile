# Every target first makes what it needs. `make help` lists them.
PORT ?= 8501
BASE_URL ?=
ARGS ?=
# Some shells export HOST as this machine's name, and nobody means by that to open the app to the network.
ifeq ($(origin HOST)$(HOST),environment$(shell uname -n))
override HOST := 127.0.0.1
endif
HOST ?= 127.0.0.1
export HOST PORT BASE_URL PYTHON

# A program that fails says why in one line of its own. With -q make adds none to it; with + a recipe runs despite -q.
DRY := $(findstring n,$(firstword -$(MAKEFLAGS)))
RUN := $(if $(DRY),@,+@)
MAKEFLAGS += $(if $(DRY),,-q)
unexport MAKEFLAGS

PY := .venv/bin/python
TOOLS := tools/python.sh tools/environment.py
# Naming a Python looks again whether .venv is of that one.
AGAIN := $(if $(PYTHON),again)

.PHONY: help run etl test lint lock train clean again

help: ## This list
	$(RUN)awk -F ':.*## ' '/^[a-z]+:.*## / { printf "make %-7s %s\n", $$1, $$2 }' Makefile

run: .venv/.app ## Read the articles once, then show the charts at http://HOST:PORT (HOST=127.0.0.1 PORT=8501 BASE_URL=)
	$(RUN)$(PY) tools/start.py

etl: .venv/.app ## Read new and changed articles into the database (ARGS="FOLDER --no-bundled")
	$(RUN)$(PY) -m etl run $(ARGS)

test: .venv/.dev ## Run all tests, those in a browser too (ARGS="-k nec")
	$(RUN)$(if $(findstring not e2e,$(ARGS)),:,$(PY) tools/browser.py)
	$(RUN)$(PY) -m pytest $(ARGS)

lint: .venv/.dev ## Check style and form of the code
	$(RUN)$(PY) -m ruff check -q .
	$(RUN)$(PY) -m ruff format -q --check . || { echo "These files are not formatted: run \`$(PY) -m ruff format\`."; exit 1; }

lock: .venv/.dev ## Pin the packages of requirements*.in by hash (ARGS=--upgrade takes the newest)
	$(RUN)$(PY) tools/lock.py $(ARGS)

train: .venv-train/.train ## Train the reader anew from data/gold and data/training
	$(RUN).venv-train/bin/python -m training $(ARGS)

clean: ## Remove what can be made again; articles, databases and models stay
	$(RUN)rm -rf .venv .venv-train .pytest_cache .ruff_cache .mypy_cache screenshots test-results
	$(RUN)find . -name __pycache__ -type d -prune -exec rm -rf {} +

.venv/.app: requirements.txt $(TOOLS) $(AGAIN)
	$(RUN)sh tools/python.sh tools/environment.py app

.venv/.dev: requirements-dev.txt $(TOOLS) $(AGAIN)
	$(RUN)sh tools/python.sh tools/environment.py dev

.venv-train/.train: requirements-train.txt $(TOOLS) $(AGAIN)
	$(RUN)sh tools/python.sh tools/environment.py train
