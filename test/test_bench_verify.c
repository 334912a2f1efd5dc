/* test_bench_verify.c - verify lets through what is sound, and nothing else
 *
 * Each broken strategy here is one that somebody could write.
 */
// SPDX-License-Identifier: BSD-3-Clause
#include "test_util.h"

#include <string.h>

#include "bench_verify.h"
#include "gc_barrier.h"

/* Calls of one round each; what is broken shows long before. */
#define ROUNDS 50

/* Sums of up to ROUNDS rounds, fewer when one fails. */
static struct bench_verify_result
verify_barrier(const struct strategy *s, enum bench_phase phase, size_t rounds)
{
	struct bench_verify_result r = {0};
	uint64_t seed = test_seed();

	for (size_t i = 0; i < rounds && !r.lost && !r.wrong; i++)
		bench_verify_barrier(s, phase, false, seed + i, 0, &r);
	return r;
}

static void
assert_loses(const struct strategy *s, enum bench_phase phase)
{
	struct bench_verify_result r = verify_barrier(s, phase, ROUNDS);

	print_message("%s %s: %llu lost\n", s->name, bench_phase_names[phase],
		      (unsigned long long)r.lost);
	assert_true(r.lost > 0);
	assert_true(r.rounds > 0);
}

static void
assert_keeps(const struct strategy *s, enum bench_phase phase, size_t rounds)
{
	struct bench_verify_result r = verify_barrier(s, phase, rounds);

	if (r.lost || r.wrong || r.bypassed || r.stray)
		fail_msg("%s %s: %llu lost, %s", s->name,
			 bench_phase_names[phase], (unsigned long long)r.lost,
			 r.first);
	assert_int_equal(r.rounds, rounds);
}

/* The origin's bug: a stop-the-world mark at the end of a cycle finds what the
 * missing barrier lost. */
static void
test_nobarrier_loses_objects(void **state)
{
	const struct strategy *s = strategy_find("nobarrier");

	(void)state;
	assert_loses(s, BENCH_STRADDLE);
	assert_loses(s, BENCH_MARK);
	assert_keeps(s, BENCH_OFF, 5);
}

/* With the object, the slot, and what is in it. */
static void
test_shadow_names_a_store(void **state)
{
	struct bench_verify_result r = verify_barrier(
		strategy_find("nobarrier"), BENCH_STRADDLE, ROUNDS);

	(void)state;
	assert_true(r.bypassed > 0);
	assert_memory_equal(r.first, "object 0x", 9);
	assert_non_null(strstr(r.first, "no barrier recorded the"));
}

static void
test_contenders_need_nothing_that_was_freed(void **state)
{
	struct bench_verify_result r = {0};

	(void)state;
	for (int phase = 0; phase < BENCH_PHASES; phase++)
		bench_verify_barrier(strategy_find("bulk1"),
				     (enum bench_phase)phase, true, test_seed(),
				     0, &r);
	assert_int_equal(r.lost + r.wrong + r.bypassed + r.stray, 0);
}

static bool
is_bound(const struct strategy *s)
{
	return s->flags & (STRATEGY_FLOOR | STRATEGY_UNSOUND);
}

static void
test_contenders_keep_theirs(void **state)
{
	(void)state;
	for (size_t i = 0; i < strategy_count(); i++) {
		const struct strategy *s = strategy_at(i);

		if (s->kind != STRATEGY_BARRIER || is_bound(s))
			continue;
		for (int phase = 0; phase < BENCH_PHASES; phase++)
			assert_keeps(s, (enum bench_phase)phase, 5);
	}
}

/* Shades each word of a range; any word may be shaded. */
static void
shade_all(struct strategy_ctx *ctx, const void *words, size_t size)
{
	for (size_t i = 0; i < size / WORD_SIZE; i++)
		gc_shade(ctx->mut, ((const uintptr_t *)words)[i]);
}

static void
clear(struct strategy_ctx *ctx, const struct gc_type *type, void *ptr,
      size_t off, size_t size)
{
	(void)type;
	(void)off;
	shade_all(ctx, ptr, size);
	ctx->memclr(ptr, size);
}

static void
clear_but_last(struct strategy_ctx *ctx, const struct gc_type *type, void *ptr,
	       size_t off, size_t size)
{
	(void)type;
	(void)off;
	shade_all(ctx, ptr, size ? size - WORD_SIZE : 0);
	ctx->memclr(ptr, size);
}

/* Looks when the slots are empty. */
static void
clear_first(struct strategy_ctx *ctx, const struct gc_type *type, void *ptr,
	    size_t off, size_t size)
{
	(void)type;
	(void)off;
	ctx->memclr(ptr, size);
	shade_all(ctx, ptr, size);
}

static void
move(struct strategy_ctx *ctx, const struct gc_type *type, void *dst,
     const void *src, size_t off, size_t size)
{
	(void)type;
	(void)off;
	shade_all(ctx, dst, size);
	shade_all(ctx, src, size);
	ctx->memmove(dst, src, size);
}

static void
move_without_deletion(struct strategy_ctx *ctx, const struct gc_type *type,
		      void *dst, const void *src, size_t off, size_t size)
{
	(void)type;
	(void)off;
	shade_all(ctx, src, size);
	ctx->memmove(dst, src, size);
}

static void
move_without_insertion(struct strategy_ctx *ctx, const struct gc_type *type,
		       void *dst, const void *src, size_t off, size_t size)
{
	(void)type;
	(void)off;
	shade_all(ctx, dst, size);
	ctx->memmove(dst, src, size);
}

static void
copy_without_insertion(struct strategy_ctx *ctx, const struct gc_type *type,
		       void *dst, const void *src, size_t size)
{
	(void)type;
	ctx->memmove(dst, src, size);
}

static struct strategy
barrier_of(const char *name, struct barrier_hooks hooks)
{
	return (struct strategy){
		.name = name, .kind = STRATEGY_BARRIER, .barrier = hooks};
}

/* What the broken ones are made of is sound. */
static void
test_shading_all_keeps_objects(void **state)
{
	struct strategy s = barrier_of(
		"sound", (struct barrier_hooks){.clear = clear, .move = move});

	(void)state;
	assert_keeps(&s, BENCH_STRADDLE, 5);
	assert_keeps(&s, BENCH_MARK, 5);
}

static void
test_broken_barriers_lose_objects(void **state)
{
	const struct strategy broken[] = {
		barrier_of("clear_but_last",
			   (struct barrier_hooks){.clear = clear_but_last,
						  .move = move}),
		barrier_of("clear_first",
			   (struct barrier_hooks){.clear = clear_first,
						  .move = move}),
		barrier_of(
			"move_without_deletion",
			(struct barrier_hooks){.clear = clear,
					       .move = move_without_deletion}),
		barrier_of(
			"move_without_insertion",
			(struct barrier_hooks){.clear = clear,
					       .move = move_without_insertion}),
		barrier_of("copy_without_insertion",
			   (struct barrier_hooks){
				   .clear = clear,
				   .move = move,
				   .copy_fresh = copy_without_insertion}),
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(broken); i++) {
		assert_loses(&broken[i], BENCH_STRADDLE);
		assert_loses(&broken[i], BENCH_MARK);
		assert_keeps(&broken[i], BENCH_OFF, 1);
	}
}

typedef void verify_fn(const struct strategy *s, uint64_t seed, double until_s,
		       struct bench_verify_result *r);

static struct bench_verify_result
verify_kernel(verify_fn *verify, const struct strategy *s)
{
	struct bench_verify_result r = {0};
	uint64_t seed = test_seed();

	for (size_t i = 0; i < ROUNDS; i++)
		verify(s, seed + i, 0, &r);
	assert_int_equal(r.rounds, ROUNDS);
	assert_int_equal(r.wrong > 0, r.first[0] != '\0');
	return r;
}

static void
test_kernels_pass(void **state)
{
	(void)state;
	for (size_t i = 0; i < strategy_count(); i++) {
		const struct strategy *s = strategy_at(i);

		if (s->kind == STRATEGY_BARRIER || is_bound(s) ||
		    !strategy_usable(s))
			continue;
		if (verify_kernel(s->kind == STRATEGY_MEMCLR
					  ? bench_verify_memclr
					  : bench_verify_memmove,
				  s)
			    .wrong)
			fail_msg("%s", s->name);
	}
}

static void
forgets_last_byte(void *ptr, size_t n)
{
	memset(ptr, 0, n ? n - 1 : 0);
}

/* Only where it is no fault. */
static void
one_byte_too_many(void *ptr, size_t n)
{
	char *end = (char *)ptr + n;

	memset(ptr, 0, (uintptr_t)end % 4096 ? n + 1 : n);
}

static void
does_nothing(void *ptr, size_t n)
{
	(void)ptr;
	(void)n;
}

static void
test_broken_memclrs_are_found(void **state)
{
	static memclr_fn *const broken[] = {forgets_last_byte,
					    one_byte_too_many, does_nothing};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(broken); i++) {
		struct strategy s = {.memclr = broken[i]};

		assert_true(verify_kernel(bench_verify_memclr, &s).wrong > 0);
	}
}

/* Right unless dst begins inside src. */
static void
copies_upwards(void *dst, const void *src, size_t n)
{
	for (size_t i = 0; i < n; i++)
		((char *)dst)[i] = ((const char *)src)[i];
}

static void
copies_downwards(void *dst, const void *src, size_t n)
{
	while (n--)
		((char *)dst)[n] = ((const char *)src)[n];
}

static void
test_broken_memmoves_are_found(void **state)
{
	static memmove_fn *const broken[] = {copies_upwards, copies_downwards};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(broken); i++) {
		struct strategy s = {.memmove = broken[i]};

		assert_true(verify_kernel(bench_verify_memmove, &s).wrong > 0);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_nobarrier_loses_objects),
		cmocka_unit_test(test_shadow_names_a_store),
		cmocka_unit_test(test_contenders_need_nothing_that_was_freed),
		cmocka_unit_test(test_contenders_keep_theirs),
		cmocka_unit_test(test_shading_all_keeps_objects),
		cmocka_unit_test(test_broken_barriers_lose_objects),
		cmocka_unit_test(test_kernels_pass),
		cmocka_unit_test(test_broken_memclrs_are_found),
		cmocka_unit_test(test_broken_memmoves_are_found),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
