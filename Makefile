# Makefile - the one build description.
#
#   make                the program, build/$(BUILD)/framebench
#   make sweep          plan `quick`: measure, draw, choose (at most 3 minutes)
#   make plots          draw the newest run again      (RUN=DIR for another)
#   make defaults       choose from the newest run     (RUN=DIR for another)
#   make check          build, lint and run all tests  (BUILD=asan|tsan|debug)
#   make check-NAME     one test program, e.g. make check-test_memclr
#   make check-stress   all tests, heaps under stress (CONTRIBUTING.md)
#   make fuzz           the parser of signatures  (FUZZ_SECONDS=180)
#   make bench-mark     the marker's rate, beside Go's where one is installed
#   make bench-call     a call step by step, beside libffi's and Go's (needs
#                       libffi-dev)
#   make compare-race   a race against measuring everybody alike; 13 minutes
#   make soak           the soak test at length: 30 minutes
#   make check-kills    runs killed at 100 random moments lose nothing
#   make check-aarch64  impl/ and its tests for aarch64, under qemu; skips where
#                       the cross compiler or qemu is not installed
#   make model          barriers on all states of a small heap (MODEL_CASES=NAMES)
#   make mutants        each mutant of the verifier against every cell
#   make clean
#
# Settings: BUILD=opt|debug|asan|tsan, CC, CXX, RUN, PLAN, BUDGET, V=1 to see
# the commands.

.DEFAULT_GOAL := all
BUILD ?= opt
PLAN ?= quick
BUDGET ?= 150s
RUN ?= results/runs/latest
SOAK_SECONDS ?= 1800

ifeq ($(origin CC),default)
CC := gcc
endif
ifeq ($(origin CXX),default)
CXX := g++
endif

# Objects of different builds and compilers never meet.
O := build/$(BUILD)
PROGRAM := $(O)/framebench

PACKAGES := hwloc jansson benchmark
OPT_opt := -O2 -DNDEBUG
OPT_debug := -O0 -g
OPT_asan := -O1 -g -fsanitize=address,undefined -fno-sanitize-recover=all \
	-fno-omit-frame-pointer
OPT_tsan := -O1 -g -fsanitize=thread
OPT_aarch64 := -O2 -static
ifeq ($(OPT_$(BUILD)),)
$(error BUILD=$(BUILD): expected opt, debug, asan or tsan)
endif

WARN := -Wall -Wextra -Werror -Wshadow -Wundef -Wvla -Wpointer-arith \
	-Wwrite-strings
WARN_C := -Wstrict-prototypes -Wmissing-prototypes -Wold-style-definition
INCLUDE := -Iimpl/base -Iimpl/gc -Iimpl/strategy -Iimpl/call -Ibench -Itest \
	-Itest/model $(if $(filter aarch64,$(BUILD)),-Itest/cross)
DEFINES := -D_GNU_SOURCE
FLAGS := $(OPT_$(BUILD)) -g $(WARN) $(DEFINES) $(INCLUDE) -pthread
ALL_CFLAGS = -std=gnu11 $(FLAGS) $(WARN_C) $(CFLAGS_DIR) $(CFLAGS)
ALL_CXXFLAGS = -std=c++17 $(FLAGS) $(CXXFLAGS)
LDLIBS := $(shell pkg-config --libs $(PACKAGES) 2>/dev/null || \
	echo -lhwloc -ljansson -lbenchmark) -lm -pthread

# A kernel that clears in a loop must not be turned into a call of the memset
# that it competes with; gcc 12 and clang 14 both do that at -O2. Each begins on
# a cache line, so that none is better off by where the linker puts it.
$(O)/impl/strategy/%.o: private CFLAGS_DIR := -fno-builtin -falign-functions=64

# Kernels that are written in x86-64's instructions.
ARCH := $(if $(filter aarch64,$(BUILD)),aarch64,$(shell uname -m))
X86_KERNELS := $(foreach isa,sse2 avx2 avx512 rep_stosb rep_stosq rep_movsb \
	rep_movsq,impl/strategy/%_$(isa).c)
IMPL := $(filter-out $(if $(filter x86_64,$(ARCH)),,$(X86_KERNELS)), \
	$(wildcard impl/*/*.c))
BENCH := $(filter-out bench/bench_main.c bench/bench_mark.c \
	bench/bench_call.c bench/bench_call_subject.c, \
	$(wildcard bench/*.c bench/*.cc bench/*.S))
TESTS := $(wildcard test/test_*.c)
MODEL := $(filter-out test/model/model_main.c,$(wildcard test/model/*.c))
TEST_HELP := $(filter-out $(TESTS),$(wildcard test/*.c)) $(MODEL)

# What the binary says of itself; its one object follows the commit.
COMMIT := $(shell git describe --always --dirty --abbrev=12 2>/dev/null || \
	echo unknown)
$(O)/bench/bench_build.o: private CFLAGS_DIR = -DBUILD_COMMIT='"$(COMMIT)"' \
	-DBUILD_FLAGS='"$(OPT_$(BUILD)) $(CFLAGS)"'
$(O)/bench/bench_build.o: $(O)/commit
$(O)/commit: force
	@mkdir -p $(O) && echo '$(COMMIT)' | cmp -s - $@ || echo '$(COMMIT)' >$@

object = $(addprefix $(O)/,$(addsuffix .o,$(basename $(1))))
LIB := $(O)/libframebench.a
TEST_PROGRAMS := $(patsubst test/%.c,$(O)/test/%,$(TESTS))

Q := $(if $(V),,@)

all: $(PROGRAM)

$(PROGRAM): $(O)/bench/bench_main.o $(LIB)
	$(Q)$(CXX) $(OPT_$(BUILD)) -o $@ $^ $(LDLIBS)

$(LIB): $(call object,$(IMPL) $(BENCH))
	$(Q)rm -f $@ && ar crs $@ $^

$(TEST_PROGRAMS): $(O)/test/%: $(O)/test/%.o $(call object,$(TEST_HELP)) $(LIB)
	$(Q)$(CXX) $(OPT_$(BUILD)) -o $@ $^ -lcmocka $(LDLIBS)

# The commands are kept beside the objects, so that other flags or another
# compiler mean another build and not a mixed one.
$(O)/flags: force
	@mkdir -p $(O) && [ -e build/.gitignore ] || echo '*' >build/.gitignore
	@echo '$(CC) $(ALL_CFLAGS) $(CXX) $(ALL_CXXFLAGS)' | \
		cmp -s - $@ || \
		echo '$(CC) $(ALL_CFLAGS) $(CXX) $(ALL_CXXFLAGS)' >$@

$(O)/%.o: %.c $(O)/flags
	@mkdir -p $(@D)
	$(Q)$(CC) $(ALL_CFLAGS) -MMD -MP -c -o $@ $<

$(O)/%.o: %.cc $(O)/flags
	@mkdir -p $(@D)
	$(Q)$(CXX) $(ALL_CXXFLAGS) -MMD -MP -c -o $@ $<

$(O)/%.o: %.S $(O)/flags
	@mkdir -p $(@D)
	$(Q)$(CC) $(FLAGS) -MMD -MP -c -o $@ $<

# The assembler does not report what it includes.
$(O)/bench/bench_go_std.o: bench/data/go-std.tsv

# Not part of `check`: it needs clang's libFuzzer and runs as long as it is let.
FUZZ_SECONDS ?= 180
fuzz:
	@mkdir -p build/fuzz/found
	clang -std=gnu11 -O1 -g $(WARN) $(DEFINES) $(INCLUDE) \
		-fsanitize=fuzzer,address,undefined \
		-fno-sanitize-recover=undefined -o build/fuzz/fuzz_call_signature \
		test/fuzz/fuzz_call_signature.c impl/base/base.c \
		impl/call/call_layout.c impl/call/call_signature.c \
		impl/call/call_scan.c impl/call/call_type.c
	cd build/fuzz && ./fuzz_call_signature -max_total_time=$(FUZZ_SECONDS) \
		-dict=../../test/fuzz/signature.dict found

$(O)/bench_mark: $(O)/bench/bench_mark.o $(LIB)
	$(Q)$(CXX) $(OPT_$(BUILD)) -o $@ $^ $(LDLIBS)

bench-mark: $(O)/bench_mark
	sh scripts/bench-mark.sh $(O)/bench_mark

$(O)/bench_call: $(O)/bench/bench_call.o $(O)/bench/bench_call_subject.o $(LIB)
	$(Q)$(CXX) $(OPT_$(BUILD)) -o $@ $^ $(shell pkg-config --libs libffi) \
		$(LDLIBS)

bench-call: ffi $(O)/bench_call
	sh scripts/bench-call.sh $(O)/bench_call

ffi:
	@pkg-config --exists libffi || { echo "bench-call: pkg-config finds no" \
		"libffi, which it compares with (Debian: libffi-dev)" >&2; exit 3; }

compare-race: $(PROGRAM)
	sh scripts/compare-race.sh $(PROGRAM)

sweep: $(PROGRAM)
	sh scripts/sweep.sh $(PROGRAM) $(PLAN) $(BUDGET)

plots: $(PROGRAM)
	$(PROGRAM) report $(RUN)

defaults: $(PROGRAM)
	$(PROGRAM) choose $(RUN) --out=results/defaults

# impl/ and the tests that need nothing else, for a CPU that this one is not.
# What they use of cmocka is in test/cross. Left out are those about this CPU's
# features or names, and those whose child processes the emulator does not run.
CROSS_TESTS := $(filter-out test/test_call_set_use.c test/test_gc_unmap.c,$(filter $(addprefix test/, \
	test_barrier.c test_call_% test_client_% test_gc% test_strategy_% \
	test_bench_verify_tearing.c test_typed.c),$(TESTS)))
CROSS_PROGRAMS := $(patsubst test/%.c,$(O)/cross/%,$(CROSS_TESTS))
CROSS_LIB := $(O)/libcross.a

$(CROSS_LIB): $(call object,$(IMPL) bench/bench_go_std.S \
	bench/bench_progress.c bench/bench_verify_tearing.c \
	$(filter $(addprefix test/,barrier_% call_% client_% collector_% gc_% \
	kernel_%),$(TEST_HELP)))
	$(Q)rm -f $@ && ar crs $@ $^

$(CROSS_PROGRAMS): $(O)/cross/%: $(O)/test/%.o $(CROSS_LIB)
	@mkdir -p $(@D)
	$(Q)$(CC) $(OPT_$(BUILD)) -o $@ $^ -lm -pthread

check-aarch64:
	+sh scripts/check-aarch64.sh $(MAKE)

check-cross: $(CROSS_PROGRAMS)
	sh scripts/run-tests.sh $(O) $(CROSS_PROGRAMS)

lint:
	sh scripts/check-includes.sh
	sh scripts/check-registry.sh $(O)
	sh scripts/check-format.sh
	sh scripts/check-tsan.sh

check: $(PROGRAM) $(TEST_PROGRAMS) lint
	sh scripts/run-tests.sh $(O) $(TEST_PROGRAMS) $(STRESS_SHORT)

# The whole suite with every heap stressed in one way (CONTRIBUTING.md); `check`
# has the most telling ones.
STRESS := mark safepoint buffer
STRESS_SHORT := $(addprefix mark:$(O)/test/,test_client_map_group test_call_frame) \
	$(addprefix safepoint:$(O)/test/,test_call_steps test_call_frame) \
	$(addprefix buffer:$(O)/test/,test_call_frame test_origin_faults)

check-stress: $(PROGRAM) $(TEST_PROGRAMS)
	sh scripts/run-tests.sh $(O) \
		$(foreach m,$(STRESS),$(addprefix $(m):,$(TEST_PROGRAMS)))

check-%: $(O)/test/% $(PROGRAM)
	sh scripts/run-tests.sh $(O) $<

check-kills: $(O)/test/test_bench_cmd_run $(PROGRAM)
	FRAMEBENCH_KILLS=100 sh scripts/run-tests.sh $(O) $<

soak: $(O)/test/test_soak
	FRAMEBENCH_SOAK_SECONDS=$(SOAK_SECONDS) $<

$(O)/model: $(call object,test/model/model_main.c $(MODEL)) $(LIB)
	$(Q)$(CC) $(OPT_$(BUILD)) -o $@ $^

# MODEL_CASES names some of them.
model: $(O)/model
	$< $(MODEL_CASES)

.PHONY: mutants
mutants: $(PROGRAM)
	$(PROGRAM) verify --mutants

clean:
	rm -rf build

-include $(shell find $(O) -name '*.d' 2>/dev/null)
.PHONY: all bench-call bench-mark check check-aarch64 check-cross \
	check-kills check-stress clean compare-race defaults \
	ffi force fuzz lint model plots soak sweep
.DELETE_ON_ERROR:
