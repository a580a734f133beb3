# The commands of this project. `make help` lists them.
SHELL := /bin/bash
SWIFT ?= swift
MODE  ?= release
SUDO  := $(shell [ "$$(id -u)" = 0 ] || echo sudo)

.PHONY: help setup build test exact checked oracle torture corpus fuzz constant-time graphs embedding check format lint layers demo mnist bench compare load microbench docs release balancer clean

help: ## list the targets
	@grep -E '^[a-z-]+:.*##' Makefile | sed -E 's/:.*## /\t/' | expand -t 15

setup: ## install libgmp-dev and libsodium-dev where missing (Debian, Ubuntu)
	@if ! pkg-config --exists gmp libsodium 2>/dev/null; then \
	  $(SUDO) apt-get update -qq && \
	  $(SUDO) apt-get install -y -qq --no-install-recommends pkg-config libgmp-dev libsodium-dev; \
	fi

build: setup ## build the library and the `tacit` command
	$(SWIFT) build -c $(MODE) --product tacit

# Products are named, because a build of everything would build the protobuf compiler too.
test: setup embedding ## run every test in release mode, and the fixture package that embeds the library
	$(SWIFT) build -c $(MODE) --product tacit
	$(SWIFT) build -c $(MODE) --product TacitPackageTests
	@$(MAKE) --no-print-directory torture CYCLES=200
	$(SWIFT) test -c $(MODE) --skip-build

exact: setup ## every operation against whole integers, and its noise, at every level of every named parameter set (CASES=all)
	$(SWIFT) build -c $(MODE) --product TacitPackageTests
	TACIT_EVERY_LEVEL=$(or $(CASES),1) $(SWIFT) test -c $(MODE) --skip-build \
	  --filter 'NamedSetTests|NoiseOverKeysTests|AgreementTests'

CHECKED = -c $(MODE) --scratch-path .build/checked --disable-default-traits --traits CommandLine,Checked
checked: setup ## the tests from the ring to the library, with kernels that check the range of every argument and result
	$(SWIFT) build $(CHECKED) --product TacitPackageTests
	$(SWIFT) test $(CHECKED) --skip-build --filter '$(or $(FILTER),(Ring|CKKS|Circuits|Inference|Tacit)Tests)\.' \
	  --skip '(MappedCache|CachedWeights)Tests/damage' # they compute with damaged files, and notice that afterwards

oracle: build ## hold the command against an independent implementation in Python (numpy, PyNaCl)
	@/usr/bin/python3 -c 'import numpy, nacl' 2>/dev/null || \
	  { $(SUDO) apt-get update -qq && $(SUDO) apt-get install -y -qq python3-numpy python3-nacl; }
	/usr/bin/python3 Tests/Oracle/check.py $$($(SWIFT) build -c $(MODE) --show-bin-path)/tacit

torture: setup ## kill a process that changes a vault, CYCLES times, and check every key after each kill
	$(SWIFT) build -c $(MODE) --product VaultTorture
	/usr/bin/env python3 Tests/VaultTorture/torture.py \
	  $$($(SWIFT) build -c $(MODE) --show-bin-path)/VaultTorture $(or $(CYCLES),10000)

corpus: build ## have the command read 399 corrupt files, and check what it says of each
	python3 Tests/Corpus/corpus.py run $$($(SWIFT) build -c $(MODE) --show-bin-path)/tacit

fuzz: setup ## run every reader under libFuzzer and AddressSanitizer, SECONDS each (TARGET=name for one)
	python3 Tests/Fuzz/fuzz.py --seconds $(or $(SECONDS),60) $(TARGET)

graphs: setup ## COUNT random graphs encrypted, against ONNX's evaluators (PYTHON with onnx, onnxruntime, numpy; SEED)
	$(SWIFT) build -c $(MODE) --product TacitPackageTests
	$(or $(PYTHON),python3) Tests/InferenceTests/Vectors/fuzz_graphs.py --count $(or $(COUNT),2000) --seed $(or $(SEED),1) .build/graphs
	TACIT_FUZZ=$(CURDIR)/.build/graphs $(SWIFT) test -c $(MODE) --skip-build --filter 'fuzzedGraphs|FuzzedGraphTests'

constant-time: setup ## look for branches and addresses that depend on secrets, with valgrind
	bash Tests/ConstantTime/check.sh

embedding: setup ## build and run the fixture package that embeds the library
	$(SWIFT) build -c $(MODE) --package-path Tests/Embedding --scratch-path .build/embedding --product Embedding
	.build/embedding/$(MODE)/Embedding models/digits/digits.onnx

check: lint layers ## formatting, lint and the layer test

format: ## rewrite the sources in the house style
	$(SWIFT) format format -i -r Sources Tests Examples Benchmarks/Benchmarks Benchmarks/Package.swift Package.swift

lint: ## fail on anything the formatter would change
	$(SWIFT) format lint --strict -r Sources Tests Examples Benchmarks/Benchmarks Benchmarks/Package.swift Package.swift

layers: setup ## fail on an upward import, an overlong file, a trap
	$(SWIFT) build -c $(MODE) --product TacitPackageTests
	$(SWIFT) test -c $(MODE) --skip-build --filter TidyTests

demo: build ## both models, every stage a process of its own, clear and decrypted side by side
	@bash models/demo.sh $$($(SWIFT) build -c $(MODE) --show-bin-path)/tacit

mnist: build ## 1,000 held-out MNIST images, encrypted against clear (skipped where the data is not there)
	@python3 models/mnist_check.py $$($(SWIFT) build -c $(MODE) --show-bin-path)/tacit

bench: build ## latencies of operations and models, one core: a table, JSON, and a page with plots
	@python3 Benchmarks/compare/bench.py $$($(SWIFT) build -c $(MODE) --show-bin-path)/tacit

compare: build ## the same work by other libraries, in one run, alternating: ratios
	@python3 Benchmarks/compare/compare.py $$($(SWIFT) build -c $(MODE) --show-bin-path)/tacit

load: build ## short load, overload and fault runs against a server of this machine, each answer decrypted
	$(SWIFT) build -c $(MODE) --product ServiceLoad
	@bin=$$($(SWIFT) build -c $(MODE) --show-bin-path) && cd Benchmarks/load && \
	  for script in overload faults abuse owners; do echo "$$script.py --short"; \
	  python3 $$script.py --short --bin $$bin || exit 1; done

microbench: setup ## the nested benchmark package: operation by parameter set, level and instruction set (SECONDS each, FILTER, SUITE)
	cd Benchmarks && TACIT_SECONDS=$(or $(SECONDS),1) $(SWIFT) package -c $(MODE) --disable-sandbox benchmark \
	  --no-progress --grouping metric --target '$(or $(SUITE),.*)Benchmarks' --filter '.*($(FILTER)).*'

docs: build ## the library's documentation, without warnings: .build/docs/Tacit.doccarchive
	@bash docs/build.sh $$($(SWIFT) build -c $(MODE) --show-bin-path) .build/docs/Tacit.doccarchive

release: setup ## the command with Swift's libraries linked in, manual, settings and unit: .build/release-tar/
	@bash packaging/release.sh

balancer: build ## three servers behind nginx on loopback: routing, a killed one, a draining one (needs nginx)
	@bash packaging/test-balancer.sh $$($(SWIFT) build -c $(MODE) --show-bin-path)/tacit

clean:
	rm -rf .build
