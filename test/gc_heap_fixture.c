/* gc_heap_fixture.c - a small heap with one mutator, and ways to stage losses
 */
// SPDX-License-Identifier: BSD-3-Clause
#include "gc_heap_fixture.h"

#include "test_util.h"

#include <string.h>

#include "gc_barrier.h"
#include "gc_shadow.h"
#include "heap_stress.h"

#define LIST_LENGTH 1000

enum gc_heap_form heap_form;

static const uint8_t node_mask[16] = {5};
const struct gc_type node_type = {sizeof(struct node), sizeof(struct node),
				  node_mask};

struct gc_type
noscan_type(size_t size)
{
	return (struct gc_type){size, 0, node_mask};
}

struct gc_config
heap_config(void)
{
	return (struct gc_config){
		.heap_limit = HEAP_LIMIT,
		.buffer_words = 512,
		.form = heap_form,
		.markers = 1,
		.verify = true,
		.poison = true,
		.shadow = true,
	};
}

void
heap_open_as(struct gc_heap_fixture *h, struct gc_config config)
{
	h->gc = gc_create(&config);
	h->mut = gc_attach(h->gc);
}

void
heap_open(struct gc_heap_fixture *h)
{
	heap_open_as(h, heap_config());
}

int
heap_each_form(int (*run)(void))
{
	int failed = 0;

	for (int form = 0; form < GC_HEAP_FORMS; form++) {
		heap_form = form;
		printf("heap form %d\n", form);
		failed += run();
	}
	return failed;
}

void
heap_check(struct gc_heap_fixture *h)
{
	struct gc_bypass bypass;
	struct gc_stats stats;
	char text[200];

	gc_get_stats(h->gc, &stats);
	if (gc_shadow_first(h->gc, &bypass)) {
		gc_shadow_text(&bypass, text, sizeof(text));
		fail_msg("%s", text);
	}
	assert_int_equal(stats.lost, 0);
	assert_int_equal(stats.stray, 0);
}

void
heap_add_global(struct gc_heap_fixture *h, struct gc_root *root)
{
	gc_leave(h->mut);
	gc_add_global(h->gc, root);
	gc_enter(h->mut);
}

void
heap_remove_global(struct gc_heap_fixture *h, struct gc_root *root)
{
	gc_leave(h->mut);
	gc_remove_global(h->gc, root);
	gc_enter(h->mut);
}

void
heap_close(struct gc_heap_fixture *h)
{
	gc_detach(h->mut);
	gc_destroy(h->gc);
	heap_stress_again();
}

/* No heap address has these bits. */
#define KEY ((uintptr_t)0x5eed << 48)

struct node *
heap_try_node(struct gc_heap_fixture *h)
{
	struct node *node = gc_alloc(h->mut, &node_type, 1);

	if (node)
		node->value = (uintptr_t)node ^ KEY;
	return node;
}

struct node *
heap_new_node(struct gc_heap_fixture *h)
{
	struct node *node = heap_try_node(h);

	CHECK(node);
	return node;
}

bool
heap_is_whole(const struct node *node)
{
	return node->value == ((uintptr_t)node ^ KEY);
}

bool
heap_type_bit(const struct gc_type *type, size_t word)
{
	return word < type->ptrbytes / WORD_SIZE &&
	       (type->ptrmask[word / 8] >> word % 8 & 1);
}

struct node *
heap_hide_behind_list(struct gc_heap_fixture *h, void **head)
{
	struct node *last = gc_alloc(h->mut, &node_type, 1);

	*head = last;
	for (size_t i = 0; i < LIST_LENGTH; i++) {
		struct node *node = gc_alloc(h->mut, &node_type, 1);

		node->next = *head;
		*head = node;
	}
	return last;
}

void
heap_start_with_black_stack(struct gc_heap_fixture *h)
{
	gc_hold_marker(h->gc, true);
	gc_cycle_start(h->gc, h->mut);
	/* Outside, the stack is scanned; the first quantum comes after. */
	gc_leave(h->mut);
	gc_mark_quantum(h->gc, 1);
	gc_enter(h->mut);
}

void
heap_finish(struct gc_heap_fixture *h)
{
	gc_hold_marker(h->gc, false);
	gc_cycle_finish(h->gc, h->mut);
}

void
heap_store(struct gc_heap_fixture *h, struct node *node, struct node *value)
{
	if (h->mut->marking) {
		uintptr_t *entry = gc_buffer_reserve(h->mut, 2);

		/* Relaxed: another mutator may be writing the slot. */
		entry[0] = (uintptr_t)__atomic_load_n(&node->next,
						      __ATOMIC_RELAXED);
		entry[1] = (uintptr_t)value;
	}
	/* Release: what value points to is read by those who find it here. */
	__atomic_store_n(&node->next, value, __ATOMIC_RELEASE);
}

struct gc_stats
heap_stats(const struct gc_heap_fixture *h)
{
	struct gc_stats stats;

	gc_get_stats(h->gc, &stats);
	return stats;
}
