# loa: build, run and check. On a fresh Debian 12 with git, make and a C compiler:
#   make run      installs what is missing, builds, starts the demonstration
#   make check    installs what is missing, builds, runs every test
# Other targets: deps build bench lint fuzz install clean. SAN=address,undefined builds and tests
# with sanitizers, in a folder of its own.

PREFIX ?= /usr/local
DESTDIR ?=
SAN ?=
WERROR ?= 1
CC ?= cc
B := build$(if $(SAN),/san)
# make V=1 shows the commands.
Q := $(if $(V),,@)

PACKAGES_BUILD := gcc make libc6-dev libuv1-dev libcurl4-openssl-dev libcjson-dev libsqlite3-dev \
    libpq-dev libmicrohttpd-dev libsodium-dev nettle-dev libutf8proc-dev libical-dev libcsv-dev \
    tzdata ca-certificates
PACKAGES_RUN := curl openssl
PACKAGES_TEST := libcriterion-dev libxml2-dev postgresql-15 libfaketime procps util-linux
# What npm brings beyond these is in tests/browser/package-lock.json.
PACKAGES_BROWSER := chromium fonts-dejavu-core $(if $(shell command -v npm),,nodejs npm)
PACKAGES_BENCH := postgresql-15 procps util-linux $(if $(PEERS),redis-server $(if $(shell command -v npm),,nodejs npm))
PACKAGES_LINT := clang clang-format clang-tidy libclang-rt-14-dev

# PACKAGES_SANDBOX, SANDBOX_LIBS and a rule.
.DEFAULT_GOAL := build
include tests/sandbox/sandbox.mk

WARN := -Wall -Wextra -Wpedantic -Wshadow -Wconversion -Wstrict-prototypes -Wmissing-prototypes \
    -Wold-style-definition -Wpointer-arith -Wcast-qual -Wwrite-strings -Wformat=2 -Wundef -Wvla \
    -Wimplicit-fallthrough $(if $(filter 1,$(WERROR)),-Werror)
HARDEN := -fstack-protector-strong -fPIE -fcf-protection
# Instrumented code confuses gcc's flow analysis into warnings that the plain build does not have.
OPT := $(if $(SAN),-O1 -g -fno-omit-frame-pointer -fsanitize=$(SAN) -fno-sanitize-recover=all \
    -Wno-maybe-uninitialized -Wno-stringop-truncation,\
    -O2 -g -D_FORTIFY_SOURCE=3)
CPPFLAGS += -I. -isystem /usr/include/postgresql -isystem /usr/include/libxml2 -D_GNU_SOURCE
CFLAGS := -std=c11 $(WARN) $(HARDEN) $(OPT) -MMD -MP $(EXTRA_CFLAGS)
LDFLAGS := -pie -Wl,-z,relro,-z,now -Wl,-z,noexecstack $(if $(SAN),-fsanitize=$(SAN)) \
    $(EXTRA_LDFLAGS)
LIBS := -luv -lcurl -lcjson -lsqlite3 -lpq -lmicrohttpd -lsodium -lnettle -lutf8proc -lical -lcsv \
    -lpthread -lm

SRC := $(filter-out bot/main.c,$(wildcard messages/*.c messages/base/*.c messages/store/*.c \
    channels/*.c scheduler/*.c bot/*.c bot/answer/*.c bot/api/*.c bot/cli/*.c bot/ops/*.c))
GEN := $(B)/gen/migrations.c $(B)/gen/answer_data.c $(B)/gen/content_data.c $(B)/gen/bot_data.c \
    $(B)/gen/api_data.c $(B)/gen/portal_data.c
OBJ := $(SRC:%.c=$(B)/obj/%.o) $(GEN:$(B)/%.c=$(B)/obj/%.o)
SANDBOX_SRC := $(wildcard tests/sandbox/*.c)
SANDBOX_OBJ := $(SANDBOX_SRC:%.c=$(B)/obj/%.o)
KIT_SRC := $(wildcard tests/kit/*.c)
KIT_OBJ := $(KIT_SRC:%.c=$(B)/obj/%.o)
UNIT_SRC := $(wildcard tests/unit/*.c)
UNIT_OBJ := $(UNIT_SRC:%.c=$(B)/obj/%.o)
INTEGRATION_SRC := $(wildcard tests/integration/*.c)
INTEGRATION_OBJ := $(INTEGRATION_SRC:%.c=$(B)/obj/%.o)
CHAOS_SRC := $(wildcard tests/chaos/*.c)
CHAOS_OBJ := $(CHAOS_SRC:%.c=$(B)/obj/%.o)
BENCH_SRC := $(wildcard tests/bench/*.c)
BENCH_OBJ := $(BENCH_SRC:%.c=$(B)/obj/%.o)

.PHONY: all deps deps-test deps-bench build run check check-all check-suite chaos chaos-suite unit integration browser \
    bench bench-docs simulate lint fuzz answer-score answer-tune \
    install clean format

all: build

build: $(B)/loa $(B)/loa-sandbox

# ---- what must be on the machine ---------------------------------------------------------

deps:
	@.ci/deps $(PACKAGES_BUILD) $(PACKAGES_SANDBOX) $(PACKAGES_RUN)

deps-test:
	@.ci/deps $(PACKAGES_BUILD) $(PACKAGES_SANDBOX) $(PACKAGES_TEST) $(PACKAGES_BROWSER) $(PACKAGES_RUN)

deps-bench:
	@.ci/deps $(PACKAGES_BUILD) $(PACKAGES_SANDBOX) $(PACKAGES_RUN) $(PACKAGES_BENCH)

# ---- program -----------------------------------------------------------------------------

$(B)/libloa.a: $(OBJ)
	@rm -f $@
	@ar rcs $@ $(OBJ)

$(B)/loa: $(B)/obj/bot/main.o $(B)/libloa.a
	@echo "  LINK $@"
	$(Q)$(CC) $(LDFLAGS) -o $@ $^ $(LIBS)

$(B)/loa-sandbox: $(SANDBOX_OBJ)
	@echo "  LINK $@"
	$(Q)$(CC) $(LDFLAGS) -o $@ $^ $(SANDBOX_LIBS)

$(B)/obj/%.o: %.c
	@mkdir -p $(@D)
	@echo "  CC $<"
	$(Q)$(CC) $(CPPFLAGS) $(CFLAGS) -c -o $@ $<

$(B)/obj/gen/%.o: $(B)/gen/%.c
	@mkdir -p $(@D)
	@echo "  CC $<"
	$(Q)$(CC) $(CPPFLAGS) $(CFLAGS) -c -o $@ $<

# Text files become C arrays of {name, text}: `embed NAME HEADER FILES`.
$(B)/gen/migrations.c: .ci/embed $(wildcard messages/store/migrations/*.sql)
	@mkdir -p $(@D)
	@.ci/embed store_migration_files store_embedded messages/store/embedded.h $(filter %.sql,$^) > $@
$(B)/gen/answer_data.c: .ci/embed $(wildcard bot/answer/data/*)
	@mkdir -p $(@D)
	@.ci/embed answer_files answer_file bot/answer/words.h $(filter bot/answer/data/%,$^) > $@
$(B)/gen/content_data.c: .ci/embed $(wildcard content/*.json)
	@mkdir -p $(@D)
	@.ci/embed content_files store_embedded messages/store/embedded.h $(filter content/%,$^) > $@
$(B)/gen/bot_data.c: .ci/embed $(wildcard bot/data/*)
	@mkdir -p $(@D)
	@.ci/embed bot_data_files store_embedded bot/people.h $(filter bot/data/%,$^) > $@
$(B)/gen/api_data.c: .ci/embed $(wildcard bot/api/data/*)
	@mkdir -p $(@D)
	@.ci/embed api_files store_embedded bot/api/api.h $(filter bot/api/data/%,$^) > $@
$(B)/gen/portal_data.c: .ci/embed $(wildcard bot/portal/*)
	@mkdir -p $(@D)
	@.ci/embed portal_files store_embedded bot/portal.h $(filter bot/portal/%,$^) > $@

# ---- running and checking ----------------------------------------------------------------

run: deps
	@$(MAKE) --no-print-directory build
	@exec .ci/demo $(B)

check: deps-test
	@.ci/with-postgres $(MAKE) --no-print-directory check-all

# Each test runs on both stores: plain on PostgreSQL, with sanitizers on SQLite. The tests of the
# PostgreSQL driver itself are among the unit tests. The chaos is bounded here, each channel's kills on
# one of the stores; `make chaos` is the whole. It waits more than it works.
check-all:
	@$(MAKE) --no-print-directory unit
	@$(MAKE) --no-print-directory browser
	@LOA_TEST_STORE=postgres JOBS=4 $(MAKE) --no-print-directory integration
	@JOBS=4 $(MAKE) --no-print-directory chaos-suite ONLY='@(campaign|mixture|nodes|kills)/[!fz]*'
	@LOA_TEST_STORE=postgres JOBS=2 $(MAKE) --no-print-directory chaos-suite ONLY='kills/[fz]*'
	@$(MAKE) --no-print-directory check-suite SAN=address,undefined

check-suite: build $(B)/test-unit $(B)/test-integration
	@.ci/test $(B) $(B)/test-unit
	@JOBS=3 .ci/test $(B) $(B)/test-integration

# What it must withstand: bounded within check, at full size, on both stores, by itself.
ONLY ?= *
chaos-suite: build $(B)/test-chaos
	@.ci/test $(B) $(B)/test-chaos --filter '$(ONLY)'
chaos: deps-test
	@.ci/with-postgres tests/chaos/run $(MAKE) --no-print-directory chaos-suite
	@LOA_TEST_STORE=postgres .ci/with-postgres tests/chaos/run \
	    $(MAKE) --no-print-directory chaos-suite ONLY='[!n]*'

# LOA_TEST_STORE=postgres runs them on PostgreSQL.
unit: $(B)/test-unit
	@$(WITH_STORE) .ci/test $(B) $(B)/test-unit
integration: build $(B)/test-integration
	@$(WITH_STORE) .ci/test $(B) $(B)/test-integration
WITH_STORE := $(if $(filter postgres,$(LOA_TEST_STORE)),.ci/with-postgres)

# The pages, in a browser.
browser: build
	@tests/browser/run $(B)

$(B)/test-unit: $(UNIT_OBJ) $(KIT_OBJ) $(B)/libloa.a
	@echo "  LINK $@"
	$(Q)$(CC) $(LDFLAGS) -o $@ $^ -lcriterion -lxml2 $(LIBS)
$(B)/test-integration: $(INTEGRATION_OBJ) $(KIT_OBJ) $(B)/libloa.a
	@echo "  LINK $@"
	$(Q)$(CC) $(LDFLAGS) -o $@ $^ -lcriterion $(LIBS)

# The same rig, longer and rougher. Sizes come from the environment, see tests/chaos/README.md.
$(B)/test-chaos: $(CHAOS_OBJ) $(B)/obj/tests/integration/rig.o $(KIT_OBJ) $(B)/libloa.a
	@echo "  LINK $@"
	$(Q)$(CC) $(LDFLAGS) -o $@ $^ -lcriterion $(LIBS)

# Programs that measure the answers to labelled questions: `make answer-score` prints the table,
# `make answer-tune` chooses the thresholds and writes bot/answer/data/thresholds.txt.
ANSWER_OBJ := $(B)/obj/tests/answer/demo.o $(B)/obj/tests/answer/gold.o
$(B)/answer-%: $(B)/obj/tests/answer/%.o $(ANSWER_OBJ) $(B)/libloa.a
	@echo "  LINK $@"
	$(Q)$(CC) $(LDFLAGS) -o $@ $^ $(LIBS)
answer-score: $(B)/answer-score
	@tests/answer/score $(B)
answer-tune: $(B)/answer-tune
	@tests/answer/tune $(B)

$(B)/bench-answer_time: $(B)/obj/tests/bench/answer_time.o $(ANSWER_OBJ) $(B)/libloa.a
	@echo "  LINK $@"
	$(Q)$(CC) $(LDFLAGS) -o $@ $^ $(LIBS)
$(B)/bench-%: $(B)/obj/tests/bench/%.o $(B)/libloa.a
	@echo "  LINK $@"
	$(Q)$(CC) $(LDFLAGS) -o $@ $^ $(LIBS)

# Ratios of one run, some minutes. PEERS=1 adds what others would use, BENCH_BIG=1 the large sizes.
bench: deps-bench
	@$(MAKE) --no-print-directory build $(B)/answer-score $(BENCH_SRC:tests/bench/%.c=$(B)/bench-%)
	@exec tests/bench/run $(B)

# Measures and writes the table into docs/performance.md.
bench-docs: deps-bench
	@$(MAKE) --no-print-directory build $(B)/answer-score $(BENCH_SRC:tests/bench/%.c=$(B)/bench-%)
	@tests/bench/run $(B) > $(B)/bench.md && tests/bench/write-docs $(B)/bench.md

# What a hundred accounts with a million followers each would need.
simulate: deps-bench
	@$(MAKE) --no-print-directory build $(B)/answer-score $(BENCH_SRC:tests/bench/%.c=$(B)/bench-%)
	@exec tests/bench/run $(B) simulate

# ---- fuzzing, lint, install --------------------------------------------------------------

FUZZ_SRC := $(wildcard tests/fuzz/*.c)
FUZZ_RUNS ?= 20000
FUZZ_FLAGS := -g -O1 -fsanitize=fuzzer,address,undefined -fno-sanitize-recover=all
fuzz:
	@.ci/deps $(PACKAGES_BUILD) $(PACKAGES_LINT)
	@$(MAKE) --no-print-directory $(GEN) $(FUZZ_SRC:tests/fuzz/%.c=build/fuzz/%)
	@set -e; for f in $(FUZZ_SRC:tests/fuzz/%.c=%); do tests/fuzz/run build/fuzz/$$f $(FUZZ_RUNS); done

build/fuzz/lib.a: $(SRC) $(GEN)
	@mkdir -p build/fuzz/obj
	@set -e; for f in $(SRC) $(GEN); do \
	    clang -std=c11 $(CPPFLAGS) -g -O1 -fsanitize=fuzzer-no-link,address,undefined -c $$f \
	        -o build/fuzz/obj/$$(echo $$f | tr / _).o; done
	@rm -f $@; ar rcs $@ build/fuzz/obj/*.o
build/fuzz/%: tests/fuzz/%.c build/fuzz/lib.a
	clang -std=c11 $(CPPFLAGS) $(FUZZ_FLAGS) -o $@ $< build/fuzz/lib.a $(LIBS)

lint:
	@.ci/deps $(PACKAGES_BUILD) $(PACKAGES_SANDBOX) $(PACKAGES_TEST) $(PACKAGES_LINT)
	@.ci/lint

format:
	@clang-format -i $$(git ls-files '*.c' '*.h')

install: build
	install -D -m 755 $(B)/loa $(DESTDIR)$(PREFIX)/bin/loa
	install -D -m 644 .env.example $(DESTDIR)$(PREFIX)/share/doc/loa/env.example
	install -D -m 644 README.md $(DESTDIR)$(PREFIX)/share/doc/loa/README.md
	install -D -m 644 LICENSE $(DESTDIR)$(PREFIX)/share/doc/loa/LICENSE

clean:
	rm -rf build

-include $(OBJ:.o=.d) $(KIT_OBJ:.o=.d) $(SANDBOX_OBJ:.o=.d) $(UNIT_OBJ:.o=.d) $(INTEGRATION_OBJ:.o=.d) \
    $(CHAOS_OBJ:.o=.d) $(BENCH_OBJ:.o=.d) $(B)/obj/bot/main.d
