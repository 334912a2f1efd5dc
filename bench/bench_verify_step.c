/* bench_verify_step.c - is a word ever seen half written, step by step
 *
 * The kernel runs with the processor's trap flag on, which stops it after each
 * instruction, and in a repeated string instruction after each repetition; each
 * time every word must be the old one or the new one. What is found does not
 * depend on the machine's load. That a vector store is not itself cut is beyond
 * this: racing readers look for that (test_tearing).
 */
// SPDX-License-Identifier: BSD-3-Clause
#include <signal.h>
#include <string.h>

#include "base_random.h"
#include "bench_progress.h"
#include "bench_verify.h"
#include "gc.h"

#define WORDS 96 /* past the vector kernels' loops */
/* Of a hook, which takes some thirty steps a slot. */
#define HOOK_WORDS 24

#ifdef __x86_64__

bool
bench_verify_can_step(void)
{
	return true;
}

/* TSan's runtime is stepped through too, with its locks held, where a handler
 * that it wraps or sees waits for itself. So it is to know of none. */
#if BUILT_WITH_TSAN
extern int __sigaction(int signal, const struct sigaction *action,
		       struct sigaction *previous);
#define SET_ACTION __sigaction
#if defined(__clang__)
#define UNSEEN_BY_TSAN __attribute__((disable_sanitizer_instrumentation))
#else
#define UNSEEN_BY_TSAN __attribute__((no_sanitize_thread))
#endif
#else
#define SET_ACTION sigaction
#define UNSEEN_BY_TSAN
#endif

#define TRAP_FLAG 0x100

/* Every byte differs between old and new, so that each mixture shows. */
static struct watched {
	_Alignas(64) uint64_t words[WORDS];
	uint64_t old[WORDS], new[WORDS];
	uint64_t torn;
	size_t at; /* the first torn word */
} watched;

UNSEEN_BY_TSAN static void
on_step(int signal)
{
	struct watched *w = &watched;

	(void)signal;
	for (size_t i = 0; i < WORDS; i++) {
		uint64_t x = w->words[i];

		if (x != w->old[i] && x != w->new[i] && w->torn++ == 0)
			w->at = i;
	}
}

static void
set_stepping(bool on)
{
	uint64_t flags = __builtin_ia32_readeflags_u64();

	__builtin_ia32_writeeflags_u64(on ? flags | TRAP_FLAG
					  : flags & ~(uint64_t)TRAP_FLAG);
}

/* What is stepped through: a kernel, or the clear and the move of a barrier,
 * on a global while marking. */
struct stepped {
	const struct strategy *strategy;
	struct base_random random;
	bool clears;   /* in this round */
	struct gc *gc; /* of a barrier, else NULL */
	struct gc_mutator *mut;
	struct strategy_ctx ctx;
	struct gc_root root;
};

static void
open_heap(struct stepped *s)
{
	struct gc_config config = {.heap_limit = (size_t)1 << 20,
				   .buffer_words = 512,
				   .markers = 1};

	s->gc = gc_create(&config);
	s->mut = gc_attach(s->gc);
	strategy_bind(&s->ctx, s->mut, strategy_find("memclr_word")->memclr,
		      strategy_find("memmove_word")->memmove, s->strategy);
	memset(watched.words, 0, sizeof(watched.words));
	s->root = (struct gc_root){(void **)watched.words, WORDS, NULL, NULL};
	gc_add_global(s->gc, &s->root);
	gc_hold_termination(s->gc, true);
	gc_cycle_start(s->gc, s->mut);
	/* Then nobody else looks at the words. */
	gc_wait_no_grey(s->gc);
}

static void
close_heap(struct stepped *s)
{
	gc_hold_termination(s->gc, false);
	gc_cycle_finish(s->gc, s->mut);
	gc_remove_global(s->gc, &s->root);
	s->mut->cycle_start = NULL;
	gc_detach(s->mut);
	gc_destroy(s->gc);
}

static void
run(struct stepped *s, uint64_t *dst, const uint64_t *src, size_t n)
{
	static const struct gc_type any = {WORDS * WORD_SIZE, WORDS * WORD_SIZE,
					   NULL};
	size_t off = (size_t)(dst - watched.words) * WORD_SIZE;

	if (s->gc && s->clears)
		s->ctx.barrier.clear(&s->ctx, &any, dst, off, n);
	else if (s->gc)
		s->ctx.barrier.move(&s->ctx, &any, dst, src, off, n);
	else if (s->clears)
		s->strategy->memclr(dst, n);
	else
		s->strategy->memmove(dst, src, n);
}

static void
run_stepped(struct stepped *s, uint64_t *dst, const uint64_t *src, size_t n)
{
	set_stepping(true);
	run(s, dst, src, n);
	set_stepping(false);
}

static void
set_words(struct base_random *random, uint64_t *src)
{
	for (size_t i = 0; i < WORDS; i++) {
		/* No byte is 0 or 0xff, and the copy's are the complement. */
		uint64_t x =
			base_random_next(random) & UINT64_C(0x7e7e7e7e7e7e7e7e);

		x |= UINT64_C(0x0101010101010101);
		watched.words[i] = watched.old[i] = watched.new[i] = x;
		src[i] = ~x;
	}
}

/* One to `most` words at a place among the watched. */
static void
step_some(struct stepped *s, size_t most, struct bench_verify_result *r)
{
	size_t n = 1 + base_random_below(&s->random, most);
	size_t at = base_random_below(&s->random, WORDS - n + 1);
	uint64_t src[WORDS];

	set_words(&s->random, src);
	for (size_t i = at; i < at + n; i++)
		watched.new[i] = s->clears ? 0 : src[i];
	watched.torn = 0;
	run_stepped(s, watched.words + at, src + at, n * WORD_SIZE);
	if (watched.torn && r->wrong++ == 0)
		snprintf(r->first, sizeof(r->first),
			 "%s of %zu words: word %zu is seen half written",
			 s->clears ? "clear" : "move", n, watched.at - at);
}

static void
step_round(struct stepped *s, struct bench_verify_result *r)
{
	s->clears = s->strategy->kind != STRATEGY_MEMMOVE;
	step_some(s, s->gc ? HOOK_WORDS : WORDS, r);
	if (s->gc) {
		s->clears = false;
		step_some(s, HOOK_WORDS, r);
	}
	r->rounds++;
}

void
bench_verify_steps(const struct strategy *s, uint64_t seed, double until_s,
		   struct bench_verify_result *r)
{
	struct sigaction action = {.sa_handler = on_step}, before;
	struct stepped stepped = {.strategy = s, .random = {seed}};

	if (s->kind == STRATEGY_BARRIER)
		open_heap(&stepped);
	SET_ACTION(SIGTRAP, &action, &before);
	do
		step_round(&stepped, r);
	while (bench_now_s() < until_s);
	SET_ACTION(SIGTRAP, &before, NULL);
	if (stepped.gc)
		close_heap(&stepped);
}

#else

bool
bench_verify_can_step(void)
{
	return false;
}

void
bench_verify_steps(const struct strategy *s, uint64_t seed, double until_s,
		   struct bench_verify_result *r)
{
	(void)s;
	(void)seed;
	(void)until_s;
	(void)r;
}

#endif
