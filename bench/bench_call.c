/* bench_call.c - what a reflect call costs, step by step, beside libffi's
 *
 * bench_call             for each signature: the steps of a call one by one,
 *                        the whole call, and ffi_call of the same C function
 * bench_call MIB         one round of whole calls alone, beside so many MiB of
 *                        live objects: signature, ns, and ns of CPU of all
 *                        threads, for scripts/bench-call.sh
 *
 * Phase off, set `default`, stack ABI. What is called is a plain System V
 * function, chosen at run time: by ffi_call, and by an adapter that finds its
 * arguments in the area. In each round every figure is taken once, so both
 * sides of a ratio come from the same moments. A call with results has a fresh
 * frame each, and the collections that these cause run in the timed part, on
 * the terms of Go's pacer: at 4 MiB, or when the heap has doubled.
 *
 * A program of its own, built where pkg-config finds libffi.
 */
// SPDX-License-Identifier: BSD-3-Clause
#include <ffi.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "bench.h"
#include "bench_clock.h"
#include "bench_stats.h"
#include "call.h"

#define ROUNDS 41
/* Operations timed together: half a millisecond and more. */
#define BATCH 20000
/* Calls with results: 64 bytes each, so some six collections. */
#define FRESH_BATCH 400000
/* Frames got, or put, in a row: as many as a pool holds. */
#define ROW CALL_POOL_SLOTS

#define MAX_VALUES 8

/* One signature, and the C function that has it. */
struct subject {
	const char *signature;
	call_fn *adapter, *empty; /* empty: writes results, if any */
	void (*fn)(void);         /* what adapter and ffi_call call */
	ffi_type *result;
	ffi_type *params[MAX_VALUES];
	unsigned n_params;

	struct call_key key;
	struct call_target *target;
	struct strategy_frame frame; /* for steps alone; a root */
	struct gc_root root;
	ffi_cif cif;
	void *values[MAX_VALUES];
	_Alignas(16) uintptr_t area[32];
};

static struct call_engine *engine;
/* What the adapters call: nobody knows it when they are compiled. */
static void (*callee)(void);

/* Arguments are used, or a compiler would not pass them; and what is looked up
 * is looked up again, because memory may have changed. */
#define USE(x) __asm__ volatile("" : : "g"(x) : "memory")

struct string {
	const char *ptr;
	int64_t len;
};

struct int_error {
	int64_t n;
	void *type, *data;
};

struct pointers {
	void *p[16];
};

typedef void nothing_fn(void);
typedef void pointer_fn(void *p);
typedef void int_pointer_int_fn(int64_t a, void *p, int64_t b);
typedef void eight_fn(void *a, void *b, void *c, void *d, void *e, void *f,
		      void *g, void *h);
typedef void pointers_int_fn(struct pointers p, int64_t n);
typedef struct int_error int_pointer_string_fn(int64_t a, void *p,
					       struct string s);

static void
take_nothing(void)
{
	__asm__ volatile("");
}

static void
take_pointer(void *p)
{
	USE(p);
}

static void
take_int_pointer_int(int64_t a, void *p, int64_t b)
{
	USE(a);
	USE(p);
	USE(b);
}

static void
take_eight(void *a, void *b, void *c, void *d, void *e, void *f, void *g,
	   void *h)
{
	USE(a);
	USE(b);
	USE(c);
	USE(d);
	USE(e);
	USE(f);
	USE(g);
	USE(h);
}

static void
take_pointers_int(struct pointers p, int64_t n)
{
	USE(p.p[0]);
	USE(p.p[15]);
	USE(n);
}

static struct int_error
take_int_pointer_string(int64_t a, void *p, struct string s)
{
	USE(p);
	return (struct int_error){a + s.len, NULL, NULL};
}

static void
adapt_nothing(void *args)
{
	(void)args;
	((nothing_fn *)callee)();
}

static void
adapt_pointer(void *args)
{
	((pointer_fn *)callee)(*(void **)args);
}

static void
adapt_int_pointer_int(void *args)
{
	struct {
		int64_t a;
		void *p;
		int64_t b;
	} *v = args;

	((int_pointer_int_fn *)callee)(v->a, v->p, v->b);
}

static void
adapt_eight(void *args)
{
	void **v = args;

	((eight_fn *)callee)(v[0], v[1], v[2], v[3], v[4], v[5], v[6], v[7]);
}

static void
adapt_pointers_int(void *args)
{
	struct {
		struct pointers p;
		int64_t n;
	} *v = args;

	((pointers_int_fn *)callee)(v->p, v->n);
}

static void
adapt_int_pointer_string(void *args)
{
	struct {
		int64_t a;
		void *p;
		struct string s;
		struct int_error result;
	} *v = args;

	v->result = ((int_pointer_string_fn *)callee)(v->a, v->p, v->s);
}

static void
return_nothing(void *args)
{
	USE(args);
}

static void
return_zero(void *args)
{
	memset((char *)args + 32, 0, sizeof(struct int_error));
}

#define POINTER &ffi_type_pointer
#define INT     &ffi_type_sint64

static ffi_type *string_parts[] = {POINTER, INT, NULL};
static ffi_type *error_parts[] = {INT, POINTER, POINTER, NULL};
static ffi_type *pointers_parts[17];
static ffi_type string_type = {.type = FFI_TYPE_STRUCT,
			       .elements = string_parts};
static ffi_type error_type = {.type = FFI_TYPE_STRUCT, .elements = error_parts};
static ffi_type pointers_type = {.type = FFI_TYPE_STRUCT,
				 .elements = pointers_parts};

#define CALLS(name) .adapter = adapt_##name, .fn = (void (*)(void))take_##name

/* clang-format off */
static struct subject subjects[] = {
	{"func()", CALLS(nothing), .result = &ffi_type_void,
	 .empty = return_nothing},
	{"func(*byte)", CALLS(pointer), .result = &ffi_type_void,
	 .empty = return_nothing, .params = {POINTER}, .n_params = 1},
	{"func(int, *byte, int)", CALLS(int_pointer_int),
	 .result = &ffi_type_void, .empty = return_nothing,
	 .params = {INT, POINTER, INT}, .n_params = 3},
	{"func(*byte, *byte, *byte, *byte, *byte, *byte, *byte, *byte)",
	 CALLS(eight), .result = &ffi_type_void, .empty = return_nothing,
	 .params = {POINTER, POINTER, POINTER, POINTER, POINTER, POINTER,
		    POINTER, POINTER}, .n_params = 8},
	{"func([16]*byte, int)", CALLS(pointers_int),
	 .result = &ffi_type_void, .empty = return_nothing,
	 .params = {&pointers_type, INT}, .n_params = 2},
	{"func(int, *byte, string) (int, error)", CALLS(int_pointer_string),
	 .result = &error_type, .empty = return_zero,
	 .params = {INT, POINTER, &string_type}, .n_params = 3},
};
/* clang-format on */

/* Each figure is ns an operation: of n operations, all that lies between two
 * timestamps, or where frames come and go in rows, between many. */
typedef double figure_fn(struct subject *s, size_t n);

static double
ns_since(uint64_t start)
{
	return bench_clock_ns(bench_clock_ticks() - start);
}

static double
look_up(struct subject *s, size_t n)
{
	uint64_t start = bench_clock_ticks();

	for (size_t i = 0; i < n; i++)
		USE(call_lookup(engine, s->key));
	return ns_since(start) / (double)n;
}

/* Rows of gets or of puts, the others untimed. */
static double
get_and_put(struct subject *s, size_t n, double *get, double *put)
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
get(struct subject *s, size_t n)
{
	double get_ns, put_ns;

	return get_and_put(s, n, &get_ns, &put_ns);
}

static double
put(struct subject *s, size_t n)
{
	double get_ns, put_ns;

	get_and_put(s, n, &get_ns, &put_ns);
	return put_ns;
}

static double
fill(struct subject *s, size_t n)
{
	uint64_t start = bench_clock_ticks();

	for (size_t i = 0; i < n; i++)
		call_frame_fill(engine, s->target, &s->frame,
				(const void *const *)s->values);
	return ns_since(start) / (double)n;
}

static double
trampoline(struct subject *s, size_t n)
{
	const struct call_callee empty = {.fn = s->empty};
	uint64_t start = bench_clock_ticks();

	for (size_t i = 0; i < n; i++)
		call_frame_run(engine, s->target, &s->frame, empty);
	return ns_since(start) / (double)n;
}

static double
adapter(struct subject *s, size_t n)
{
	uint64_t start = bench_clock_ticks();

	for (size_t i = 0; i < n; i++)
		s->adapter(s->area);
	return ns_since(start) / (double)n;
}

static double
copy_back(struct subject *s, size_t n)
{
	uint64_t start = bench_clock_ticks();

	for (size_t i = 0; i < n; i++)
		call_frame_copy_back(engine, s->target, &s->frame, s->area);
	return ns_since(start) / (double)n;
}

static double
clear(struct subject *s, size_t n)
{
	uint64_t start = bench_clock_ticks();

	for (size_t i = 0; i < n; i++)
		call_frame_clear(engine, s->target, &s->frame);
	return ns_since(start) / (double)n;
}

static double
whole_at_hand(struct subject *s, size_t n)
{
	uint64_t start = bench_clock_ticks();

	for (size_t i = 0; i < n; i++)
		call(engine, s->target, s->adapter,
		     (const void *const *)s->values);
	return ns_since(start) / (double)n;
}

static double
whole(struct subject *s, size_t n)
{
	uint64_t start = bench_clock_ticks();

	for (size_t i = 0; i < n; i++)
		call(engine, call_lookup(engine, s->key), s->adapter,
		     (const void *const *)s->values);
	return ns_since(start) / (double)n;
}

static double
ffi(struct subject *s, size_t n)
{
	struct int_error result;
	uint64_t start = bench_clock_ticks();

	for (size_t i = 0; i < n; i++)
		ffi_call(&s->cif, s->fn, &result, s->values);
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

#define SUBJECTS ARRAY_LEN(subjects)
#define FIGURES  ARRAY_LEN(figures)

static double samples[SUBJECTS][FIGURES][ROUNDS];

/* Values for every signature here: a pointer to a static byte, or words of it;
 * whoever reads a string gets one of no bytes. */
static void
open_subject(struct subject *s)
{
	static char byte;
	static uintptr_t words[17];
	struct call_layout_error error;

	for (size_t i = 0; i < ARRAY_LEN(words); i++)
		words[i] = (uintptr_t)&byte;
	for (size_t i = 0; i < MAX_VALUES; i++)
		s->values[i] = words;
	CHECK(call_key_parse(&s->key, NULL, s->signature, CALL_ABI_STACK,
			     &error));
	CHECK(ffi_prep_cif(&s->cif, FFI_DEFAULT_ABI, s->n_params, s->result,
			   s->params) == FFI_OK);
	s->target = call_lookup(engine, s->key);
	call_frame_get(engine, s->target, &s->frame);
	s->root = (struct gc_root){&s->frame.ptr, 1, NULL, NULL};
	gc_push_root(engine->mut, &s->root);
	CHECK(s->target->layout->frame.size <= sizeof(s->area));
}

static size_t
batch_of(const struct subject *s, size_t figure)
{
	bool fresh = s->target->layout->n_results;

	return fresh && (figure == WHOLE || figure == WHOLE + 1) ? FRESH_BATCH
								 : BATCH;
}

static double
take(struct subject *s, size_t figure)
{
	callee = s->fn;
	gc_safepoint(engine->mut);
	return figures[figure].fn(s, batch_of(s, figure));
}

static void
measure(void)
{
	for (size_t r = 0; r < ROUNDS; r++)
		for (size_t i = 0; i < SUBJECTS; i++)
			for (size_t k = 0; k < FIGURES; k++)
				samples[i][k][r] = take(&subjects[i], k);
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
	printf("%s: %zu bytes%s\n", subjects[i].signature,
	       subjects[i].target->layout->frame.size,
	       subjects[i].target->pools ? "" : ", a fresh frame each");
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
print_whole(struct subject *s)
{
	double cpu, wall;

	take(s, WHOLE); /* warm */
	cpu = cpu_ns();
	callee = s->fn;
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
	for (size_t i = 0; i < 16; i++)
		pointers_parts[i] = POINTER;
	open_engine();
	for (size_t i = 0; i < SUBJECTS; i++)
		open_subject(&subjects[i]);
	if (argc == 1) {
		measure();
		for (size_t i = 0; i < SUBJECTS; i++)
			print_subject(i);
	} else {
		keep_alive(engine->mut, mib);
		for (size_t i = 0; i < SUBJECTS; i++)
			print_whole(&subjects[i]);
	}
	return bench_flush(stdout, "standard output");
}
