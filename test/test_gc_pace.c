/* test_gc_pace.c - cycles that begin by themselves, assists, the heap's end */
// SPDX-License-Identifier: BSD-3-Clause
#include "test_util.h"

#include <pthread.h>
#include <string.h>
#include <unistd.h>

#include "base_random.h"
#include "gc_heap_fixture.h"
#include "gc_internal.h"
#include "heap_stress.h"

/* What the collector's constants are: gc_pace.c. */
#define HEAP_MINIMUM ((size_t)4 << 20)
#define OVER_WORK    ((size_t)64 << 10)

static size_t
heap_bytes(struct gc *gc)
{
	struct gc_stats stats;

	gc_get_stats(gc, &stats);
	return stats.heap_bytes;
}

/* Allocates garbage until the heap has so many bytes; returns how many. */
static size_t
grow_to(struct gc_heap_fixture *h, size_t bytes)
{
	struct gc_type type = noscan_type(1024);
	size_t n = 0;

	for (; heap_bytes(h->gc) < bytes; n += type.size)
		assert_non_null(gc_alloc(h->mut, &type, 1));
	return n;
}

/* The collector sets the next mark a moment after a cycle has ended. */
static size_t
next_trigger(struct gc *gc)
{
	size_t bytes;

	do {
		usleep(100);
		pthread_mutex_lock(&gc->heap_lock);
		bytes = gc->trigger_bytes;
		pthread_mutex_unlock(&gc->heap_lock);
	} while (bytes == SIZE_MAX);
	return bytes;
}

/* Half as much again as the last cycle left, garbage or not. */
static void
test_growth_starts_a_cycle(void **state)
{
	struct gc_config config = heap_config();
	struct gc_type type = noscan_type(HEAP_MINIMUM * 2);
	struct gc_heap_fixture h;
	struct gc_stats stats;
	void *live = NULL;
	struct gc_root root = {.base = &live, .nwords = 1};

	(void)state;
	config.trigger_percent = 50;
	heap_open_as(&h, config);
	gc_push_root(h.mut, &root);
	for (uint64_t cycle = 1; cycle <= 6; cycle++) {
		size_t base = heap_bytes(h.gc);
		size_t trigger = base + MAX(base, HEAP_MINIMUM) / 2;

		assert_in_range(next_trigger(h.gc), trigger - 100, trigger);
		grow_to(&h, trigger - 16384);
		assert_false(gc_cycle_running(h.gc));
		grow_to(&h, trigger);
		assert_true(gc_cycle_running(h.gc));
		/* Another base for the next: from 0 to twice the minimum. */
		live = cycle % 2 ? gc_alloc(h.mut, &type, 1) : NULL;
		gc_cycle_finish(h.gc, h.mut);
		gc_get_stats(h.gc, &stats);
		assert_int_equal(stats.cycles, cycle);
	}
	gc_pop_root(h.mut, &root);
	heap_close(&h);
}

static void
test_without_a_trigger_no_cycle_starts(void **state)
{
	struct gc_heap_fixture h;

	(void)state;
	heap_open(&h);
	grow_to(&h, HEAP_LIMIT);
	assert_false(gc_cycle_running(h.gc));
	heap_close(&h);
}

/* Requests that come while a cycle is running or ending are not the last. */
static void
test_cycles_go_on(void **state)
{
	struct gc_config config = heap_config();
	struct gc_type type = noscan_type(65536);
	struct gc_heap_fixture h;
	struct gc_stats stats;

	(void)state;
	config.trigger_percent = 100;
	heap_open_as(&h, config);
	do {
		gc_safepoint(h.mut);
		assert_non_null(gc_must_alloc(h.mut, &type, 1));
		gc_get_stats(h.gc, &stats);
	} while (stats.cycles < 100);
	gc_cycle_finish(h.gc, h.mut);
	heap_close(&h);
}

/* A stack of lists: work that can be shared. */
#define LISTS  10000
#define LENGTH 20

struct lists {
	struct gc_heap_fixture h;
	void *heads[LISTS];
	struct gc_root root;
};

/* While the marker is held it keeps a buffer of list heads, and what hangs on
 * them; the rest is the mutator's. */
#define KEPT ((253 + 16 + 1) * LENGTH)

static struct lists *
open_lists(bool assist)
{
	struct lists *l = calloc(1, sizeof(*l));
	struct gc_config config = heap_config();

	config.assist = assist;
	heap_open_as(&l->h, config);
	l->root = (struct gc_root){.base = l->heads, .nwords = LISTS};
	gc_push_root(l->h.mut, &l->root);
	for (size_t i = 0; i < LISTS * LENGTH; i++) {
		struct node *node = gc_alloc(l->h.mut, &node_type, 1);

		node->next = l->heads[i % LISTS];
		l->heads[i % LISTS] = node;
	}
	return l;
}

/* Marking is on, all heads are grey, and the marker scans one object. */
static void
start_held(struct lists *l)
{
	gc_hold_marker(l->h.gc, true);
	gc_cycle_start(l->h.gc, l->h.mut);
	gc_leave(l->h.mut);
	gc_mark_quantum(l->h.gc, 1);
	gc_enter(l->h.mut);
}

static void
close_lists(struct lists *l)
{
	struct gc_stats stats;

	heap_finish(&l->h);
	gc_get_stats(l->h.gc, &stats);
	assert_int_equal(stats.lost, 0);
	gc_pop_root(l->h.mut, &l->root);
	heap_close(&l->h);
	free(l);
}

/* A marker that does not come forward: allocation up to the limit scans what
 * the marker has not taken for itself, in proportion all the way. */
static void
test_assists_mark_before_the_limit(void **state)
{
	struct lists *l = open_lists(true);
	size_t live = heap_bytes(l->h.gc), room = HEAP_LIMIT - live, n;
	const struct gc_assist_stats *paid = &l->h.mut->assist;
	double ratio = (double)live / (double)room;
	struct gc_stats stats;

	(void)state;
	start_held(l);
	n = grow_to(&l->h, live + room / 4);
	assert_in_range(paid->bytes, (uint64_t)(ratio * (double)n),
			(uint64_t)(ratio * (double)n) + 2 * OVER_WORK);
	assert_int_equal(paid->bytes, paid->objects * sizeof(struct node));
	grow_to(&l->h, HEAP_LIMIT);
	gc_get_stats(l->h.gc, &stats);
	assert_true(paid->objects >= LISTS * LENGTH - KEPT);
	assert_int_equal(stats.assisted, paid->objects);
	assert_true(stats.marked >= paid->objects);
	assert_true(stats.scanned <= 2);
	assert_true(paid->ticks > 0);
	heap_finish(&l->h);
	gc_get_stats(l->h.gc, &stats);
	assert_int_equal(stats.marked, LISTS * LENGTH);
	start_held(l);
	close_lists(l);
}

static void
test_no_assist_when_off(void **state)
{
	struct lists *l = open_lists(false);
	struct gc_stats stats;

	(void)state;
	start_held(l);
	grow_to(&l->h, HEAP_LIMIT);
	gc_get_stats(l->h.gc, &stats);
	assert_int_equal(l->h.mut->assist.assists, 0);
	assert_int_equal(stats.assisted, 0);
	close_lists(l);
}

/* What the marker has scanned pays first. */
static void
test_assists_take_credit_first(void **state)
{
	struct lists *l = open_lists(true);
	const struct gc_assist_stats *paid = &l->h.mut->assist;
	size_t credit = 20000;

	(void)state;
	start_held(l);
	gc_leave(l->h.mut);
	gc_mark_quantum(l->h.gc, credit);
	gc_enter(l->h.mut);
	/* Less than the credit, with what is done in advance. */
	grow_to(&l->h, heap_bytes(l->h.gc) + OVER_WORK);
	assert_true(paid->stolen_bytes >= OVER_WORK);
	assert_int_equal(paid->objects, 0);
	grow_to(&l->h, HEAP_LIMIT);
	assert_true(paid->objects > 0);
	/* The marker may scan one more before it stands still. */
	assert_in_range(paid->stolen_bytes, credit * sizeof(struct node),
			(credit + 2) * sizeof(struct node));
	close_lists(l);
}

/* Debts that nothing can pay are not tried at each allocation. */
static void
test_assists_are_few_when_nothing_is_grey(void **state)
{
	struct lists *l = open_lists(true);
	size_t n;

	(void)state;
	memset(l->heads, 0, sizeof(l->heads));
	grow_to(&l->h, HEAP_LIMIT / 2);
	/* Marking goes on until this mutator comes to a safepoint. */
	gc_cycle_start(l->h.gc, l->h.mut);
	n = grow_to(&l->h, HEAP_LIMIT);
	assert_int_equal(l->h.mut->assist.objects, 0);
	assert_in_range(l->h.mut->assist.assists, 1, 2 + n / OVER_WORK);
	close_lists(l);
}

/* The end: what the handler was told. */
static struct {
	size_t asked, limit, live;
} end;
static jmp_buf after_end;

static void
note_end(size_t asked, size_t limit, size_t live)
{
	end.asked = asked;
	end.limit = limit;
	end.live = live;
	longjmp(after_end, 1);
}

static void
test_must_alloc_ends_only_when_live_objects_fill_the_heap(void **state)
{
	static struct gc_heap_fixture h;
	static void *kept[40];
	struct gc_root root = {.base = kept, .nwords = ARRAY_LEN(kept)};
	struct gc_config config = heap_config();
	static struct gc_type type;

	(void)state;
	type = noscan_type(1 << 20);
	config.out_of_memory = note_end;
	memset(&end, 0, sizeof(end));
	heap_open_as(&h, config);
	gc_push_root(h.mut, &root);
	for (size_t i = 0; i < ARRAY_LEN(kept); i++)
		kept[i] = gc_must_alloc(h.mut, &type, 1);
	if (setjmp(after_end) == 0) {
		/* Garbage makes room, also while a held marker stands still. */
		for (size_t i = 0; i < 200; i++) {
			if (i == 100) {
				gc_hold_marker(h.gc, true);
				gc_cycle_start(h.gc, h.mut);
			}
			assert_non_null(gc_must_alloc(h.mut, &type, 1));
		}
		assert_int_equal(end.asked, 0);
		gc_must_alloc(h.mut, &type, 30);
		fail();
	}
	assert_int_equal(end.asked, 30 << 20);
	assert_int_equal(end.limit, HEAP_LIMIT);
	assert_int_equal(end.live, ARRAY_LEN(kept) << 20);
	gc_pop_root(h.mut, &root);
	heap_close(&h);
}

/* Programs at the heap's limit, with everything on. */
#define MUTATORS 3
#define CYCLES   20

struct program {
	struct gc *gc;
	uint64_t seed;
};

static void
step(struct gc_heap_fixture *h, struct base_random *r, void **stack, size_t n)
{
	struct node **slot = (struct node **)&stack[base_random_below(r, n)];
	struct node *other = stack[base_random_below(r, n)];

	gc_safepoint(h->mut);
	if (!*slot || base_random_below(r, 4) == 0) {
		struct node *nodes = gc_must_alloc(
			h->mut, &node_type, 1 + base_random_below(r, 100));

		/* While this stack is grey, the new object is black already. */
		heap_store(h, nodes, *slot);
		*slot = nodes;
	} else if (other && base_random_below(r, 2)) {
		*slot = __atomic_load_n(&other->next, __ATOMIC_RELAXED);
	} else {
		heap_store(h, *slot, other);
	}
	if (base_random_below(r, 50) == 0)
		*slot = NULL;
}

static void *
run_program(void *program)
{
	struct program *p = program;
	struct gc_heap_fixture h = {p->gc, gc_attach(p->gc)};
	struct base_random r = {p->seed};
	void *stack[16] = {NULL};
	struct gc_root root = {.base = stack, .nwords = ARRAY_LEN(stack)};
	struct gc_stats stats;

	gc_push_root(h.mut, &root);
	do {
		for (size_t i = 0; i < 1000; i++)
			step(&h, &r, stack, ARRAY_LEN(stack));
		gc_get_stats(p->gc, &stats);
	} while (stats.cycles < CYCLES);
	gc_pop_root(h.mut, &root);
	gc_detach(h.mut);
	return NULL;
}

static void
test_programs_at_the_limit_lose_nothing(void **state)
{
	struct gc_config config = heap_config();
	struct program programs[MUTATORS];
	pthread_t threads[MUTATORS];
	uint64_t seed = test_seed();
	struct gc_stats stats;
	struct gc *gc;

	(void)state;
	config.heap_limit = 8 << 20;
	/* Cycles by growth, or only because the heap is full. */
	config.trigger_percent = 25 + (unsigned)(seed % 400);
	config.assist = true;
	gc = gc_create(&config);
	for (size_t i = 0; i < MUTATORS; i++) {
		programs[i] = (struct program){gc, seed + i};
		assert_int_equal(pthread_create(&threads[i], NULL, run_program,
						&programs[i]),
				 0);
	}
	for (size_t i = 0; i < MUTATORS; i++)
		pthread_join(threads[i], NULL);
	gc_get_stats(gc, &stats);
	assert_int_equal(stats.lost, 0);
	assert_true(stats.verified > 0);
	gc_destroy(gc);
}

static int
run(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_growth_starts_a_cycle),
		cmocka_unit_test(test_without_a_trigger_no_cycle_starts),
		cmocka_unit_test(test_cycles_go_on),
		cmocka_unit_test(test_assists_mark_before_the_limit),
		cmocka_unit_test(test_no_assist_when_off),
		cmocka_unit_test(test_assists_take_credit_first),
		cmocka_unit_test(test_assists_are_few_when_nothing_is_grey),
		cmocka_unit_test(
			test_must_alloc_ends_only_when_live_objects_fill_the_heap),
		cmocka_unit_test(test_programs_at_the_limit_lose_nothing),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

int
main(void)
{
	heap_never_stress(GC_STRESS_MARK | GC_STRESS_SAFEPOINT,
			  "it says when cycles begin");
	return heap_each_form(run);
}
