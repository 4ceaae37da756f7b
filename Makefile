# The verbs of the repository; `make` alone lists them.
.DEFAULT_GOAL := help
.PHONY: help demo test lint fmt wheels binary bench soak clean
MAKEFLAGS += --no-print-directory

PYTHON ?= python3
VENV_PYTHON := .venv/bin/python
STEPS := $(PYTHON) tools/steps.py

# Where the demo's server listens and keeps its data, and whether it stops after reading the traces back.
LISTEN ?= 127.0.0.1:4318
GRPC ?= 127.0.0.1:4317
DATA ?= .tracewood
ONCE ?=
# Whether `make bench` also puts its tables into bench/README.md.
WRITE ?=
# Whether `make bench` measures the server in full size: 60 s of load, 10 million spans, 50 kills.
FULL ?=
# Which suites `make test` runs; empty for all of them.
ONLY ?=

help: ## List the verbs
	@awk -F ':.*## ' '/^[a-z]+:.*## / { printf "  make %-8s %s\n", $$1, $$2 }' $(firstword $(MAKEFILE_LIST))

demo: ## Build everything, run an example agent through both faces, show its traces; ONCE=1 checks them and stops
	@$(PYTHON) tools/demo.py --listen $(LISTEN) --grpc $(GRPC) --only-ports
	@$(STEPS) venv packages page server wheels install
	@$(VENV_PYTHON) tools/demo.py --listen $(LISTEN) --grpc $(GRPC) --data $(DATA) $(if $(filter-out 0,$(ONCE)),--once)

test: ## Lint, then run every test there is; ONLY="rust clients" runs some suites
	@$(STEPS) venv values packages page rust wheels install clients integrations coexistence
	@tools/chromium.sh > build/chromium-path
	@CHROMIUM="$$(cat build/chromium-path)" $(VENV_PYTHON) tools/test.py $(ONLY)

lint: ## Check format, lints, types and the rules of the house
	@$(STEPS) venv packages wheels install
	@$(VENV_PYTHON) tools/lint.py

fmt: ## Format everything
	@$(STEPS) venv packages
	@cargo fmt --all
	@.venv/bin/ruff check --quiet --fix-only . && .venv/bin/ruff format .
	@npm run --silent format

wheels: ## Build the three wheels into dist/
	@$(STEPS) venv wheels

binary: ## Build the release binary with the page in it into dist/tracewood
	@$(STEPS) packages page binary

bench: ## Measure every figure that has a limit, and our cost beside that of others
	@$(STEPS) venv packages page binary load wheels install clients coexistence
	@$(VENV_PYTHON) bench/run.py $(if $(filter-out 0,$(WRITE)),--write) $(if $(filter-out 0,$(FULL)),--full)

soak: ## Run the scenarios of tests/SCENARIOS.md in full size: hours
	@$(STEPS) venv packages page binary load rust wheels install
	@$(VENV_PYTHON) tools/soak.py

clean: ## Remove what builds and runs leave behind, but not .tracewood/ with its traces
	@rm -rf build dist target .venv .venv-clients node_modules web/dist
