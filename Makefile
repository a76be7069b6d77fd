# SPDX-License-Identifier: MIT
#
# The two commands of a fresh Debian 12 machine are `make demo` and `make test`. Both install what is
# missing (tools/debian-packages.txt through apt-get, tools/requirements-*.txt into .venv), say what
# they do, and can be repeated at will: what is there already is kept.
SHELL := /bin/bash
.SHELLFLAGS := -euo pipefail -c
.DEFAULT_GOAL := help

# Another interpreter: make test PYTHON=python3.12 VENV=.venv-3.12
PYTHON ?= python3
VENV ?= .venv
JOBS ?= $(shell nproc)
FUZZ_SECONDS ?= 600
KILLS ?= 500
OPERATIONS ?= 10000000
# Some of: cpp agreement viewer python conformance journeys browser arrows lint
SUITES ?= cpp agreement viewer python conformance journeys browser arrows lint

export PYTHON VENV
export CMAKE_BUILD_PARALLEL_LEVEL := $(JOBS)

.NOTPARALLEL:
.PHONY: help demo test install lint format tidy fuzz bench bench-instructions bench-analysis \
  false-alarms releases clean \
  conformance conformance-suites conformance-sanitized conformance-leaks conformance-soak

help:
	@echo 'make demo     record the example programs, print what their Deferreds did, show the map'
	@echo 'make test     every test; SUITES="python journeys" for some of them'
	@echo 'make install  build reactortrack and install it into $(VENV)'
	@echo 'make lint     ruff, mypy, clang-format: checks only'
	@echo 'make format   let ruff and clang-format lay out the sources'
	@echo 'make tidy     clang-tidy over all C++ sources'
	@echo 'make fuzz     feed the readers malformed recordings for FUZZ_SECONDS=$(FUZZ_SECONDS)'
	@echo 'make bench    measure what recording costs, as a table of ratios'
	@echo 'make bench-instructions  count the instructions instead, against stored limits'
	@echo 'make bench-analysis  what findings of 10 million events take: time and memory'
	@echo 'make false-alarms  healthy programs (Twisted'\''s examples, Scrapy, klein) that must get no warning'
	@echo 'make conformance  random programs, plainly and recorded, on all Pythons and releases here:'
	@echo '              OPERATIONS=$(OPERATIONS); conformance-suites, -leaks, -soak, -sanitized: the rest'
	@echo 'make releases Twisted'\''s own tests with and without recording, on 12 releases'
	@echo 'make kill-test  kill -9 a busy program KILLS=$(KILLS) times, recording to a file and to a ring'
	@echo 'make clean    remove what was built (.venv stays)'
	@echo
	@echo 'PYTHON=$(PYTHON) is the interpreter, VENV=$(VENV) the environment made with it.'

demo:
	@tools/debian-packages.sh build page
	@tools/python-venv.sh tools/requirements-build.txt
	@tools/install.sh
	@tools/demo.sh

test:
	@tools/debian-packages.sh build page test
	@tools/python-venv.sh tools/requirements-build.txt tools/requirements-test.txt
	@tools/install.sh
	@$(VENV)/bin/python tools/run_tests.py $(SUITES)

install:
	@tools/debian-packages.sh build page
	@tools/python-venv.sh tools/requirements-build.txt
	@tools/install.sh

lint:
	@tools/debian-packages.sh build
	@tools/python-venv.sh tools/requirements-build.txt tools/requirements-test.txt
	@$(VENV)/bin/python tools/run_tests.py lint

format:
	@tools/debian-packages.sh build
	@tools/python-venv.sh tools/requirements-build.txt tools/requirements-test.txt
	$(VENV)/bin/ruff check --fix-only .
	$(VENV)/bin/ruff format .
	git ls-files '*.h' '*.cc' '*.c' | xargs $(VENV)/bin/clang-format -i

tidy:
	@tools/debian-packages.sh build tidy
	@tools/python-venv.sh tools/requirements-build.txt
	cmake --preset tidy -DPython_EXECUTABLE=$(abspath $(VENV))/bin/python
	git ls-files '*.cc' ':!fuzz' | xargs -P $(JOBS) -n 4 clang-tidy-14 -p build/tidy --quiet \
	  --extra-arg=-Wno-unknown-warning-option

fuzz:
	@tools/debian-packages.sh build fuzz
	fuzz/run.sh $(FUZZ_SECONDS)

bench:
	@tools/debian-packages.sh build page bench
	@tools/python-venv.sh tools/requirements-build.txt tools/requirements-bench.txt
	@tools/install.sh
	cmake --preset release -DPython_EXECUTABLE=$(abspath $(VENV))/bin/python
	cmake --build --preset release --target log_benchmark replay_benchmark treemap_benchmark \
	  raster_benchmark map_benchmark make_large_recording
	$(VENV)/bin/python benchmarks/run.py

bench-instructions:
	@tools/debian-packages.sh build instructions
	@tools/python-venv.sh tools/requirements-build.txt
	@REACTORTRACK_PAGE=OFF tools/install.sh
	$(VENV)/bin/python benchmarks/instructions.py

bench-analysis:
	@tools/debian-packages.sh build
	@tools/python-venv.sh tools/requirements-build.txt
	@REACTORTRACK_PAGE=OFF tools/install.sh
	cmake --preset release -DPython_EXECUTABLE=$(abspath $(VENV))/bin/python
	cmake --build --preset release --target reactortrack make_large_recording
	$(VENV)/bin/python benchmarks/analysis.py

false-alarms:
	@tools/debian-packages.sh build
	@tools/python-venv.sh tools/requirements-build.txt
	@$(VENV)/bin/python tools/check_false_alarms.py

releases:
	@tools/debian-packages.sh build
	@tools/python-venv.sh tools/requirements-build.txt
	$(VENV)/bin/python tools/check_releases.py

kill-test:
	@tools/debian-packages.sh build page
	@tools/python-venv.sh tools/requirements-build.txt tools/requirements-test.txt
	@tools/install.sh
	$(VENV)/bin/python tests/journeys/kill_test.py $(KILLS) stream ring

conformance:
	@tools/debian-packages.sh build
	@tools/python-venv.sh tools/requirements-build.txt
	$(VENV)/bin/python tests/conformance/matrix.py --operations $(OPERATIONS)

# Twisted's whole own suite, and those of packages that carry theirs; the first takes half an hour.
# USE_TWISTED is for autobahn's tests, which otherwise use asyncio.
TXTORCON := build/conformance/sdists/txtorcon-26.6.0
conformance-suites: install
	$(VENV)/bin/pip install --quiet -r tools/requirements-conformance.txt
	$(VENV)/bin/pip download --quiet --no-deps --no-binary txtorcon -d build/conformance/sdists txtorcon==26.6.0
	tar -xzf $(TXTORCON).tar.gz -C build/conformance/sdists
	USE_TWISTED=1 $(VENV)/bin/python tests/conformance/suites.py twisted treq.test klein.test \
	  autobahn.twisted.test autobahn.wamp.test autobahn.websocket.test autobahn.rawsocket.test autobahn.test
	$(VENV)/bin/python tests/conformance/suites.py test --packages $(abspath $(TXTORCON))

conformance-sanitized:
	@tools/debian-packages.sh build
	@tools/python-venv.sh tools/requirements-build.txt
	$(VENV)/bin/python tests/conformance/matrix.py --sanitized --operations 200000 \
	  --pythons 3.11 --releases 26.10.0 --log build/conformance/sanitized.jsonl

conformance-leaks: install
	$(VENV)/bin/python tests/conformance/leaks.py
	$(VENV)/bin/python tests/conformance/leaks.py --engine wrap

conformance-soak: install
	$(VENV)/bin/python tests/conformance/soak.py

clean:
	rm -rf build $(VENV)/installed/reactortrack
