/* client_fixture.c - a small heap with a barrier bound, for tests of clients */
// SPDX-License-Identifier: BSD-3-Clause
#include "client_fixture.h"

#include "heap_stress.h"

#define STEPS 100

const struct strategy *
client_contender(size_t i)
{
	for (size_t k = 0; k < strategy_count(); k++) {
		const struct strategy *s = strategy_at(k);

		if (s->kind == STRATEGY_BARRIER &&
		    !(s->flags & (STRATEGY_FLOOR | STRATEGY_UNSOUND)) &&
		    i-- == 0)
			return s;
	}
	return NULL;
}

const struct strategy *
client_nobarrier(void)
{
	return strategy_find("nobarrier");
}

void
client_open(struct client_fixture *f, const struct strategy *barrier,
	    uint64_t seed)
{
	*f = (struct client_fixture){.random = {seed}};
	f->sound = barrier && !(barrier->flags & STRATEGY_UNSOUND);
	heap_open(&f->heap);
	strategy_bind(&f->ctx, f->heap.mut,
		      strategy_find("memclr_word")->memclr,
		      strategy_find("memmove_word")->memmove, barrier);
	f->root = (struct gc_root){f->stack, ARRAY_LEN(f->stack), NULL, NULL};
	gc_push_root(f->heap.mut, &f->root);
}

uint64_t
client_close(struct client_fixture *f)
{
	struct gc_stats stats;

	if (f->sound)
		heap_check(&f->heap);
	gc_get_stats(f->heap.gc, &stats);
	gc_pop_root(f->heap.mut, &f->root);
	f->heap.mut->cycle_start = NULL;
	heap_close(&f->heap);
	return stats.lost;
}

struct node *
client_node(struct client_fixture *f, uintptr_t number)
{
	struct node *node = gc_alloc(f->heap.mut, &node_type, 1);

	node->value = number;
	return node;
}

void
client_hide(struct client_fixture *f, void *structure)
{
	heap_hide_behind_list(&f->heap, &f->stack[0])->next = structure;
}

uint64_t
client_count_live(struct client_fixture *f)
{
	struct gc_stats stats;

	gc_collect(f->heap.gc, f->heap.mut);
	gc_get_stats(f->heap.gc, &stats);
	return stats.marked;
}

void
client_let_marker_run(struct client_fixture *f, size_t objects)
{
	gc_leave(f->heap.mut);
	gc_mark_quantum(f->heap.gc, objects);
	gc_enter(f->heap.mut);
}

void
client_run_cycles(struct client_fixture *f, size_t n_cycles,
		  void (*step)(struct client_fixture *f, void *arg), void *arg)
{
	size_t steps = heap_stress_steps(STEPS);

	for (size_t cycle = 0; cycle < n_cycles; cycle++) {
		bool all = base_random_below(&f->random, 4) == 0;

		for (size_t i = 0; i < steps; i++)
			step(f, arg);
		heap_start_with_black_stack(&f->heap);
		for (size_t i = 0; i < steps; i++) {
			step(f, arg);
			client_let_marker_run(
				f, all && i == steps / 2
					   ? 1000000
					   : base_random_below(&f->random, 3));
		}
		heap_finish(&f->heap);
	}
}
