/* test_strategy_registry.c - the table holds together; a set binds whole */
// SPDX-License-Identifier: BSD-3-Clause
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "base_cpu.h"
#include "gc.h"
#include "strategy.h"

static void
test_table_passes_its_check(void **state)
{
	(void)state;
	strategy_check_all();
	assert_true(strategy_count() > 0);
}

static void
test_find_knows_every_name_and_no_other(void **state)
{
	(void)state;
	for (size_t i = 0; i < strategy_count(); i++) {
		const struct strategy *s = strategy_at(i);

		assert_ptr_equal(strategy_find(s->name), s);
	}
	assert_null(strategy_find(""));
	assert_null(strategy_find("memclr"));
	assert_null(strategy_find("memclr_wor"));
	assert_null(strategy_find("memclr_words"));
	assert_null(strategy_find("MEMCLR_WORD"));
}

/* What every policy may count on: each kernel kind has a floor, the C library,
 * and one that is word-atomic by the manuals and runs anywhere. */
static void
test_each_kernel_kind_has_its_fixed_points(void **state)
{
	static const char *const kinds[] = {"memclr", "memmove"};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(kinds); i++) {
		char name[32];
		const struct strategy *s;

		snprintf(name, sizeof(name), "%s_floor", kinds[i]);
		s = strategy_find(name);
		assert_non_null(s);
		assert_true(s->flags & STRATEGY_FLOOR);
		snprintf(name, sizeof(name), "%s_libc", kinds[i]);
		s = strategy_find(name);
		assert_non_null(s);
		assert_int_equal(s->atomicity, ATOMICITY_NONE);
		snprintf(name, sizeof(name), "%s_word", kinds[i]);
		s = strategy_find(name);
		assert_non_null(s);
		assert_int_equal(s->atomicity, ATOMICITY_ARCHITECTURAL);
		assert_int_equal(s->cpu_needs, 0);
		assert_true(strategy_usable(s));
	}
}

/* Where the code that a strategy brings begins. */
static const void *
code_of(const struct strategy *s)
{
	const void *code[STRATEGY_KINDS];

	memcpy(&code[STRATEGY_MEMCLR], &s->memclr, sizeof(code[0]));
	memcpy(&code[STRATEGY_MEMMOVE], &s->memmove, sizeof(code[0]));
	memcpy(&code[STRATEGY_BARRIER], &s->barrier.clear, sizeof(code[0]));
	return code[s->kind];
}

/* A placebo is its baseline in all but its name and its address. */
static void
test_placebos_are_second_copies(void **state)
{
	size_t kinds[STRATEGY_KINDS] = {0};

	(void)state;
	for (size_t i = 0; i < strategy_count(); i++) {
		const struct strategy *s = strategy_at(i), *of;
		const char *end = strstr(s->name, STRATEGY_PLACEBO_SUFFIX);
		char name[64];

		assert_int_equal(!end, !(s->flags & STRATEGY_PLACEBO));
		if (!end)
			continue;
		snprintf(name, sizeof(name), "%.*s", (int)(end - s->name),
			 s->name);
		of = strategy_find(name);
		assert_non_null(of);
		assert_int_equal(s->kind, of->kind);
		assert_int_equal(s->cpu_needs, of->cpu_needs);
		assert_int_equal(s->atomicity, of->atomicity);
		assert_int_equal(s->default_entries, of->default_entries);
		assert_int_equal(s->entry_words, of->entry_words);
		/* Another bit than the placebo's. */
		assert_int_equal(s->flags & STRATEGY_DIRTY_FRAMES,
				 of->flags & STRATEGY_DIRTY_FRAMES);
		assert_true(code_of(s) != code_of(of));
		kinds[s->kind]++;
	}
	for (int kind = 0; kind < STRATEGY_KINDS; kind++)
		assert_int_equal(kinds[kind], 1);
}

static void
test_usable_asks_for_every_feature(void **state)
{
	uint64_t have = base_cpu_features(), lacks = ~have & UINT32_MAX;
	struct strategy s = {.cpu_needs = 0};

	(void)state;
	assert_true(strategy_usable(&s));
	s.cpu_needs = (uint32_t)have;
	assert_true(strategy_usable(&s));
	s.cpu_needs = (uint32_t)(have | (lacks & -lacks));
	assert_false(strategy_usable(&s));
}

static void
test_names_of_kinds_and_grounds(void **state)
{
	(void)state;
	assert_string_equal(strategy_kind_name(STRATEGY_MEMCLR), "memclr");
	assert_string_equal(strategy_kind_name(STRATEGY_MEMMOVE), "memmove");
	assert_string_equal(strategy_kind_name(STRATEGY_BARRIER), "barrier");
	assert_string_equal(strategy_atomicity_name(ATOMICITY_NONE), "none");
	assert_string_equal(strategy_atomicity_name(ATOMICITY_CONVENTION),
			    "convention");
	assert_string_equal(strategy_atomicity_name(ATOMICITY_ARCHITECTURAL),
			    "architectural");
}

/* A barrier that notes how it was called. */
static struct {
	const char *hook;
	struct strategy_ctx *ctx;
	const struct gc_type *type;
	void *ptr;
	const void *src;
	size_t off, size;
} called;

static void
note_clear(struct strategy_ctx *ctx, const struct gc_type *type, void *ptr,
	   size_t off, size_t size)
{
	called.hook = "clear";
	called.ctx = ctx;
	called.type = type;
	called.ptr = ptr;
	called.off = off;
	called.size = size;
}

static void
note_move(struct strategy_ctx *ctx, const struct gc_type *type, void *dst,
	  const void *src, size_t off, size_t size)
{
	note_clear(ctx, type, dst, off, size);
	called.hook = "move";
	called.src = src;
}

static void
note_copy_fresh(struct strategy_ctx *ctx, const struct gc_type *type, void *dst,
		const void *src, size_t size)
{
	note_move(ctx, type, dst, src, 0, size);
	called.hook = "copy_fresh";
}

static void
note_frame_begin(struct strategy_ctx *ctx, struct strategy_frame *frame)
{
	(void)ctx;
	frame->word = 1;
	called.hook = "frame_begin";
}

static void
note_frame_put(struct strategy_ctx *ctx, struct strategy_frame *frame)
{
	(void)ctx;
	(void)frame;
	called.hook = "frame_put";
}

static void
note_frame_fill(struct strategy_ctx *ctx, struct strategy_frame *frame,
		size_t off, const void *src, size_t size)
{
	note_move(ctx, frame->type, frame->ptr, src, off, size);
	called.hook = "frame_fill";
}

static void
note_frame_clear(struct strategy_ctx *ctx, struct strategy_frame *frame,
		 size_t off, size_t size)
{
	note_clear(ctx, frame->type, frame->ptr, off, size);
	called.hook = "frame_clear";
}

static void
note_cycle_start(struct strategy_ctx *ctx)
{
	called.hook = "cycle_start";
	called.ctx = ctx;
}

static const struct strategy least = {
	.name = "least",
	.kind = STRATEGY_BARRIER,
	.barrier = {.clear = note_clear, .move = note_move},
};

static const struct strategy whole = {
	.name = "whole",
	.kind = STRATEGY_BARRIER,
	.barrier =
		{
			.clear = note_clear,
			.move = note_move,
			.copy_fresh = note_copy_fresh,
			.frame_begin = note_frame_begin,
			.frame_fill = note_frame_fill,
			.frame_clear = note_frame_clear,
			.frame_put = note_frame_put,
			.cycle_start = note_cycle_start,
		},
};

static const struct gc_type type = {.size = 64};
static char block[64];
static const char source[64];

static int
forget(void **state)
{
	(void)state;
	memset(&called, 0, sizeof(called));
	called.hook = "none";
	return 0;
}

static void
test_absent_copies_and_clears_go_to_move_and_clear(void **state)
{
	struct strategy_ctx ctx = {0};
	struct strategy_frame frame = {.ptr = block, .type = &type};

	(void)state;
	strategy_bind(&ctx, NULL, NULL, NULL, &least);
	ctx.barrier.frame_fill(&ctx, &frame, 16, source, 24);
	assert_string_equal(called.hook, "move");
	assert_ptr_equal(called.ctx, &ctx);
	assert_ptr_equal(called.type, &type);
	assert_ptr_equal(called.ptr, block + 16);
	assert_ptr_equal(called.src, source);
	assert_int_equal(called.off, 16);
	assert_int_equal(called.size, 24);

	ctx.barrier.copy_fresh(&ctx, &type, block + 8, source, 48);
	assert_string_equal(called.hook, "move");
	assert_ptr_equal(called.type, &type);
	assert_ptr_equal(called.ptr, block + 8);
	assert_ptr_equal(called.src, source);
	assert_int_equal(called.off, 0);
	assert_int_equal(called.size, 48);

	ctx.barrier.frame_clear(&ctx, &frame, 8, 40);
	assert_string_equal(called.hook, "clear");
	assert_ptr_equal(called.ctx, &ctx);
	assert_ptr_equal(called.type, &type);
	assert_ptr_equal(called.ptr, block + 8);
	assert_int_equal(called.off, 8);
	assert_int_equal(called.size, 40);
}

static void
test_other_absent_hooks_do_nothing(void **state)
{
	struct gc_mutator mut = {0};
	struct strategy_ctx ctx = {0};
	struct strategy_frame frame = {.ptr = block, .type = &type};

	(void)state;
	strategy_bind(&ctx, &mut, NULL, NULL, &least);
	ctx.barrier.frame_begin(&ctx, &frame);
	ctx.barrier.frame_put(&ctx, &frame);
	ctx.barrier.cycle_start(&ctx);
	mut.cycle_start(mut.cycle_start_arg);
	assert_string_equal(called.hook, "none");
	assert_int_equal(frame.word, 0);
}

static void
test_given_hooks_are_kept(void **state)
{
	struct strategy_ctx ctx = {0};
	struct strategy_frame frame = {.ptr = block, .type = &type};

	(void)state;
	strategy_bind(&ctx, NULL, NULL, NULL, &whole);
	ctx.barrier.frame_begin(&ctx, &frame);
	assert_string_equal(called.hook, "frame_begin");
	assert_int_equal(frame.word, 1);
	ctx.barrier.copy_fresh(&ctx, &type, block, source, 8);
	assert_string_equal(called.hook, "copy_fresh");
	ctx.barrier.frame_fill(&ctx, &frame, 8, source, 8);
	assert_string_equal(called.hook, "frame_fill");
	ctx.barrier.frame_clear(&ctx, &frame, 8, 8);
	assert_string_equal(called.hook, "frame_clear");
	ctx.barrier.frame_put(&ctx, &frame);
	assert_string_equal(called.hook, "frame_put");
}

static void
test_collector_reaches_cycle_start(void **state)
{
	struct gc_mutator mut = {0};
	struct strategy_ctx ctx = {0};

	(void)state;
	strategy_bind(&ctx, &mut, NULL, NULL, &whole);
	assert_ptr_equal(ctx.mut, &mut);
	mut.cycle_start(mut.cycle_start_arg);
	assert_string_equal(called.hook, "cycle_start");
	assert_ptr_equal(called.ctx, &ctx);
}

static void
test_null_leaves_a_member_alone(void **state)
{
	struct gc_mutator mut = {0};
	struct strategy_ctx ctx = {0};
	memclr_fn *memclr = strategy_find("memclr_word")->memclr;
	memclr_fn *other_memclr = strategy_find("memclr_libc")->memclr;
	memmove_fn *memmove = strategy_find("memmove_word")->memmove;

	(void)state;
	strategy_bind(&ctx, &mut, memclr, memmove, &whole);
	strategy_bind(&ctx, &mut, other_memclr, NULL, NULL);
	assert_ptr_equal(ctx.memclr, other_memclr);
	assert_ptr_equal(ctx.memmove, memmove);
	assert_ptr_equal(ctx.barrier.frame_put, note_frame_put);
	strategy_bind(&ctx, &mut, NULL, NULL, &least);
	assert_ptr_equal(ctx.memclr, other_memclr);
	assert_ptr_equal(ctx.memmove, memmove);
	assert_ptr_not_equal(ctx.barrier.frame_put, note_frame_put);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_table_passes_its_check),
		cmocka_unit_test(test_find_knows_every_name_and_no_other),
		cmocka_unit_test(test_each_kernel_kind_has_its_fixed_points),
		cmocka_unit_test(test_placebos_are_second_copies),
		cmocka_unit_test(test_usable_asks_for_every_feature),
		cmocka_unit_test(test_names_of_kinds_and_grounds),
		cmocka_unit_test_setup(
			test_absent_copies_and_clears_go_to_move_and_clear,
			forget),
		cmocka_unit_test_setup(test_other_absent_hooks_do_nothing,
				       forget),
		cmocka_unit_test_setup(test_given_hooks_are_kept, forget),
		cmocka_unit_test_setup(test_collector_reaches_cycle_start,
				       forget),
		cmocka_unit_test_setup(test_null_leaves_a_member_alone, forget),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
