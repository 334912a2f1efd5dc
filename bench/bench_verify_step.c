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

#define WORDS 96 /* past the vector kernels' loops */

#ifdef __x86_64__

bool
bench_verify_can_step(void)
{
	return true;
}

#define TRAP_FLAG 0x100

/* Every byte differs between old and new, so that each mixture shows. */
static struct watched {
	_Alignas(64) uint64_t words[WORDS];
	uint64_t old[WORDS], new[WORDS];
	uint64_t torn;
	size_t at; /* the first torn word */
} watched;

static void
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

static void
run_stepped(const struct strategy *s, uint64_t *dst, const uint64_t *src,
	    size_t n)
{
	set_stepping(true);
	if (s->kind == STRATEGY_MEMCLR)
		s->memclr(dst, n);
	else
		s->memmove(dst, src, n);
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

static void
step_round(const struct strategy *s, struct base_random *random,
	   struct bench_verify_result *r)
{
	size_t n = base_random_below(random, WORDS + 1);
	size_t at = base_random_below(random, WORDS - n + 1);
	uint64_t src[WORDS];

	set_words(random, src);
	for (size_t i = at; i < at + n; i++)
		watched.new[i] = s->kind == STRATEGY_MEMCLR ? 0 : src[i];
	watched.torn = 0;
	run_stepped(s, watched.words + at, src + at, n * WORD_SIZE);
	if (watched.torn && r->wrong++ == 0)
		snprintf(r->first, sizeof(r->first),
			 "%zu words: word %zu is seen half written", n,
			 watched.at - at);
	r->rounds++;
}

void
bench_verify_steps(const struct strategy *s, uint64_t seed, double until_s,
		   struct bench_verify_result *r)
{
	struct sigaction action = {.sa_handler = on_step}, before;
	struct base_random random = {seed};

	sigaction(SIGTRAP, &action, &before);
	do
		step_round(s, &random, r);
	while (bench_now_s() < until_s);
	sigaction(SIGTRAP, &before, NULL);
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
