/* bench_verify_tearing.c - two threads, one at a kernel and one at its words */
// SPDX-License-Identifier: BSD-3-Clause
#include "bench_verify_tearing.h"

#include <pthread.h>
#include <sched.h>
#include <stdatomic.h>

#include "bench_progress.h"

/* No two bytes of these are equal in the same place: a mixture is neither. */
#define OLD 0x0101010101010101u
#define NEW 0xfefefefefefefefeu

#define LINE_WORDS  8
#define SMALL_WORDS 64  /* every size up to 512 bytes */
#define LARGE_WORDS 512 /* and one of a page */
#define AREA_WORDS  (LARGE_WORDS + 2 * LINE_WORDS)

/* How often n words are tried at each alignment: a few are over too soon to be
 * met often, so they get more turns. */
#define REPEATS(n) (100 + 80000 / ((n) * (n)))

typedef _Atomic uint64_t shared_word;

static shared_word area[AREA_WORDS] __attribute__((aligned(64)));
static shared_word other[AREA_WORDS] __attribute__((aligned(64)));

static uint64_t
get(shared_word *word)
{
	return atomic_load_explicit(word, memory_order_relaxed);
}

static void
put(shared_word *word, uint64_t value)
{
	atomic_store_explicit(word, value, memory_order_relaxed);
}

static void
put_all(shared_word *words, size_t n, uint64_t value)
{
	for (size_t i = 0; i < n; i++)
		put(&words[i], value);
}

/* The second thread, which works on the first `words` words of the area. */
static struct {
	pthread_t thread;
	atomic_bool stop;
	_Atomic size_t words;
	uint64_t old, new;
	atomic_bool torn;
	_Atomic uint64_t torn_value; /* the last one */
	uint64_t meetings;           /* looks that words were changed under */
} race;

/* Looks at words once. Returns whether it met both values. */
static bool
look(shared_word *words, size_t n)
{
	bool met_old = false, met_new = false;

	for (size_t i = 0; i < n; i++) {
		uint64_t value = get(&words[i]);

		if (value == race.old) {
			met_old = true;
		} else if (value == race.new) {
			met_new = true;
		} else {
			put(&race.torn_value, value);
			atomic_store(&race.torn, true);
		}
	}
	return met_old && met_new;
}

static void *
watch(void *arg)
{
	(void)arg;
	while (!atomic_load(&race.stop)) {
		size_t n = atomic_load(&race.words);
		uint64_t before = get(&area[n / 2]);

		look(area, n);
		race.meetings += get(&area[n / 2]) != before;
	}
	return NULL;
}

static void *
change(void *arg)
{
	(void)arg;
	for (bool new = true; !atomic_load(&race.stop); new = !new)
		put_all(area, atomic_load(&race.words),
			new ? race.new : race.old);
	return NULL;
}

static cpu_set_t allowed;

/* The two threads run on CPUs of their own where there are two: left alone,
 * the scheduler may keep both on one. */
static void
pin(pthread_t thread, int nth)
{
	cpu_set_t one;
	int cpu = -1;

	if (CPU_COUNT(&allowed) < 2)
		return;
	for (int left = nth; left >= 0; left--)
		do
			cpu++;
		while (!CPU_ISSET(cpu, &allowed));
	CPU_ZERO(&one);
	CPU_SET(cpu, &one);
	pthread_setaffinity_np(thread, sizeof(one), &one);
}

static void
race_start(void *(*body)(void *), uint64_t old, uint64_t new)
{
	race.old = old;
	race.new = new;
	race.meetings = 0;
	atomic_store(&race.stop, false);
	atomic_store(&race.torn, false);
	atomic_store(&race.words, AREA_WORDS);
	put_all(area, AREA_WORDS, old);
	put_all(other, AREA_WORDS, old);
	CHECK(sched_getaffinity(0, sizeof(allowed), &allowed) == 0);
	CHECK(pthread_create(&race.thread, NULL, body, NULL) == 0);
	pin(pthread_self(), 0);
	pin(race.thread, 1);
}

static void
race_end(void)
{
	atomic_store(&race.stop, true);
	CHECK(pthread_join(race.thread, NULL) == 0);
	sched_setaffinity(0, sizeof(allowed), &allowed);
}

/* One operation on n words that start `at` words into a cache line; turn is
 * odd and even in turns. */
typedef void turn_fn(const struct strategy *s, size_t at, size_t n,
		     unsigned turn);

static void
clear_turn(const struct strategy *s, size_t at, size_t n, unsigned turn)
{
	(void)turn;
	put_all(area + at, n, race.old);
	s->memclr(area + at, n * 8);
}

static void
move_turn(const struct strategy *s, size_t at, size_t n, unsigned turn)
{
	put_all(other, AREA_WORDS, turn % 2 ? race.new : race.old);
	/* From every alignment too. */
	s->memmove(area + at, other + turn / 2 % LINE_WORDS, n * 8);
}

/* By one word upwards or downwards, over words that alternate: all of them
 * change, and source and destination overlap. */
static void
shift_turn(const struct strategy *s, size_t at, size_t n, unsigned turn)
{
	for (size_t i = 0; turn == 0 && i < n + 1; i++)
		put(&area[at + i], i % 2 ? race.new : race.old);
	if (turn % 2)
		s->memmove(area + at, area + at + 1, n * 8);
	else
		s->memmove(area + at + 1, area + at, n * 8);
	put(&area[at + (turn % 2 ? n : 0)],
	    get(&area[at + (turn % 2 ? n - 1 : 1)]) == race.old ? race.new
								: race.old);
}

/* The other thread changes what is read; what arrived is looked at here. */
static void
load_turn(const struct strategy *s, size_t at, size_t n, unsigned turn)
{
	(void)turn;
	s->memmove(other, area + at, n * 8);
	race.meetings += look(other, n);
}

/* False when a word was torn. */
static bool
repeat(const struct strategy *s, turn_fn *turn, size_t at, size_t n)
{
	atomic_store(&race.words, at + n + 1);
	for (unsigned i = 0; i < REPEATS(n); i++)
		turn(s, at, n, i);
	return !atomic_load(&race.torn);
}

/* Returns the size at which a word was torn, 0 for none. */
static size_t
repeat_all(const struct strategy *s, turn_fn *turn, size_t *at)
{
	for (*at = 0; *at < LINE_WORDS; ++*at) {
		for (size_t n = 1; n <= SMALL_WORDS; n++)
			if (!repeat(s, turn, *at, n))
				return n * 8;
		if (!repeat(s, turn, *at, LARGE_WORDS))
			return LARGE_WORDS * 8;
	}
	return 0;
}

static const struct {
	enum strategy_kind kind;
	turn_fn *turn;
	void *(*body)(void *);
	uint64_t old, new;
} cases[TEARINGS] = {
	[TEARING_CLEAR] = {STRATEGY_MEMCLR, clear_turn, watch, UINT64_MAX, 0},
	[TEARING_COPY] = {STRATEGY_MEMMOVE, move_turn, watch, OLD, NEW},
	[TEARING_SHIFT] = {STRATEGY_MEMMOVE, shift_turn, watch, OLD, NEW},
	[TEARING_LOAD] = {STRATEGY_MEMMOVE, load_turn, change, OLD, NEW},
};

const char *const bench_tearing_names[TEARINGS] = {"clear", "copy", "shift",
						   "load"};

bool
bench_tearing_concerns(enum bench_tearing what, const struct strategy *s)
{
	return cases[what].kind == s->kind;
}

void
bench_tearing_pass(const struct strategy *s, enum bench_tearing what,
		   unsigned passes, struct bench_tearing_result *r)
{
	*r = (struct bench_tearing_result){0};
	race_start(cases[what].body, cases[what].old, cases[what].new);
	for (unsigned i = 0; i < passes && r->size == 0; i++)
		r->size = repeat_all(s, cases[what].turn, &r->at);
	race_end();
	/* Seen after the last operation: of the largest. */
	if (atomic_load(&race.torn) && r->size == 0)
		r->size = LARGE_WORDS * 8;
	r->value = get(&race.torn_value);
	r->meetings = race.meetings;
}

void
bench_verify_tearing(const struct strategy *s, double until_s,
		     struct bench_verify_result *r)
{
	struct bench_tearing_result t;

	do {
		for (int i = 0; i < TEARINGS; i++) {
			if (!bench_tearing_concerns((enum bench_tearing)i, s))
				continue;
			bench_tearing_pass(s, (enum bench_tearing)i, 1, &t);
			if (t.size && r->wrong++ == 0)
				snprintf(r->first, sizeof(r->first),
					 "%s of %zu bytes, %zu words into a "
					 "line: torn word %016llx",
					 bench_tearing_names[i], t.size, t.at,
					 (unsigned long long)t.value);
		}
		r->rounds++;
	} while (bench_now_s() < until_s);
}
