# Every target sets up what it needs: .venv from requirements/dev.txt (hashes), programs and images from their pins.
# PYTHON=python3.13 chooses the interpreter; ARGS='-k word' goes to pytest.

SHELL := bash
.SHELLFLAGS := -euo pipefail -c
.DEFAULT_GOAL := help
MAKEFLAGS += --no-builtin-rules --no-print-directory

BIN := .venv/bin
ARGS ?=
CORE := tests/model tests/policy tests/engine tests/gen tests/properties tests/architecture tests/checks_unit $(wildcard tests/test_*.py)
PURE := */readiness/model/*,*/readiness/checks/*,*/readiness/policy/*,*/readiness/engine/*,*/readiness/gen/*
LOCK := requirements/dev.txt pyproject.toml .ci/venv
READY := .venv/ready-$(shell { pwd; cat $(LOCK); } | cksum | tr ' ' -)

.PHONY: help check test static lint types layers generated fast covered demo demo-down bench gen chart image format clean

help: ## Show this list.
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | awk -F ':.*## ' '{printf "  make %-10s %s\n", $$1, $$2}'

check: $(READY) ## Lint, types, layers, generated files, and the tests of the pure core: under a minute.
	@$(MAKE) -j2 --output-sync=target --keep-going static
	@$(MAKE) fast

test: covered ## Every test: those of check, of the container image and in a real one-node cluster (root on Linux).
	@$(BIN)/pytest $(ARGS)

demo: $(READY) ## Start a cluster, install the operator with Helm, and show it judging sample workloads.
	@$(BIN)/python -m demo up

demo-down: $(READY) ## End what `make demo` started.
	@$(BIN)/python -m demo down

bench: $(READY) ## Measure: evaluation, start, memory and latency at thousands of workloads.
	@$(BIN)/python -m tests.bench $(ARGS)

gen: $(READY) ## Write all generated files anew.
	@$(BIN)/readiness gen all

chart: $(READY) ## Lint the chart and show what it installs.
	@programs=$$($(BIN)/python -m tests.cluster build) && \
	"$$programs/helm" lint charts/readiness-operator && \
	"$$programs/helm" template readiness-operator charts/readiness-operator --namespace readiness-system

image: $(READY) ## Build the container image of the Dockerfile and print the path of its archive.
	@$(BIN)/python -m tests.cluster image operator

format: $(READY) ## Put all Python files into the one format.
	@$(BIN)/ruff check --quiet --fix-only . && $(BIN)/ruff format --quiet .

static: lint types layers generated ## Part of check: all that runs no test.

lint: $(READY) ## Part of check: ruff's rules and format.
	@$(BIN)/ruff check . && $(BIN)/ruff format --check .

types: $(READY) ## Part of check: mypy, strict.
	@$(BIN)/mypy operator tests demo

layers: $(READY) ## Part of check: who may import whom.
	@$(BIN)/lint-imports --no-logo

generated: $(READY) ## Part of check: generated files say what their sources say.
	@$(BIN)/readiness gen all --check

fast: $(READY) ## Part of check: the tests of the pure core.
	@$(BIN)/pytest $(CORE) --numprocesses=2 $(ARGS)

# The folder has a short name, for sockets are made in it.
covered: $(READY) ## Part of test: every branch of the pure core is covered by tests without a cluster.
	@$(BIN)/coverage erase
	@folder=$$(mktemp -d); trap "rm -rf $$folder" EXIT; \
	TRACE_WORKERS=yes $(BIN)/pytest -n 2 --basetemp=$$folder/t $(CORE) tests/cli tests/runtime
	@$(BIN)/coverage combine --quiet
	@$(BIN)/coverage report --include='$(PURE)' --fail-under=100

clean: ## Remove what these targets made in this folder; the cache of programs and images stays.
	rm -rf .venv .build .coverage .coverage.* .mypy_cache .pytest_cache .ruff_cache .hypothesis .import_linter_cache dist

$(READY): $(LOCK)
	@.ci/venv && rm -f .venv/ready-* && touch $@
