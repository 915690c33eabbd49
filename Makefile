# BidRoom. `make run` plays a demo, `make test` runs every test; both set up what they need on Debian 12 or Ubuntu 24.04.
# `make help` lists the rest.

SHELL := /bin/bash
.SHELLFLAGS := -eu -o pipefail -c
.DEFAULT_GOAL := help
export CARGO_TERM_COLOR ?= never

SUDO := $(shell if [ "$$(id -u)" = 0 ]; then echo; else echo sudo; fi)
SAY = @printf '\n== %s\n'

# What a build, a run and a test need from Debian.
BUILD_PACKAGES = pkg-config curl nodejs npm
RUN_PACKAGES = fonts-noto-cjk fonts-noto-cjk-extra
TEST_PACKAGES = chromium chromium-driver softhsm2 opensc openssl poppler-utils qpdf systemd python3 python3-venv

# What the pages are made of.
UI_CRATES = web-ui hsm/envelope hsm/lock $(addprefix appliance/crates/,canon domain id ledger money tender unlocking wire)
UI_SOURCES := $(shell find $(UI_CRATES) \( -path '*/target' -o -path '*/node_modules' -o -path web-ui/dist -o -path web-ui/reader/tests \) -prune -o \( -name '*.rs' -o -name '*.css' -o -name Cargo.toml -o -path 'web-ui/reader/*.js' \) -print 2>/dev/null)
# What npm leaves when it is done.
READER_PACKAGES = web-ui/reader/node_modules/.package-lock.json

.PHONY: help
help:
	@echo 'make run         the demo on https://127.0.0.1:8443 and http://127.0.0.1:8080'
	@echo 'make test        every test'
	@echo 'make bench       the figures of the README, measured here'
	@echo 'make build       release binaries in target/release'
	@echo 'make lint        formatting and lints'
	@echo 'make deny        licences, advisories, duplicates of dependencies'
	@echo 'make screens     screenshots of every page into docs/screens'
	@echo 'make fuzz        every fuzz target for one minute (needs a nightly toolchain)'
	@echo 'make image       the server as a disk for a machine, in target/image (as root)'
	@echo 'make test-image  boots that disk in QEMU and tries what must not work'
	@echo 'make run-image   boots it and prints the address'
	@echo "make windows     the bidder's tool and helper for Windows, 64 and 32 bits wide (needs rustup)"

# Installs Debian packages that are missing, by name; says which.
define install
@missing=''; for package in $(1); do dpkg-query -W -f='$${Status}' $$package 2>/dev/null | grep -q 'install ok installed' || missing="$$missing $$package"; done; \
if [ -n "$$missing" ]; then echo "installing:$$missing"; $(SUDO) apt-get update -qq && DEBIAN_FRONTEND=noninteractive $(SUDO) apt-get install -y -qq --no-install-recommends $$missing >/dev/null; fi
endef

.PHONY: setup-build setup-run setup-test
# A machine may bring its own node; Debian's is installed only where there is none.
setup-build:
	$(SAY) 'tools of the build'
	$(call install,$(filter-out $(if $(shell command -v node),nodejs) $(if $(shell command -v npm),npm),$(BUILD_PACKAGES)))
	@.ci/setup-wasm .wasm-toolchain

setup-run: setup-build
	$(SAY) 'fonts of the documents'
	$(call install,$(RUN_PACKAGES))

setup-test: setup-run
	$(SAY) 'tools of the tests'
	$(call install,$(TEST_PACKAGES))

# The reading desk is made of PDF.js. A node of the machine's own may bring no npm configuration that fits: only warnings
# come of it.
$(READER_PACKAGES): web-ui/reader/package-lock.json
	$(SAY) 'packages of the reading desk'
	cd web-ui/reader && npm ci --silent --no-progress
	@touch $@

# The pages: wasm, glue, styles. Rebuilt when their sources changed.
web-ui/dist/index.html: $(UI_SOURCES) $(READER_PACKAGES) Cargo.lock
	$(SAY) 'the pages (WebAssembly; about two minutes the first time)'
	source .wasm-toolchain/env.sh 2>/dev/null || true; cargo run --quiet --release -p bidroom-web-ui-bundle
	@touch $@

.PHONY: ui
ui: setup-build
	@$(MAKE) --no-print-directory web-ui/dist/index.html

.PHONY: build
build: ui
	$(SAY) 'release binaries'
	cargo build --release --locked -p bidroom -p bidroom-bidder

.PHONY: run
run: setup-run ui
	$(SAY) 'the server (release; some minutes the first time)'
	cargo build --release --locked -p bidroom
	$(SAY) 'the demo'
	target/release/bidroom demo --dir demo

.PHONY: lint
lint:
	$(SAY) 'formatting'
	cargo fmt --all --check
	$(SAY) 'lints'
	cargo clippy --locked --workspace --all-targets -- -D warnings

.PHONY: test
test: setup-test ui
	@.ci/test

.PHONY: bench
bench: setup-test ui
	@.ci/bench

.PHONY: screens
screens: setup-test ui
	BIDROOM_SCREENS=docs/screens cargo test --locked -p bidroom-tests --test 'browser*' -- --nocapture

.PHONY: deny
deny:
	@command -v cargo-deny >/dev/null || cargo install --locked cargo-deny
	cargo deny check

.PHONY: fuzz
fuzz:
	@command -v cargo-fuzz >/dev/null || cargo install --locked cargo-fuzz
	cd tests/fuzz && for target in $$(cargo +nightly fuzz list); do cargo +nightly fuzz run $$target -- -max_total_time=60; done

# Vendors' libraries come in one width, and a process loads libraries of its own width only: both are built.
WINDOWS_TARGETS = x86_64-pc-windows-gnu i686-pc-windows-gnu

.PHONY: windows
windows:
	$(SAY) 'a linker for Windows'
	$(call install,gcc-mingw-w64-x86-64-win32 gcc-mingw-w64-i686-win32)
	rustup target add $(WINDOWS_TARGETS)
	$(SAY) "the bidder's tool for Windows (release; some minutes)"
	cargo build --release --locked -p bidroom-bidder $(addprefix --target ,$(WINDOWS_TARGETS))
	@ls -l $(patsubst %,target/%/release/bidroom-bidder.exe,$(WINDOWS_TARGETS))

# The appliance's image (docs/appliance.md). The build itself needs root: it unpacks packages into trees.
IMAGE_PACKAGES = mmdebstrap dpkg-dev python3 python3-cryptography
IMAGE_TEST_PACKAGES = qemu-system-x86 ovmf swtpm mtools sbsigntool openssl

.PHONY: setup-image image test-image run-image
setup-image: ui
	$(SAY) 'tools of the image'
	$(call install,$(IMAGE_PACKAGES) $(IMAGE_TEST_PACKAGES))
	$(SAY) 'the programs in it (release; some minutes the first time)'
	cargo build --release --locked -p bidroom -p bidroom-machine

image: setup-image
	$(SUDO) image/build server --profile release --site image/site/drill

target/image/server-qa/disk.raw: setup-image
	$(SUDO) image/build server --profile qa --site image/site/drill

test-image: target/image/server-qa/disk.raw
	$(SUDO) image/test/run

run-image: target/image/server-qa/disk.raw
	$(SUDO) image/run
