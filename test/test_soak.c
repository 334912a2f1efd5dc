/* test_soak.c - four mutators and two markers near the heap's limit
 *
 * Every mutator grows, cuts, shares and reads objects and makes reflect calls,
 * while one cycle follows another; the strategy set changes between cycles.
 * Nothing reachable may be lost, no object may change under its reader, and
 * memory must stay where it was when the heap had been full.
 *
 * Seconds: FRAMEBENCH_SOAK_SECONDS, or 4; `make soak` takes 30 minutes.
 */
// SPDX-License-Identifier: BSD-3-Clause
#include "test_util.h"

#include <pthread.h>
#include <string.h>
#include <unistd.h>

#include "base_random.h"
#include "bench_progress.h"
#include "bench_workload.h"
#include "call.h"
#include "gc_barrier.h"

#define MUTATORS 4
#define MARKERS  2
#define LIMIT    ((size_t)48 << 20)
#define LISTS    64 /* a mutator's own */
#define SHARED   64 /* reached by all */
#define TARGETS  32

struct object {
	struct object *next, *other;
	uintptr_t check; /* its own address and KEY */
	uintptr_t scalar;
};

#define KEY ((uintptr_t)0x50a4)

static const uint8_t two_pointers[16] = {3};
static const struct gc_type object_type = {32, 16, two_pointers};
static const struct gc_type noscan_type = {40000, 0, two_pointers};

/* Candidates, switched between cycles. */
static const char *const sets[] = {
	"bulk1",
	"bulk",
	"perslot",
	"bulk;buffer=64",
	"bulk1;buffer=4096",
	"bulk1;buffer=2",
	"bulk1;pool=none",
	"memclr=memclr_word;memmove=memmove_word",
};

static struct {
	struct gc *gc;
	struct bench_workload *workload;
	void *slots[SHARED];
	struct gc_root root;
	pthread_mutex_t lock;
	_Atomic unsigned set;
	_Atomic bool stop, crowded;
	_Atomic uint64_t steps, calls, full, wrong;
} shared;

struct mutator {
	struct gc_mutator *mut;
	struct call_engine *engine;
	struct call_target *targets[TARGETS];
	struct base_random random;
	void *lists[LISTS];
	struct gc_root root;
	unsigned set;  /* bound now */
	unsigned full; /* times that it found no room */
};

static bool
is_whole(const struct object *o)
{
	return o->check == ((uintptr_t)o ^ KEY);
}

static void
check(const struct object *o)
{
	if (o && !is_whole(o))
		shared.wrong++;
}

static size_t
below(struct mutator *m, size_t n)
{
	return base_random_below(&m->random, n);
}

static void
drop_lists(struct mutator *m, size_t n)
{
	while (n-- > 0)
		m->lists[below(m, LISTS)] = NULL;
}

/* Garbage may fill the heap, but live objects leave room for calls: what lists
 * hold of one another goes only with all of them. */
static void
drop_everything(struct mutator *m)
{
	memset(m->lists, 0, sizeof(m->lists));
	pthread_mutex_lock(&shared.lock);
	for (size_t i = 0; i < SHARED; i++) {
		gc_shade(m->mut, (uintptr_t)shared.slots[i]);
		__atomic_store_n(&shared.slots[i], NULL, __ATOMIC_RELAXED);
	}
	pthread_mutex_unlock(&shared.lock);
}

/* Waits for the collector. Drops all where a part was not enough: the main
 * thread, whose cycles tell of a crowd, may not get to run one. */
static void
make_room(struct mutator *m)
{
	shared.full++;
	if (++m->full % 8 == 0)
		drop_everything(m);
	else
		drop_lists(m, LISTS / 8);
	gc_leave(m->mut);
	usleep(2000);
	gc_enter(m->mut);
}

static struct object *
new_object(struct mutator *m)
{
	struct object *o = gc_alloc(m->mut, &object_type, 1);

	if (o)
		o->check = (uintptr_t)o ^ KEY;
	return o;
}

static void
store(struct mutator *m, struct object **slot, struct object *value)
{
	struct strategy_ctx *ctx = &m->engine->ctx;
	static const struct gc_type pointer = {8, 8, two_pointers};

	ctx->barrier.move(ctx, &pointer, slot, &value, 0, sizeof(value));
}

static void
grow(struct mutator *m, size_t k)
{
	for (int i = 0; i < 20; i++) {
		struct object *o = new_object(m);

		if (!o) {
			make_room(m);
			return;
		}
		store(m, &o->next, m->lists[k]);
		store(m, &o->other, m->lists[below(m, LISTS)]);
		m->lists[k] = o;
	}
}

/* Follows a list, cuts it somewhere, and keeps the tail elsewhere. */
static void
cut(struct mutator *m, size_t k)
{
	struct strategy_ctx *ctx = &m->engine->ctx;
	struct object *o = m->lists[k];

	for (size_t i = below(m, 50); o && o->next && i > 0; i--) {
		check(o);
		o = o->next;
	}
	if (!o)
		return;
	m->lists[below(m, LISTS)] = o->next;
	ctx->barrier.clear(ctx, &object_type, o, 0, 16);
}

/* A global's slot is written with both halves of the barrier. */
static void
share(struct mutator *m, size_t k)
{
	size_t i = below(m, SHARED);
	void *mine = m->lists[k];

	pthread_mutex_lock(&shared.lock);
	gc_shade(m->mut, (uintptr_t)shared.slots[i]);
	gc_shade(m->mut, (uintptr_t)mine);
	m->lists[k] = shared.slots[i];
	/* Relaxed: a marker may be reading the slot. */
	__atomic_store_n(&shared.slots[i], below(m, 4) ? mine : NULL,
			 __ATOMIC_RELAXED);
	pthread_mutex_unlock(&shared.lock);
	check(m->lists[k]);
}

/* What the callee checks and fills. */
static _Thread_local const struct call_layout *callee_layout;
static _Thread_local struct gc_mutator *callee_mut;

static bool
is_pointer(const struct gc_type *type, size_t word)
{
	return word < type->ptrbytes / WORD_SIZE &&
	       (type->ptrmask[word / 8] >> word % 8 & 1);
}

static void
callee(void *args)
{
	const struct call_layout *l = callee_layout;

	gc_safepoint(callee_mut);
	for (size_t i = 0; i < l->arg_nwords; i++)
		if (is_pointer(&l->frame, i))
			check(((struct object **)args)[i]);
	memset((char *)args + l->retoffset, 0, l->frame.size - l->retoffset);
}

static void
call_something(struct mutator *m)
{
	struct call_target *t = m->targets[below(m, TARGETS)];
	const struct call_layout *l = t->layout;
	uintptr_t value[64];
	const void *args[64];

	if (l->frame.size > sizeof(value) || l->n_args > ARRAY_LEN(args))
		return;
	for (size_t i = 0; i < l->frame.size / WORD_SIZE; i++)
		value[i] = is_pointer(&l->frame, i)
				   ? (uintptr_t)m->lists[below(m, LISTS)]
				   : KEY;
	for (size_t i = 0; i < l->n_args; i++)
		args[i] = (char *)value + l->values[i].off;
	callee_layout = l;
	callee_mut = m->mut;
	call(m->engine, t, callee, args);
	shared.calls++;
}

static void
step(struct mutator *m)
{
	size_t k = below(m, LISTS);

	switch (below(m, 8)) {
	case 0:
	case 1:
	case 2: grow(m, k); break;
	case 3:
	case 4: cut(m, k); break;
	case 5: share(m, k); break;
	case 6: call_something(m); break;
	default:
		if (below(m, 50) == 0 && !gc_alloc(m->mut, &noscan_type, 1))
			make_room(m);
		check(m->lists[k]);
	}
	shared.steps++;
}

static void
bind_set(struct mutator *m)
{
	struct call_set set;
	char error[128];

	m->set = shared.set;
	assert_true(call_set_parse(&set, sets[m->set % ARRAY_LEN(sets)], error,
				   sizeof(error)));
	call_engine_bind(m->engine, &set);
}

static void *
mutator_main(void *arg)
{
	struct mutator *m = arg;

	m->mut = gc_attach(shared.gc);
	m->engine = call_engine_new(m->mut);
	m->root = (struct gc_root){m->lists, LISTS, NULL, NULL};
	gc_push_root(m->mut, &m->root);
	gc_leave(m->mut); /* globals wait for the cycle's end */
	for (size_t i = 0; i < TARGETS; i++) {
		size_t at = below(m, BENCH_STREAM_LENGTH);
		size_t shape = shared.workload->stream[at];

		m->targets[i] = call_target_new(
			m->engine, shared.workload->shapes[shape].layout);
	}
	gc_enter(m->mut);
	bind_set(m);
	while (!shared.stop) {
		gc_safepoint(m->mut);
		if (m->set != shared.set) {
			bind_set(m);
			if (shared.crowded)
				drop_everything(m);
		}
		step(m);
	}
	gc_pop_root(m->mut, &m->root);
	gc_leave(m->mut);
	return NULL;
}

static void
finish_mutator(struct mutator *m)
{
	gc_enter(m->mut);
	call_engine_free(m->engine);
	gc_detach(m->mut);
}

static size_t
resident_bytes(void)
{
	FILE *f = fopen("/proc/self/statm", "r");
	unsigned long pages = 0;

	assert_non_null(f);
	assert_int_equal(fscanf(f, "%*u %lu", &pages), 1);
	fclose(f);
	return pages * (size_t)sysconf(_SC_PAGESIZE);
}

static double
seconds(void)
{
	const char *text = getenv("FRAMEBENCH_SOAK_SECONDS");

	return text ? atof(text) : 4;
}

/* A cycle with a set of its own. */
static void
run_cycle(void)
{
	struct gc_stats stats;

	gc_collect(shared.gc, NULL);
	gc_get_stats(shared.gc, &stats);
	assert_int_equal(stats.lost, 0);
	shared.crowded = stats.heap_bytes > LIMIT / 2;
	shared.set++;
}

/* One cycle after another. Returns the resident bytes after a quarter of the
 * time; or later, on a slow machine, where the heap must first have been full,
 * and as many cycles follow as came before. */
static size_t
run_cycles(double until, double quarter)
{
	unsigned half;
	size_t early;

	while (bench_now_s() < quarter || shared.set < 5 || !shared.full)
		run_cycle();
	early = resident_bytes();
	half = shared.set;
	while (bench_now_s() < until || shared.set < 2 * half)
		run_cycle();
	return early;
}

static void
test_soak(void **state)
{
	uint64_t seed = test_seed();
	struct gc_config config = {.heap_limit = LIMIT,
				   .buffer_words = 512,
				   .form = seed / 2 % GC_HEAP_FORMS,
				   .trigger_percent = 100,
				   .assist = true,
				   .verify = true,
				   .poison = true,
				   .markers = MARKERS};
	struct mutator mutators[MUTATORS] = {{0}};
	pthread_t threads[MUTATORS];
	struct gc_stats stats;
	double start = bench_now_s();
	size_t early, late;

	(void)state;
	shared.workload = bench_workload_open("go-std", seed);
	shared.gc = gc_create(&config);
	shared.root = (struct gc_root){shared.slots, SHARED, NULL, NULL};
	gc_add_global(shared.gc, &shared.root);
	for (size_t i = 0; i < MUTATORS; i++) {
		mutators[i].random = (struct base_random){seed + i};
		assert_int_equal(pthread_create(&threads[i], NULL, mutator_main,
						&mutators[i]),
				 0);
	}
	usleep(200000);
	early = run_cycles(start + seconds(), start + seconds() / 4);
	shared.stop = true;
	for (size_t i = 0; i < MUTATORS; i++)
		pthread_join(threads[i], NULL);
	late = resident_bytes();
	/* One that growth has begun. */
	gc_cycle_finish(shared.gc, NULL);
	for (size_t i = 0; i < MUTATORS; i++)
		finish_mutator(&mutators[i]);
	gc_get_stats(shared.gc, &stats);
	printf("%llu steps, %llu calls, %llu cycles, %llu restarts, heap full "
	       "%llu times; resident %zu KiB, then %zu KiB\n",
	       (unsigned long long)shared.steps,
	       (unsigned long long)shared.calls,
	       (unsigned long long)stats.cycles,
	       (unsigned long long)stats.restarts,
	       (unsigned long long)shared.full, early >> 10, late >> 10);
	assert_int_equal(shared.wrong, 0);
	assert_int_equal(stats.lost, 0);
	assert_true(stats.cycles > 3);
	assert_true(shared.full > 0);
	/* Room for pages that the heap comes to late; a leak shows in 30
	 * minutes. Sanitizers keep freed memory for a while. */
	assert_true(TEST_SANITIZED || late < early + LIMIT / 2);
	gc_remove_global(shared.gc, &shared.root);
	gc_destroy(shared.gc);
	bench_workload_close(shared.workload);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {cmocka_unit_test(test_soak)};

	setvbuf(stdout, NULL, _IOLBF, 0);
	pthread_mutex_init(&shared.lock, NULL);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
