/* bench_call.c - what a reflect call costs, step by step, beside libffi's
 *
 * bench_call             for each signature: the steps of a call one by one,
 *                        the whole call, and ffi_call of the same C function
 * bench_call MIB         one round of whole calls alone, beside so many MiB of
 *                        live objects: signature, ns, and ns of CPU of all
 *                        threads, for scripts/bench-call.sh
 *
 * Phase off, set `default`, stack ABI. In each round every figure is taken
 * once, so both sides of a ratio come from the same moments. A call with
 * results has a fresh frame each, and the collections that these cause run in
 * the timed part, on the terms of Go's pacer: at 4 MiB, or when the heap has
 * doubled.
 *
 * A program of its own, built where pkg-config finds libffi.
 */
// SPDX-License-Identifier: BSD-3-Clause
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

#include "bench.h"
#include "bench_call_subject.h"
#include "bench_clock.h"
#include "bench_stats.h"

#define ROUNDS 41
/* Operations timed together: half a millisecond and more. */
#define BATCH 20000
/* Calls with results: 64 bytes each, so some six collections. */
#define FRESH_BATCH 400000
/* Frames got, or put, in a row: as many as a pool holds. */
#define ROW CALL_POOL_SLOTS

static struct call_engine *engine;

/* What was looked up is looked up again: memory may have changed. */
#define LOOKED_UP(x) __asm__ volatile("" : : "r"(x) : "memory")

/* Each figure is ns an operation: of n operations, all that lies between two
 * timestamps, or where frames come and go in rows, between many. */
typedef double figure_fn(struct bench_call_subject *s, size_t n);

static double
ns_since(uint64_t start)
{
	return bench_clock_ns(bench_clock_ticks() - start);
}

static double
look_up(struct bench_call_subject *s, size_t n)
{
	uint64_t start = bench_clock_ticks();

	for (size_t i = 0; i < n; i++)
		LOOKED_UP(call_lookup(engine, s->key));
	return ns_since(start) / (double)n;
}

/* Rows of gets or of puts, the others untimed. */
static double
get_and_put(struct bench_call_subject *s, size_t n, double *get, double *put)
{
	struct strategy_frame frames[ROW];

	*get = *put = 0;
	for (size_t i = 0; i < n; i += ROW) {
		uint64_t start = bench_clock_ticks();

		for (size_t k = 0; k < ROW; k++)
			call_frame_get(engine, s->target, &frames[k]);
		*get += ns_since(start) - bench_clock.overhead_ns;
		start = bench_clock_ticks();
		for (size_t k = 0; k < ROW; k++)
			call_frame_put(engine, s->target, &frames[k]);
		*put += ns_since(start) - bench_clock.overhead_ns;
	}
	*get /= (double)n;
	*put /= (double)n;
	return *get;
}

static double
get(struct bench_call_subject *s, size_t n)
{
	double get_ns, put_ns;

	return get_and_put(s, n, &get_ns, &put_ns);
}

static double
put(struct bench_call_subject *s, size_t n)
{
	double get_ns, put_ns;

	get_and_put(s, n, &get_ns, &put_ns);
	return put_ns;
}

static double
fill(struct bench_call_subject *s, size_t n)
{
	uint64_t start = bench_clock_ticks();

	for (size_t i = 0; i < n; i++)
		call_frame_fill(engine, s->target, &s->frame,
				(const void *const *)s->values);
	return ns_since(start) / (double)n;
}

static double
trampoline(struct bench_call_subject *s, size_t n)
{
	const struct call_callee empty = {.fn = s->empty};
	uint64_t start = bench_clock_ticks();

	for (size_t i = 0; i < n; i++)
		call_frame_run(engine, s->target, &s->frame, empty);
	return ns_since(start) / (double)n;
}

static double
adapter(struct bench_call_subject *s, size_t n)
{
	uint64_t start = bench_clock_ticks();

	for (size_t i = 0; i < n; i++)
		s->adapter(s->area);
	return ns_since(start) / (double)n;
}

static double
copy_back(struct bench_call_subject *s, size_t n)
{
	uint64_t start = bench_clock_ticks();

	for (size_t i = 0; i < n; i++)
		call_frame_copy_back(engine, s->target, &s->frame, s->area);
	return ns_since(start) / (double)n;
}

static double
clear(struct bench_call_subject *s, size_t n)
{
	uint64_t start = bench_clock_ticks();

	for (size_t i = 0; i < n; i++)
		call_frame_clear(engine, s->target, &s->frame);
	return ns_since(start) / (double)n;
}

static double
whole_at_hand(struct bench_call_subject *s, size_t n)
{
	uint64_t start = bench_clock_ticks();

	for (size_t i = 0; i < n; i++)
		call(engine, s->target, s->adapter,
		     (const void *const *)s->values);
	return ns_since(start) / (double)n;
}

static double
whole(struct bench_call_subject *s, size_t n)
{
	uint64_t start = bench_clock_ticks();

	for (size_t i = 0; i < n; i++)
		call(engine, call_lookup(engine, s->key), s->adapter,
		     (const void *const *)s->values);
	return ns_since(start) / (double)n;
}

static double
ffi(struct bench_call_subject *s, size_t n)
{
	uintptr_t result[4]; /* room for any */
	uint64_t start = bench_clock_ticks();

	for (size_t i = 0; i < n; i++)
		ffi_call(&s->cif, s->fn, result, s->values);
	return ns_since(start) / (double)n;
}

enum { WHOLE = 8, FFI = 10 };

static const struct {
	const char *name;
	figure_fn *fn;
} figures[] = {
	{"look-up", look_up},
	{"get", get},
	{"fill", fill},
	{"trampoline, empty callee", trampoline},
	{"adapter and function", adapter},
	{"copy back", copy_back},
	{"clear", clear},
	{"put", put},
	[WHOLE] = {"call", whole},
	{"call without look-up", whole_at_hand},
	[FFI] = {"ffi_call", ffi},
};

#define FIGURES ARRAY_LEN(figures)

static double samples[BENCH_CALL_SUBJECTS][FIGURES][ROUNDS];

static size_t
batch_of(const struct bench_call_subject *s, size_t figure)
{
	bool fresh = s->target->layout->n_results;

	return fresh && (figure == WHOLE || figure == WHOLE + 1) ? FRESH_BATCH
								 : BATCH;
}

static double
take(struct bench_call_subject *s, size_t figure)
{
	bench_call_callee = s->fn;
	gc_safepoint(engine->mut);
	return figures[figure].fn(s, batch_of(s, figure));
}

static void
measure(void)
{
	for (size_t r = 0; r < ROUNDS; r++)
		for (size_t i = 0; i < BENCH_CALL_SUBJECTS; i++)
			for (size_t k = 0; k < FIGURES; k++)
				samples[i][k][r] =
					take(&bench_call_subjects[i], k);
}

static void
print_interval(const char *name, struct bench_interval v, const char *unit)
{
	printf("  %-26s %6.2f [%.2f, %.2f]%s\n", name, v.mid, v.lo, v.hi, unit);
}

static void
print_subject(size_t i)
{
	double ones[ROUNDS];

	for (size_t r = 0; r < ROUNDS; r++)
		ones[r] = 1;
	printf("%s: %zu bytes%s\n", bench_call_subjects[i].signature,
	       bench_call_subjects[i].target->layout->frame.size,
	       bench_call_subjects[i].target->pools ? ""
						    : ", a fresh frame each");
	for (size_t k = 0; k < FIGURES; k++)
		print_interval(
			figures[k].name,
			bench_stats_median_ratio(samples[i][k], ones, ROUNDS),
			" ns");
	print_interval("call / ffi_call",
		       bench_stats_median_ratio(samples[i][WHOLE],
						samples[i][FFI], ROUNDS),
		       "");
}

static double
cpu_ns(void)
{
	struct timespec t;

	clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &t);
	return (double)t.tv_sec * 1e9 + (double)t.tv_nsec;
}

/* A list of objects of 32 bytes, for collections to mark. */
static void
keep_alive(struct gc_mutator *mut, size_t mib)
{
	static const uint8_t one_pointer[16] = {1};
	static const struct gc_type node_type = {32, 8, one_pointer};
	static void *head;
	static struct gc_root root = {&head, 1, NULL, NULL};

	gc_push_root(mut, &root);
	for (size_t i = 0; i < (mib << 20) / node_type.size; i++) {
		void **node = gc_must_alloc(mut, &node_type, 1);

		*node = head;
		head = node;
		gc_safepoint(mut);
	}
}

/* Go's side has the same lines (bench/data/call.go). */
static void
print_whole(struct bench_call_subject *s)
{
	double cpu, wall;

	take(s, WHOLE); /* warm */
	cpu = cpu_ns();
	bench_call_callee = s->fn;
	wall = whole(s, FRESH_BATCH);
	cpu = (cpu_ns() - cpu) / FRESH_BATCH;
	printf("%s\t%.1f\t%.1f\n", s->signature, wall, cpu);
}

static void
open_engine(void)
{
	struct gc_config config = {.heap_limit = (size_t)1 << 30,
				   .buffer_words = 512,
				   .trigger_percent = 100,
				   .assist = true,
				   .markers = 1};
	struct call_set set;
	char error[160];

	engine = call_engine_new(gc_attach(gc_create(&config)));
	CHECK(call_set_parse(&set, "default", error, sizeof(error)));
	call_engine_bind(engine, &set);
}

int
main(int argc, char **argv)
{
	char *end = NULL;
	unsigned long mib = argc == 2 ? strtoul(argv[1], &end, 10) : 0;

	if (argc > 2 || (end && (*end || end == argv[1])) || mib > 256)
		return bench_error(BENCH_USAGE,
				   "bench_call %s: expected nothing, or MIB "
				   "from 0 to 256",
				   argv[argc - 1]);
	strategy_check_all();
	bench_clock_init();
	open_engine();
	for (size_t i = 0; i < BENCH_CALL_SUBJECTS; i++)
		bench_call_subject_open(&bench_call_subjects[i], engine);
	if (argc == 1) {
		measure();
		for (size_t i = 0; i < BENCH_CALL_SUBJECTS; i++)
			print_subject(i);
	} else {
		keep_alive(engine->mut, mib);
		for (size_t i = 0; i < BENCH_CALL_SUBJECTS; i++)
			print_whole(&bench_call_subjects[i]);
	}
	return bench_flush(stdout, "standard output");
}
