# The project's few commands; `make help` tells what each does.
.DEFAULT_GOAL := help
.PHONY: help deps build docs demo check check-long anchors bench

PRESET ?= dev
BUILD  := $(if $(filter dev,$(PRESET)),build,build-$(PRESET))
JOBS   ?= $(shell nproc)
PYTHON := build/venv/bin/python
CIFAR   = $(if $(DATA),PENJING_CIFAR10=$(abspath $(DATA)))
CHECK  := $(PYTHON) test/check.py --build $(BUILD) --jobs $(JOBS)

help: ## what can be done here, and with what
	@echo "Penjing makes trained neural networks small and fast. From here:"
	@echo
	@sed -n 's/^\([a-z-]*\):.*## \(.*\)/  make \1|\2/p' Makefile | awk -F'|' '{ printf "%-20s %s\n", $$1, $$2 }'
	@echo
	@echo "Variables: PRESET=dev|release|asan (now $(PRESET), builds in $(BUILD)/), JOBS=N (now $(JOBS)),"
	@echo "  DATA=FOLDER holds CIFAR-10's binary records for anchors and check-long,"
	@echo "  SUITE=NAME runs one suite of check, e.g. make check SUITE=house; FILTER=REGEX only the tests that match."
	@echo "By hand:  cmake --preset dev && ninja -C build && build/bin/penjing-opt --help"

deps: ## install what is missing: Debian's packages, and PyPI's into build/venv
	@tools/dev/deps

build: deps ## configure if needed, and build everything into build/
	@test -f $(BUILD)/build.ninja || cmake --preset $(PRESET)
	@cmake --build $(BUILD) -j $(JOBS) --target all PenjingUnitTests

docs: build ## write the op and pass references to build/docs
	@cmake --build $(BUILD) --target docs

demo: build ## train, compress, compile, run and report the article's network into build/demo
	@PENJING_BUILD=$(abspath $(BUILD)) examples/article-cnn/run.sh

check: build ## build and run every test; the last line counts them
	@$(CHECK) $(if $(SUITE),--suite $(SUITE)) $(if $(FILTER),--filter '$(FILTER)')

check-long: build ## check, and what takes long: PyTorch comparisons, thousands of graphs, anchors
	@tools/dev/deps --long
	@$(CIFAR) $(CHECK) --long $(if $(SUITE),--suite $(SUITE)) $(if $(FILTER),--filter '$(FILTER)')

anchors: build ## train and compress for three seeds, beside the anchors (DATA: CIFAR-10's folder)
	@$(CIFAR) PENJING_BUILD=$(abspath $(BUILD)) $(PYTHON) test/Long/anchors.py

bench: build ## time compiled networks beside ONNX Runtime, and a training step beside PyTorch
	@PENJING_BUILD=$(abspath $(BUILD)) $(PYTHON) test/bench/inference.py
	@PENJING_BUILD=$(abspath $(BUILD)) $(PYTHON) test/bench/training.py
