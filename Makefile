# SPDX-License-Identifier: GPL-3.0-or-later
#
# `make` builds, `make bench` measures, `make test` tests; `make help` tells
# the rest. Sources are found by wildcard: a new file needs no line here.

VERSION := 0.1.0

# What a user may set. SUITES_DIR, PLOTS_DIR, PEERS_DIR and PEERS_BUILT are
# where the installed program looks for its suites, gnuplot files, peers and
# the programs of those that are built; the environment variables
# CONCUR_SUITES, CONCUR_PLOTS, CONCUR_PEERS and CONCUR_PEERS_BUILT override
# them at run time.
CC         ?= gcc
CFLAGS     ?= -O2 -g
SUITES_DIR ?= $(CURDIR)/harness/suites
PLOTS_DIR  ?= $(CURDIR)/plots
PEERS_DIR  ?= $(CURDIR)/impls/peers
PEERS_BUILT ?= $(CURDIR)/build/peers
PKG_CONFIG ?= pkg-config
PYTHON     ?= python3
DOCKER     ?= docker
SUITE      ?= full
SAN        ?=
ONLY       ?=
ARGS       ?=

ifeq ($(origin CC),default)
CC := gcc
endif

comma := ,
quote = '$(subst ','\'',$(1))'

# A sanitizer's build has a folder of its own: objects are never mixed.
BUILD := build$(if $(SAN),/san-$(subst $(comma),-,$(SAN)))

WARNINGS := -Wall -Wextra -Wshadow -Wconversion
ifneq ($(CI)$(WERROR),)
WARNINGS += -Werror
endif

# UBSan would only print and go on; a finding has to fail the test.
SANFLAGS := $(if $(SAN),-fsanitize=$(SAN) -fno-omit-frame-pointer \
              $(if $(findstring undefined,$(SAN)),-fno-sanitize-recover=all))

DEFINES = -D_GNU_SOURCE \
          -DCONCUR_VERSION='"$(VERSION)"' \
          -DCONCUR_FLAGS='"$(strip -std=c11 $(CFLAGS) $(SANFLAGS))"' \
          -DCONCUR_SUITES='"$(SUITES_DIR)"' \
          -DCONCUR_PLOTS='"$(PLOTS_DIR)"' \
          -DCONCUR_PEERS='"$(PEERS_DIR)"' \
          -DCONCUR_PEERS_BUILT='"$(PEERS_BUILT)"'

# Asked once, when the first recipe needs it: on a fresh machine pkg-config and
# the libraries come into being while make runs. libev has no .pc file.
PKGS := libcurl jansson inih gsl zlib libdeflate liburing
pkg = $(shell $(PKG_CONFIG) $(1) 2>/dev/null || echo $(2))
PKG_CFLAGS = $(eval PKG_CFLAGS := $$(call pkg,--cflags $(PKGS)))$(PKG_CFLAGS)
PKG_LIBS = $(eval PKG_LIBS := $$(call pkg,--libs $(PKGS),-lcurl -ljansson \
             -linih -lgsl -lgslcblas -lz -ldeflate -luring))$(PKG_LIBS)

COMPILE = $(CC) -std=c11 $(CFLAGS) $(SANFLAGS) $(WARNINGS) -pthread \
          $(DEFINES) $(PKG_CFLAGS) $(CPPFLAGS)
LINK    = $(CC) $(CFLAGS) $(SANFLAGS) -pthread $(LDFLAGS)
LIBS    = $(PKG_LIBS) -lev -lm $(LDLIBS)

SOURCES := $(sort $(wildcard impls/*.c impls/parts/*.c \
                             harness/*.c harness/*/*.c))
HEADERS := $(sort $(wildcard impls/*.h impls/parts/*.h \
                             harness/*.h harness/*/*.h tests/*/*.h))
FAULTY  := $(sort $(wildcard tests/faulty/*.c))
UNIT    := $(sort $(wildcard tests/unit/test_*.c))
INTEGRATION := $(sort $(wildcard tests/integration/test_*.py))
C_FILES := $(SOURCES) $(HEADERS) $(FAULTY) $(UNIT)

object = $(1:%.c=$(BUILD)/%.o)
MAIN    := $(call object,harness/main.c)
OBJECTS := $(filter-out $(MAIN),$(call object,$(SOURCES)))
UNIT_PROGRAMS  := $(UNIT:tests/unit/%.c=$(BUILD)/test/%)
FAULTY_PROGRAM := $(if $(FAULTY),$(BUILD)/test/concur-faulty)

export CC

CORES = $(shell nproc 2>/dev/null || echo 2)
# `make bench` and `make test` build on all cores unless -j was given.
SUBMAKE = $(MAKE) --no-print-directory \
          $(if $(filter -j% --jobserver%,$(MAKEFLAGS)),,-j$(CORES))

.DEFAULT_GOAL := all
.DELETE_ON_ERROR:
.SUFFIXES:
.PHONY: all help deps deps-peers deps-peers-rust peers bench test test-aarch64 test-programs \
        unit-programs check docker clean FORCE

all: $(BUILD)/concur
	@:

help:
	@echo 'make                  build build/concur'
	@echo 'make bench            run the full suite, in under ten minutes, and write'
	@echo '                      results/…/report.html'
	@echo '     SUITE=quick      another suite, or a file: harness/suites/*.ini'
	@echo '     ARGS="…"         further options of concur run'
	@echo 'make test             unit tests (ASan, UBSan) and integration tests'
	@echo '     ONLY=pattern     those whose name matches'
	@echo '     SAN=thread       all of them under ThreadSanitizer'
	@echo '     SAN=address,undefined'
	@echo 'make test-aarch64     coroutines on that machine, emulated by qemu'
	@echo 'make check            style and static analysis'
	@echo 'make deps             install what is missing (Debian, Ubuntu)'
	@echo 'make deps-peers       … and what the peers in other languages need'
	@echo 'make deps-peers-rust  … and Rust with tokio: 100 packages more'
	@echo 'make peers            build the peers in Go and Rust, where these are'
	@echo 'make docker           build the container image "concur"'
	@echo 'make clean            remove build/; results/ stays'
	@echo 'Warnings are errors where CI or WERROR=1 is set. Nothing is ever'
	@echo 'installed where CONCUR_NO_INSTALL is set.'

# ---- build ----

$(BUILD)/concur: $(MAIN) $(BUILD)/libconcur.a
	@echo '  link     $@'
	@$(LINK) -o $@ $^ $(LIBS)

$(BUILD)/libconcur.a: $(OBJECTS) $(BUILD)/objects
	@echo '  archive  $@'
	@rm -f $@ # and q, not r: files of the same name stay apart
	@ar qcs $@ $(OBJECTS)

$(BUILD)/%.o: %.c $(BUILD)/flags
	@mkdir -p $(@D)
	@echo '  compile  $<'
	@$(COMPILE) -MMD -MP -c -o $@ $<

# What objects and archive were made from: rewritten only when it changes, so
# that other flags, other folders or a deleted source always rebuild. The first
# build also says which packages are missing, before the compiler trips.
$(BUILD)/flags: FORCE
	@mkdir -p $(@D)
	@printf '%s\n' $(call quote,$(COMPILE) : $(LINK) $(LIBS)) | cmp -s - $@ || { \
	    scripts/deps check build && \
	    printf '%s\n' $(call quote,$(COMPILE) : $(LINK) $(LIBS)) >$@; }

$(BUILD)/objects: FORCE
	@mkdir -p $(@D)
	@echo '$(OBJECTS)' | cmp -s - $@ || echo '$(OBJECTS)' >$@

# ---- what the tests run ----

unit-programs: $(UNIT_PROGRAMS)
	@:
test-programs: $(BUILD)/concur $(FAULTY_PROGRAM)
	@:

$(BUILD)/test/test_%: $(BUILD)/tests/unit/test_%.o $(BUILD)/libconcur.a
	@mkdir -p $(@D)
	@echo '  link     $@'
	@$(LINK) -o $@ $^ $(LIBS) -lcmocka

# concur with a longer list of strategies: those that misbehave on purpose.
$(BUILD)/test/concur-faulty: $(MAIN) $(call object,$(FAULTY)) \
                             $(filter-out $(BUILD)/impls/list.o,$(OBJECTS)) \
                             $(BUILD)/objects
	@mkdir -p $(@D)
	@echo '  link     $@'
	@$(LINK) -o $@ $(filter %.o,$^) $(LIBS)

.SECONDARY:
-include $(patsubst %.o,%.d,$(MAIN) $(OBJECTS) $(call object,$(FAULTY)) \
                            $(call object,$(UNIT)))

# ---- use ----

deps:
	@scripts/deps install build bench test check

deps-peers:
	@scripts/deps install peers

# Apart from the others: more than 100 packages for one peer.
deps-peers-rust:
	@scripts/deps install rust

# The peers that are built; what lacks its toolchain is left out, and said.
peers:
	@scripts/peers build/peers

# Installing comes before building in the recipe, in a make of its own: this
# one was read when the libraries were perhaps not yet there.
bench:
	@scripts/deps need build bench
	@$(SUBMAKE) all
	@$(BUILD)/concur run --suite $(SUITE) $(ARGS)

# Unit tests run under ASan and UBSan by default, integration tests on the
# program as built; with SAN= both run under that sanitizer.
UNIT_SAN = $(or $(SAN),address$(comma)undefined)
test:
	@scripts/deps need build bench test
	@$(SUBMAKE) SAN=$(UNIT_SAN) unit-programs
	@$(SUBMAKE) test-programs
	@CONCUR='$(CURDIR)/$(BUILD)/concur' CONCUR_SAN='$(SAN)' \
	    CONCUR_FAULTY='$(CURDIR)/$(BUILD)/test/concur-faulty' \
	    $(PYTHON) tests/run.py --only $(call quote,$(ONLY)) \
	    $(UNIT:tests/unit/%.c=build/san-$(subst $(comma),-,$(UNIT_SAN))/test/%) \
	    $(INTEGRATION)

# What is written in assembly, on the other machine it is written for. It links
# with libc alone: nothing else has to be there for that machine.
AARCH64_CC ?= aarch64-linux-gnu-gcc
AARCH64    := build/aarch64/test_coro
test-aarch64:
	@CONCUR_NO_INSTALL=1 scripts/deps check aarch64
	@mkdir -p $(dir $(AARCH64))
	@$(AARCH64_CC) -std=c11 $(CFLAGS) $(WARNINGS) -D_GNU_SOURCE -static \
	    -pthread -o $(AARCH64) tests/unit/test_coro.c impls/parts/coro.c \
	    impls/parts/coro_switch.c impls/parts/stack_guard.c -lm
	@qemu-aarch64 $(AARCH64)

check:
	@scripts/deps need build check
	@scripts/check $(call quote,$(COMPILE)) $(C_FILES)

docker:
	$(DOCKER) build $(DOCKER_FLAGS) -t concur .

clean:
	rm -rf build
