# Everything runs in an environment of its own in .venv. `make demo` and `make test` are all a new user needs.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
STAMP := $(VENV)/.installed
ROOMS := configs problems rollout verifiers reward kernels rl traces jobs

.PHONY: demo nano test check gpu-bench install format clean

demo: $(STAMP)          ## the loop on the bundled policy, on the CPU, ending in a dataset and a report
	@$(BIN)/tracemill run configs/demo.toml --resume

nano: $(STAMP)          ## a longer run, with levels that the warm start never saw
	@$(BIN)/tracemill run configs/nano.toml --resume

test: $(STAMP)          ## the tests
	@$(BIN)/pytest -q

check: $(STAMP)         ## ruff, mypy, the import rules
	@$(BIN)/ruff check .
	@$(BIN)/ruff format --check .
	@$(BIN)/mypy $(ROOMS:%=-p tracemill.%)
	@$(BIN)/pytest -q tests/test_house.py

gpu-bench: $(STAMP)     ## the loss on a GPU beside its peers; says so where there is none
	@cd / && $(CURDIR)/$(BIN)/python $(CURDIR)/benchmarks/loss_gpu.py

format: $(STAMP)        ## mend what ruff can mend
	@$(BIN)/ruff check --fix .
	@$(BIN)/ruff format .

install: $(STAMP)       ## the environment alone

# torch comes first: deepspeed's build asks for it. The rest without build isolation, so that the same torch serves.
$(STAMP): pyproject.toml constraints.txt
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || \
		{ echo "tracemill needs Python 3.11 or later; run make PYTHON=/path/to/python3.11"; exit 1; }
	@echo "installing into $(VENV) (about 2 minutes)"
	@test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	@$(BIN)/python -m pip install -q -c constraints.txt setuptools wheel packaging ninja torch
	@$(BIN)/python -m pip install -q -c constraints.txt --no-build-isolation -e '.[dev]'
	@touch $@

clean:                  ## the environment and caches; runs/ stays
	rm -rf $(VENV) .mypy_cache .ruff_cache .pytest_cache .hypothesis build *.egg-info
