# The commands of the project; `make help` lists them.
SHELL := /bin/bash
.SHELLFLAGS := -eu -o pipefail -c
.DEFAULT_GOAL := help

PREFIX ?= /usr/local
DESTDIR ?=
SWIFT ?= swift
# SwiftPM writes the traits of packages in the order of a hash table; with another order the next
# build compiles their users anew. Programs and tests run as ever.
swift_build = SWIFT_DETERMINISTIC_HASHING=1 $(SWIFT) build
sources := Package.swift Sources Tests Environments $(wildcard Benchmarks)
release = $$($(swift_build) -c release $$(scripts/build-options) --show-bin-path)

.PHONY: help dependencies build train test test-crash test-faults test-fuzz test-browser test-arm64 test-python lint format install uninstall clean

help: ## Lists these commands
	@awk -F ':.*## ' '/^[a-z0-9-]+:.*## / { printf "%-13s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

dependencies: ## Installs the missing system packages (apt)
	@scripts/install-dependencies

build: dependencies ## Builds metarl in release
	METARL_REVISION=$$(scripts/git-revision) \
	  $(swift_build) -c release $$(scripts/build-options) --product metarl

train: build ## Meta-trains on 2D navigation and evaluates on held-out tasks
	@scripts/train-navigation "$(release)/metarl"

test: dependencies lint ## Checks the layout, builds everything and runs every test
	$(swift_build) --build-tests $$(scripts/build-options)
	$(SWIFT) test --skip-build $$(scripts/build-options)

KILLS ?= 200
OPERATIONS ?= all
test-crash: dependencies ## Kills trainings at KILLS moments, and all that writes at every file operation
	$(swift_build) --build-tests $$(scripts/build-options)
	KILLS=$(KILLS) $(SWIFT) test --skip-build $$(scripts/build-options) --filter KillAnywhere
	OPERATIONS=$(OPERATIONS) $(SWIFT) test --skip-build $$(scripts/build-options) \
	  --filter 'killed at any file operation'

test-faults: dependencies ## Fails the disk at OPERATIONS file operations of commands
	$(swift_build) --build-tests $$(scripts/build-options)
	OPERATIONS=$(OPERATIONS) $(SWIFT) test --skip-build $$(scripts/build-options) \
	  --filter 'fails at any file operation|cut short'

INPUTS ?= 100000
TRACED ?= 1000
test-fuzz: dependencies ## Tries every parser on INPUTS hostile files, and on large ones
	$(swift_build) -c release $$(scripts/build-options) --product metarl-fuzz
	"$(release)/metarl-fuzz" --inputs $(INPUTS)
	@command -v strace >/dev/null || { echo "test-fuzz: needs strace to watch opened files" >&2; exit 1; }
	"$(release)/metarl-fuzz" --inputs $(TRACED) --large 0 --trace

test-browser: build ## Opens the pages that metarl writes in headless Chromium (installs it)
	Tests/Browser/run "$(release)/metarl"

test-arm64: ## Compiles the C sources for arm64 and runs their kernels there (installs QEMU)
	scripts/check-arm64

test-python: build ## Tests the Python package in a virtual environment of its own (.venv-python)
	METARL_EXECUTABLE="$(release)/metarl" scripts/test-python

lint: ## Checks the format and the documentation comments
	$(SWIFT) format lint --strict --recursive --parallel $(sources)

format: ## Formats every source in place
	$(SWIFT) format --in-place --recursive --parallel $(sources)

install: build ## Installs into PREFIX (default /usr/local)
	@install -d "$(DESTDIR)$(PREFIX)/bin"
	@install -m 755 "$(release)/metarl" "$(DESTDIR)$(PREFIX)/bin/metarl"
	@for folder in Families Models Replays; do \
	  install -d "$(DESTDIR)$(PREFIX)/share/metarl/Environments/$$folder"; \
	  find "Environments/$$folder" -maxdepth 1 -type f -not -name '.*' \
	    -exec install -m 644 -t "$(DESTDIR)$(PREFIX)/share/metarl/Environments/$$folder" {} +; \
	done
	@install -d "$(DESTDIR)$(PREFIX)/share/bash-completion/completions" \
	  "$(DESTDIR)$(PREFIX)/share/zsh/site-functions" \
	  "$(DESTDIR)$(PREFIX)/share/fish/vendor_completions.d"
	@"$(release)/metarl" --generate-completion-script bash \
	  > "$(DESTDIR)$(PREFIX)/share/bash-completion/completions/metarl"
	@"$(release)/metarl" --generate-completion-script zsh \
	  > "$(DESTDIR)$(PREFIX)/share/zsh/site-functions/_metarl"
	@"$(release)/metarl" --generate-completion-script fish \
	  > "$(DESTDIR)$(PREFIX)/share/fish/vendor_completions.d/metarl.fish"
	@echo "Installed $(DESTDIR)$(PREFIX)/bin/metarl"

uninstall: ## Removes what `make install` put into PREFIX
	rm -f "$(DESTDIR)$(PREFIX)/bin/metarl" \
	  "$(DESTDIR)$(PREFIX)/share/bash-completion/completions/metarl" \
	  "$(DESTDIR)$(PREFIX)/share/zsh/site-functions/_metarl" \
	  "$(DESTDIR)$(PREFIX)/share/fish/vendor_completions.d/metarl.fish"
	rm -rf "$(DESTDIR)$(PREFIX)/share/metarl"

clean: ## Removes what was built; runs/ stays
	rm -rf .build
