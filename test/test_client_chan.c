/* test_client_chan.c - a channel against a plain queue, and on a heap that
 * loses what its barriers miss
 */
// SPDX-License-Identifier: BSD-3-Clause
#include "test_util.h"

#include <string.h>

#include "client_chan.h"
#include "client_fixture.h"
#include "heap_stress.h"

#define MAX_SLOTS 9

/* Values are `struct node`, whose `next` points to an object of the same
 * number. */
struct model {
	struct client_chan *chan;
	size_t n_slots;
	uintptr_t sent, received;
};

static void
model_open(struct model *m, struct client_fixture *f, size_t n_slots)
{
	*m = (struct model){.n_slots = n_slots};
	m->chan = client_chan_new(&f->ctx, &node_type, n_slots);
	assert_non_null(m->chan);
	client_hide(f, m->chan);
}

static void
send(struct client_fixture *f, struct model *m)
{
	bool room = m->sent - m->received < m->n_slots;
	struct node value = {NULL, m->sent, NULL};

	value.next = client_node(f, m->sent);
	assert_int_equal(client_chan_send(&f->ctx, m->chan, &value), room);
	m->sent += room;
}

/* Whether there was one; what it points to goes to *taken. */
static bool
receive(struct client_fixture *f, struct model *m, void **taken)
{
	bool some = m->sent != m->received;
	struct node value;

	memset(&value, 0xee, sizeof(value));
	assert_int_equal(client_chan_receive(&f->ctx, m->chan, &value), some);
	if (!some)
		return false;
	assert_int_equal(value.value, m->received);
	assert_int_equal(value.next->value, m->received);
	assert_null(value.other);
	*taken = value.next;
	m->received++;
	return true;
}

static void
step(struct client_fixture *f, void *model)
{
	struct model *m = model;
	void **taken = &f->stack[1 + base_random_below(&f->random, 7)];

	gc_safepoint(f->heap.mut);
	if (*taken)
		assert_in_range(((struct node *)*taken)->value, 0, m->received);
	if (base_random_below(&f->random, 2))
		send(f, m);
	else
		receive(f, m, taken);
	assert_int_equal(m->chan->count, m->sent - m->received);
}

static void
test_random_against_queue(void **state)
{
	uint64_t seed = test_seed();
	size_t steps = heap_stress_steps(5000);

	(void)state;
	for (size_t n = 1; n <= MAX_SLOTS; n++) {
		struct client_fixture f;
		struct model m;

		client_open(&f, client_contender(0), seed + n);
		model_open(&m, &f, n);
		for (size_t i = 0; i < steps; i++)
			step(&f, &m);
		while (receive(&f, &m, &f.stack[1]))
			;
		assert_true(m.received > steps / 50);
		client_close(&f);
	}
}

static void
test_random_while_marking(void **state)
{
	const struct strategy *barrier;
	uint64_t seed = test_seed();

	(void)state;
	for (size_t i = 0; (barrier = client_contender(i)); i++) {
		struct client_fixture f;
		struct model m;

		client_open(&f, barrier, seed + i);
		model_open(&m, &f, MAX_SLOTS);
		client_run_cycles(&f, 60, step, &m);
		assert_int_equal(client_close(&f), 0);
	}
}

/* A value is received on a stack that was scanned. */
static uint64_t
lose_by_receive(const struct strategy *barrier)
{
	struct client_fixture f;
	struct model m;

	client_open(&f, barrier, 0);
	model_open(&m, &f, 2);
	send(&f, &m);
	heap_start_with_black_stack(&f.heap);
	assert_true(receive(&f, &m, &f.stack[1]));
	heap_finish(&f.heap);
	return client_close(&f);
}

/* A value is sent from a stack that was not scanned to a black channel. */
static uint64_t
lose_by_send(const struct strategy *barrier)
{
	struct client_fixture f;
	struct model m;
	struct node value = {NULL, 1, NULL};

	client_open(&f, barrier, 0);
	f.stack[1] = client_node(&f, 1);
	gc_cycle_start(f.heap.gc, f.heap.mut);
	model_open(&m, &f, 2);
	value.next = f.stack[1];
	assert_true(client_chan_send(&f.ctx, m.chan, &value));
	f.stack[1] = NULL;
	heap_finish(&f.heap);
	return client_close(&f);
}

static void
test_only_a_barrier_keeps_what_moves(void **state)
{
	const struct strategy *barrier;

	(void)state;
	for (size_t i = 0; (barrier = client_contender(i)); i++) {
		assert_int_equal(lose_by_receive(barrier), 0);
		assert_int_equal(lose_by_send(barrier), 0);
	}
	assert_int_equal(lose_by_receive(client_nobarrier()), 1);
	assert_int_equal(lose_by_send(client_nobarrier()), 1);
}

/* A slot that was received from holds nothing, scalars included. */
static void
test_received_values_die(void **state)
{
	struct client_fixture f;
	struct model m;
	uint64_t empty;
	const uintptr_t *ring;

	(void)state;
	heap_without_stress(GC_STRESS_MARK, "it counts what one cycle marks");
	client_open(&f, client_contender(0), 0);
	model_open(&m, &f, MAX_SLOTS);
	empty = client_count_live(&f);
	for (size_t i = 0; i < MAX_SLOTS; i++)
		send(&f, &m);
	assert_int_equal(client_count_live(&f), empty + MAX_SLOTS);
	while (receive(&f, &m, &f.stack[1]))
		;
	f.stack[1] = NULL;
	assert_int_equal(client_count_live(&f), empty);
	ring = m.chan->ring;
	for (size_t i = 0; i < MAX_SLOTS * sizeof(struct node) / WORD_SIZE; i++)
		assert_int_equal(ring[i], 0);
	client_close(&f);
}

static void
test_a_full_heap_has_no_room(void **state)
{
	struct client_fixture f;

	(void)state;
	client_open(&f, client_contender(0), 0);
	assert_null(client_chan_new(&f.ctx, &node_type,
				    HEAP_LIMIT / sizeof(struct node) + 1));
	assert_non_null(client_chan_new(&f.ctx, &node_type, 1));
	client_close(&f);
}

static int
run(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_random_against_queue),
		cmocka_unit_test(test_random_while_marking),
		cmocka_unit_test(test_only_a_barrier_keeps_what_moves),
		cmocka_unit_test(test_received_values_die),
		cmocka_unit_test(test_a_full_heap_has_no_room),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

int
main(void)
{
	return heap_each_form(run);
}
