# 印信 Yinxin. `make help` lists the targets.
SHELL := /bin/bash
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
OUT ?= demo-out
STAMP := $(VENV)/.installed
OFDJS_SHA256 := ec96a0966f66f8d1740e18eb231c6683de63020c6dde15be6aeb19778d912685

# Each process of the demo and of the tests would compile every module anew.
unexport PYTHONDONTWRITEBYTECODE

.DEFAULT_GOAL := help
.PHONY: help setup run demo test test-browser tour check format lint types layers interop-tools auditor clean fuzz

help:     ## list the targets
	@grep -E '^[a-z-]+: .*##' $(MAKEFILE_LIST) | sed -E 's/^([a-z-]+):[^#]*## ?/  make \1\t/' | expand -t 16

setup: $(STAMP)  ## build .venv with python3 and pip (other targets call it)

$(STAMP): pyproject.toml constraints.txt
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || \
	  { echo "需要 Python 3.11 或更新版本 · Python ≥ 3.11 is needed; found: $$($(PYTHON) --version)"; exit 1; }
	@$(PYTHON) -c 'import ensurepip, venv' 2>/dev/null || \
	  { echo "缺少 venv 模块，请先安装 · The venv module is missing, install it first:"; \
	    echo "  sudo apt-get install python3-venv"; exit 1; }
	@echo "准备环境 · setting up $(VENV) (about a minute)"
	@test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	@$(BIN)/python -m pip install --quiet --quiet --disable-pip-version-check \
	  --constraint constraints.txt --editable '.[dev]'
	@touch $@

run: setup  ## demo, then serve 芜湖 on :8000 and 宝鸡 on :8001 until Ctrl-C
	@$(BIN)/yinxin demo --out $(OUT) --serve

demo: setup  ## the whole mission once, with a table of results; files in demo-out/
	@$(BIN)/yinxin demo --out $(OUT)

test: setup  ## all tests
	$(BIN)/python -m pytest -n auto --dist loadgroup

test-browser: setup  ## what people see, in Chromium; PICTURES=folder keeps what they saw
	@command -v chromium >/dev/null || { apt-get update -q && \
	  DEBIAN_FRONTEND=noninteractive apt-get install -y -q --no-install-recommends chromium fonts-wqy-zenhei; } >/dev/null \
	  || { echo "需要 Chromium · Chromium is needed: sudo apt-get install chromium fonts-wqy-zenhei"; exit 1; }
	YINXIN_TEST_PICTURES=$(PICTURES) $(BIN)/python -m pytest -n auto --dist loadgroup tests/pages

tour: setup  ## take the pictures of docs/tour.md anew
	YINXIN_TEST_PICTURES=docs/images/tour $(BIN)/python -m pytest -q -n 0 tests/pages/test_tour.py

auditor: setup  ## prove 1,000 licenses from one checkpoint, and find what somebody edited
	YINXIN_AUDIT_LICENSES=1000 $(BIN)/python -m pytest -v -n 0 tests/e2e/test_auditor.py

fuzz: setup  ## flip every byte of sealed documents (hours)
	YINXIN_ALL_POSITIONS=1 $(BIN)/python -m pytest -n auto tests/properties/test_flipped_bytes.py

check: setup format lint types layers test  ## what every change must pass

format: setup  ## is everything formatted?
	$(BIN)/ruff format --check .

lint: setup  ## ruff, all rules
	$(BIN)/ruff check .

types: setup  ## mypy, strict
	$(BIN)/mypy

layers: setup  ## import contracts
	$(BIN)/lint-imports

interop-tools:  ## fetch programs of others that tests compare with (npm)
	@mkdir -p .interop
	@cd .interop && npm pack --silent ofd.js@0.2.6 >/dev/null
	@cd .interop && echo "$(OFDJS_SHA256)  ofd.js-0.2.6.tgz" | sha256sum --check --quiet
	@mkdir -p .interop/ofd.js-0.2.6
	@tar -xzf .interop/ofd.js-0.2.6.tgz -C .interop/ofd.js-0.2.6 package/lib/ofd.umd.min.js package/LICENSE
	@rm .interop/ofd.js-0.2.6.tgz

clean:  ## remove the environment and the demo
	rm -rf $(VENV) .interop build *.egg-info
	@test ! -e $(OUT)/.yinxin-demo || rm -rf $(OUT)
