/* test_tearing.c - a word-atomic memclr or memmove never shows a torn word
 *
 * A second thread stands for the marker: while the strategy runs it looks at
 * the words that are written, or changes those that are read. A word may be
 * seen with its old or its new value; anything else was torn.
 *
 * The work is bounded by counts, not by time. Where the two threads share a CPU
 * they may never meet; how often the one changed words under the other's eyes
 * says how much a pass is worth.
 */
// SPDX-License-Identifier: BSD-3-Clause
#include <pthread.h>
#include <sched.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <string.h>

#include <cmocka.h>

#include "strategy.h"

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
	CHECK(pthread_create(&race.thread, NULL, body, NULL) == 0);
	pin(pthread_self(), 0);
	pin(race.thread, 1);
}

static void
race_end(void)
{
	atomic_store(&race.stop, true);
	CHECK(pthread_join(race.thread, NULL) == 0);
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
	s->memmove(area + at, other, n * 8);
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

struct race_case {
	const char *what;
	enum strategy_kind kind;
	turn_fn *turn;
	void *(*body)(void *);
	uint64_t old, new;
};

static void
run_one(const struct strategy *s, const struct race_case *c)
{
	size_t at, size;

	race_start(c->body, c->old, c->new);
	size = repeat_all(s, c->turn, &at);
	race_end();
	if (size > 0 || atomic_load(&race.torn))
		fail_msg("%s, %s: size %zu, %zu words into a line: torn word "
			 "%016llx",
			 s->name, c->what, size, at,
			 (unsigned long long)get(&race.torn_value));
	print_message("%s, %s: %llu changes seen, none within a word\n",
		      s->name, c->what, (unsigned long long)race.meetings);
}

static void
run_case(const struct race_case *c)
{
	for (size_t i = 0; i < strategy_count(); i++) {
		const struct strategy *s = strategy_at(i);

		if (s->kind != c->kind || s->flags & STRATEGY_FLOOR ||
		    s->atomicity == ATOMICITY_NONE)
			continue;
		if (strategy_usable(s))
			run_one(s, c);
		else
			print_message("%s: skipped, this CPU cannot run it\n",
				      s->name);
	}
}

static const struct race_case clear_case = {
	"clear", STRATEGY_MEMCLR, clear_turn, watch, UINT64_MAX, 0};
static const struct race_case copy_case = {
	"copy", STRATEGY_MEMMOVE, move_turn, watch, OLD, NEW};
static const struct race_case shift_case = {
	"shift", STRATEGY_MEMMOVE, shift_turn, watch, OLD, NEW};
static const struct race_case load_case = {
	"load", STRATEGY_MEMMOVE, load_turn, change, OLD, NEW};

static void
test_memclr_stores_whole_words(void **state)
{
	(void)state;
	run_case(&clear_case);
}

static void
test_memmove_stores_whole_words(void **state)
{
	(void)state;
	run_case(&copy_case);
}

static void
test_memmove_stores_whole_words_when_overlapping(void **state)
{
	(void)state;
	run_case(&shift_case);
}

static void
test_memmove_loads_whole_words(void **state)
{
	(void)state;
	run_case(&load_case);
}

/* The wrong ways: a byte at a time. */
RACES_WITH_MARKER static void
clear_bytes(void *ptr, size_t n)
{
	volatile unsigned char *p = ptr;

	for (size_t i = 0; i < n; i++)
		p[i] = 0;
}

RACES_WITH_MARKER static void
move_bytes(void *dst, const void *src, size_t n)
{
	volatile unsigned char *d = dst;
	const volatile unsigned char *s = src;
	bool down = (uintptr_t)dst - (uintptr_t)src < n;

	for (size_t i = 0; i < n; i++)
		d[down ? n - 1 - i : i] = s[down ? n - 1 - i : i];
}

/* A word in two halves. */
typedef uint32_t half __attribute__((may_alias));

RACES_WITH_MARKER static void
clear_halves(void *ptr, size_t n)
{
	volatile half *p = ptr;

	for (size_t i = 0; i < n / sizeof(*p); i++)
		p[i] = 0;
}

RACES_WITH_MARKER static void
move_halves(void *dst, const void *src, size_t n)
{
	volatile half *d = dst;
	const volatile half *s = src;
	bool down = (uintptr_t)dst - (uintptr_t)src < n;

	n /= sizeof(*d);
	for (size_t i = 0; i < n; i++)
		d[down ? n - 1 - i : i] = s[down ? n - 1 - i : i];
}

/* Stores of a word's size that all lie across two words. */
typedef uint64_t across __attribute__((may_alias, aligned(4)));

RACES_WITH_MARKER static void
clear_across(void *ptr, size_t n)
{
	char *p = ptr;
	size_t i;

	*(volatile half *)p = 0;
	for (i = 4; i + 8 <= n; i += 8)
		*(volatile across *)(p + i) = 0;
	*(volatile half *)(p + i) = 0;
}

/* At most this often through all sizes; the first is enough unless the other
 * thread gets no CPU. */
#define TRIES 30

static void
expect_caught(const struct strategy *s, const struct race_case *c)
{
	size_t at, size = 0;

	race_start(c->body, c->old, c->new);
	for (int i = 0; i < TRIES && size == 0; i++)
		size = repeat_all(s, c->turn, &at);
	race_end();
	if (size == 0)
		fail_msg("%s, %s: not caught, %llu changes seen", s->name,
			 c->what, (unsigned long long)race.meetings);
}

static void
test_torn_words_are_caught(void **state)
{
	static const struct strategy wrong[] = {
		{.name = "bytes", .memclr = clear_bytes, .memmove = move_bytes},
		{.name = "halves",
		 .memclr = clear_halves,
		 .memmove = move_halves},
	};
	static const struct strategy shifted = {.name = "across",
						.memclr = clear_across};

	(void)state;
	if (CPU_COUNT(&allowed) < 2) {
		print_message("skipped: one CPU, where a race is not seen\n");
		skip();
	}
	for (size_t i = 0; i < ARRAY_LEN(wrong); i++) {
		expect_caught(&wrong[i], &clear_case);
		expect_caught(&wrong[i], &copy_case);
		expect_caught(&wrong[i], &shift_case);
		expect_caught(&wrong[i], &load_case);
	}
	expect_caught(&shifted, &clear_case);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_memclr_stores_whole_words),
		cmocka_unit_test(test_memmove_stores_whole_words),
		cmocka_unit_test(
			test_memmove_stores_whole_words_when_overlapping),
		cmocka_unit_test(test_memmove_loads_whole_words),
		cmocka_unit_test(test_torn_words_are_caught),
	};

	strategy_check_all();
	CHECK(sched_getaffinity(0, sizeof(allowed), &allowed) == 0);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
