/* test_gc_handshake.c - mutators that come and go, stop late, and race */
// SPDX-License-Identifier: BSD-3-Clause
#include "test_util.h"

#include <pthread.h>
#include <unistd.h>

#include "base_random.h"
#include "gc_barrier.h"
#include "gc_heap_fixture.h"
#include "heap_stress.h"

#define THREADS 3
#define CYCLES  50
#define SHARED  64

/* node->next of a node that other mutators write as well; pairs with the
 * release in heap_store. */
static struct node *
load(struct node *node)
{
	return __atomic_load_n(&node->next, __ATOMIC_ACQUIRE);
}

static uint64_t
lost(struct gc_heap_fixture *h, uint64_t *restarts)
{
	struct gc_stats stats;

	gc_get_stats(h->gc, &stats);
	*restarts = stats.restarts;
	return stats.lost;
}

/* Until the collector asks the mutator to stop. */
static void
wait_for_poll(struct gc_mutator *mut)
{
	while (!atomic_load(&mut->poll))
		usleep(100);
}

/*
 * Go's issue 27993. A white object, on whose `next` another hangs, is grey in
 * the buffer of `late` only. The ragged barrier visits `early`, and then waits
 * for `late`; meanwhile `early` greys the object, so that the flush of `late`
 * finds it marked and has no work to report.
 */
static void
test_work_behind_the_ragged_barrier(void **state)
{
	struct gc_heap_fixture h, early;
	void *list;
	struct gc_root root = {&list, 1, NULL, NULL};
	struct node *last, *shared, *object;
	struct gc_root global = {(void **)&shared, 1, NULL, NULL};
	uint64_t restarts;

	(void)state;
	heap_without_stress(GC_STRESS_BUFFER, "it says when to flush");
	heap_open(&h);
	/* Attached last, visited first. */
	early = (struct gc_heap_fixture){h.gc, gc_attach(h.gc)};
	gc_leave(early.mut);
	shared = heap_new_node(&h);
	gc_add_global(h.gc, &global);
	gc_push_root(h.mut, &root);
	last = heap_hide_behind_list(&h, &list);
	last->next = object = heap_new_node(&h);
	object->next = heap_new_node(&h);

	heap_start_with_black_stack(&h);
	heap_store(&h, last, NULL);
	heap_store(&h, shared, object);
	gc_hold_marker(h.gc, false);
	wait_for_poll(h.mut);
	assert_false(gc_is_marked(h.gc, object));
	gc_enter(early.mut);
	*gc_buffer_reserve(early.mut, 1) = (uintptr_t)load(shared);
	gc_buffer_flush(early.mut);
	assert_true(gc_is_marked(h.gc, object));
	gc_leave(early.mut);
	gc_safepoint(h.mut);
	gc_cycle_finish(h.gc, h.mut);

	assert_int_equal(lost(&h, &restarts), 0);
	assert_int_equal(restarts, 1);
	assert_true(heap_is_whole(object) && heap_is_whole(object->next));
	gc_remove_global(h.gc, &global);
	gc_pop_root(h.mut, &root);
	gc_enter(early.mut);
	gc_detach(early.mut);
	heap_close(&h);
}

/* What a mutator had recorded when it went is not forgotten. */
static void
test_detach_hands_over_its_records(void **state)
{
	struct gc_heap_fixture h, other;
	void *stack[2] = {NULL, NULL};
	struct gc_root root = {stack, 2, NULL, NULL};
	struct node *last;
	uint64_t restarts;

	(void)state;
	heap_open(&h);
	gc_push_root(h.mut, &root);
	last = heap_hide_behind_list(&h, &stack[0]);
	last->next = heap_new_node(&h);
	last->next->next = heap_new_node(&h);
	heap_start_with_black_stack(&h);
	/* Attached while marking, it records at once. */
	other = (struct gc_heap_fixture){h.gc, gc_attach(h.gc)};
	assert_true(other.mut->marking);
	stack[1] = last->next;
	heap_store(&other, last, NULL);
	gc_detach(other.mut);
	heap_finish(&h);
	assert_int_equal(lost(&h, &restarts), 0);
	other.mut = gc_attach(h.gc);
	assert_false(other.mut->marking);
	gc_detach(other.mut);
	gc_pop_root(h.mut, &root);
	heap_close(&h);
}

/* Nor is what a buffer held that is replaced by a larger or a smaller one. */
static void
test_another_buffer_loses_no_record(void **state)
{
	static const size_t sizes[] = {2, 3, 511, 513, 4096};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(sizes); i++) {
		struct gc_heap_fixture h;
		void *stack[2] = {NULL, NULL};
		struct gc_root root = {stack, 2, NULL, NULL};
		struct node *last;
		uint64_t restarts;

		heap_without_stress(GC_STRESS_BUFFER,
				    "it sets the size of the buffer");
		heap_open(&h);
		gc_push_root(h.mut, &root);
		last = heap_hide_behind_list(&h, &stack[0]);
		last->next = heap_new_node(&h);
		heap_start_with_black_stack(&h);
		stack[1] = last->next;
		heap_store(&h, last, NULL);
		gc_set_buffer_words(h.mut, sizes[i]);
		assert_int_equal(h.mut->buffer_end - h.mut->buffer, sizes[i]);
		heap_finish(&h);
		assert_int_equal(lost(&h, &restarts), 0);
		gc_pop_root(h.mut, &root);
		heap_close(&h);
	}
}

/* What the ragged barrier finds needs no world to be stopped for. */
static void
test_ragged_barrier_finds_work(void **state)
{
	struct gc_heap_fixture h;
	void *list;
	struct gc_root root = {&list, 1, NULL, NULL};
	struct node *last;
	uint64_t restarts;

	(void)state;
	heap_open(&h);
	gc_push_root(h.mut, &root);
	last = heap_hide_behind_list(&h, &list);
	last->next = heap_new_node(&h);
	heap_start_with_black_stack(&h);
	heap_store(&h, last, NULL);
	heap_finish(&h);
	assert_int_equal(lost(&h, &restarts), 0);
	assert_int_equal(restarts, 0);
	gc_pop_root(h.mut, &root);
	heap_close(&h);
}

static void *
enter_and_leave(void *mutator)
{
	struct gc_mutator *mut = mutator;
	static bool marking;

	gc_enter(mut);
	marking = mut->marking;
	gc_leave(mut);
	return &marking;
}

static void *
start_cycle(void *gc)
{
	gc_cycle_start(gc, NULL);
	return NULL;
}

/* A mutator that comes back while the world is being stopped, which here waits
 * for another, comes back to a world that marks. */
static void
test_enter_waits_for_the_world(void **state)
{
	struct gc_heap_fixture h;
	struct gc_mutator *other;
	pthread_t starter, enterer;
	void *marking, *list;
	struct gc_root root = {&list, 1, NULL, NULL};

	(void)state;
	heap_open(&h);
	gc_push_root(h.mut, &root);
	heap_hide_behind_list(&h, &list);
	other = gc_attach(h.gc);
	gc_leave(other);
	gc_hold_marker(h.gc, true);
	CHECK(!pthread_create(&starter, NULL, start_cycle, h.gc));
	wait_for_poll(h.mut);
	CHECK(!pthread_create(&enterer, NULL, enter_and_leave, other));
	/* Time for a mistake; what is right needs none. */
	usleep(20000);
	gc_leave(h.mut);
	pthread_join(starter, NULL);
	pthread_join(enterer, &marking);
	assert_true(*(bool *)marking);
	gc_enter(h.mut);
	heap_finish(&h);
	gc_pop_root(h.mut, &root);
	gc_enter(other);
	gc_detach(other);
	heap_close(&h);
}

struct worker {
	struct gc *gc;
	struct node **shared;
	struct base_random random;
	_Atomic bool *stop;
};

/* Reads, stores and allocates at random in what all share. The heap is full
 * where whoever runs the cycles has not got a CPU for long; the next makes
 * room. */
static void
step(struct worker *w, struct gc_heap_fixture *h, void **stack, size_t n)
{
	struct node **mine =
		(struct node **)&stack[base_random_below(&w->random, n)];
	struct node *shared = w->shared[base_random_below(&w->random, SHARED)];

	switch (base_random_below(&w->random, 8)) {
	case 0:
		*mine = heap_try_node(h);
		if (*mine)
			(*mine)->next = stack[0];
		break;
	case 1:
	case 2: *mine = load(shared); break;
	case 3:
		if (*mine)
			*mine = load(*mine);
		break;
	case 4:
		gc_leave(h->mut);
		gc_enter(h->mut);
		break;
	default: heap_store(h, shared, *mine); break;
	}
	if (*mine)
		CHECK(heap_is_whole(*mine));
	gc_safepoint(h->mut);
}

/* A life as a mutator. */
static void
live(struct worker *w)
{
	struct gc_heap_fixture h = {w->gc, gc_attach(w->gc)};
	void *stack[8] = {NULL};
	struct gc_root root = {stack, ARRAY_LEN(stack), NULL, NULL};

	gc_push_root(h.mut, &root);
	gc_set_buffer_words(h.mut, 2 + base_random_below(&w->random, 64));
	for (size_t i = 0; i < 2000; i++)
		step(w, &h, stack, ARRAY_LEN(stack));
	gc_pop_root(h.mut, &root);
	gc_detach(h.mut);
}

static void *
work(void *worker)
{
	struct worker *w = worker;

	while (!atomic_load(w->stop))
		live(w);
	return NULL;
}

/* An array of nodes, shared and reached from a global. */
static struct node **
new_shared(struct gc_heap_fixture *h, struct gc_root *global, void **slot)
{
	static const uint8_t one_pointer[16] = {1};
	static const struct gc_type pointer_type = {8, 8, one_pointer};
	struct node **shared = gc_alloc(h->mut, &pointer_type, SHARED);

	for (size_t i = 0; i < SHARED; i++)
		shared[i] = heap_new_node(h);
	*slot = shared;
	*global = (struct gc_root){slot, 1, NULL, NULL};
	gc_add_global(h->gc, global);
	return shared;
}

/* Evidence may be asked for at any time. */
static void
collect_and_watch(struct gc_heap_fixture *h, const void *object)
{
	struct gc_stats stats, last = {0};

	gc_cycle_start(h->gc, NULL);
	while (gc_cycle_running(h->gc)) {
		gc_get_stats(h->gc, &stats);
		assert_true(stats.scanned >= last.scanned);
		assert_true(stats.verified >= last.verified);
		last = stats;
		gc_is_marked(h->gc, object);
	}
}

static void
test_many_mutators(void **state)
{
	struct gc_heap_fixture h;
	struct worker workers[THREADS];
	pthread_t threads[THREADS];
	_Atomic bool stop = false;
	struct gc_root global;
	void *slot;
	uint64_t seed = test_seed(), restarts;

	(void)state;
	heap_open(&h);
	for (size_t i = 0; i < THREADS; i++)
		workers[i] = (struct worker){h.gc, NULL, {seed + i}, &stop};
	workers[0].shared = new_shared(&h, &global, &slot);
	gc_leave(h.mut);
	for (size_t i = 0; i < THREADS; i++) {
		workers[i].shared = workers[0].shared;
		CHECK(!pthread_create(&threads[i], NULL, work, &workers[i]));
	}
	for (size_t i = 0; i < CYCLES; i++)
		collect_and_watch(&h, slot);
	atomic_store(&stop, true);
	for (size_t i = 0; i < THREADS; i++)
		pthread_join(threads[i], NULL);
	assert_int_equal(lost(&h, &restarts), 0);
	print_message("%llu restarts\n", (unsigned long long)restarts);
	gc_remove_global(h.gc, &global);
	gc_enter(h.mut);
	heap_close(&h);
}

static int
run(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_work_behind_the_ragged_barrier),
		cmocka_unit_test(test_detach_hands_over_its_records),
		cmocka_unit_test(test_another_buffer_loses_no_record),
		cmocka_unit_test(test_ragged_barrier_finds_work),
		cmocka_unit_test(test_enter_waits_for_the_world),
		cmocka_unit_test(test_many_mutators),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

int
main(void)
{
	heap_never_stress(GC_STRESS_MARK | GC_STRESS_SAFEPOINT,
			  "it steps through one cycle");
	return heap_each_form(run);
}
