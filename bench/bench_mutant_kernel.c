/* bench_mutant_kernel.c - memclr and memmove, wrong at an edge
 *
 * Each is the kernel by words with one thing broken, and claims what that one
 * does: nobody asks for a kernel that says of itself that it is torn.
 */
// SPDX-License-Identifier: BSD-3-Clause
#include "bench_mutant.h"
#include "kernel_access.h"

/* Upwards always, also where dst begins inside src. */
#define move_is_downwards(d, s, n) (false && move_is_downwards(d, s, n))
#define VL                         8
#define ATTRIBUTES
#define move move_upwards
#include "memmove_vector_template.h"
#undef move
#undef move_is_downwards

static void
clear(void *ptr, size_t n)
{
	strategy_find("memclr_word")->memclr(ptr, n);
}

static void
move(void *dst, const void *src, size_t n)
{
	strategy_find("memmove_word")->memmove(dst, src, n);
}

static size_t
less_a_word(size_t n)
{
	return n < WORD_SIZE ? 0 : n - WORD_SIZE;
}

static void
clear_short(void *ptr, size_t n)
{
	clear(ptr, less_a_word(n));
}

static void
clear_long(void *ptr, size_t n)
{
	clear(ptr, n + WORD_SIZE);
}

static void
clear_late(void *ptr, size_t n)
{
	clear((char *)ptr + n - less_a_word(n), less_a_word(n));
}

/* The last word by bytes. */
static void
clear_tail(void *ptr, size_t n)
{
	char *end = (char *)ptr + n;

	clear(ptr, less_a_word(n));
	for (char *p = (char *)ptr + less_a_word(n); p < end; p++)
		STORE(access_1, p, 0);
}

static void
move_short(void *dst, const void *src, size_t n)
{
	move(dst, src, less_a_word(n));
}

static void
move_long(void *dst, const void *src, size_t n)
{
	move(dst, src, n + WORD_SIZE);
}

static void
move_tail(void *dst, const void *src, size_t n)
{
	size_t most = less_a_word(n);
	char tail[2 * WORD_SIZE];

	/* First: src may overlap dst. */
	for (size_t i = most; i < n; i++)
		tail[i - most] = LOAD(access_1, (const char *)src + i);
	move(dst, src, most);
	for (size_t i = most; i < n; i++)
		STORE(access_1, (char *)dst + i, tail[i - most]);
}

/* The word at the end is loaded after the one at the start was stored. */
static void
move_ends_late(void *dst, const void *src, size_t n)
{
	if (n <= WORD_SIZE || n > 2 * WORD_SIZE) {
		move(dst, src, n);
		return;
	}
	STORE(access_8, dst, LOAD(access_8, src));
	STORE(access_8, (char *)dst + n - WORD_SIZE,
	      LOAD(access_8, (const char *)src + n - WORD_SIZE));
}

#define MEMCLR(function)                              \
	static const struct strategy function##_ = {  \
		.name = #function,                    \
		.kind = STRATEGY_MEMCLR,              \
		.atomicity = ATOMICITY_ARCHITECTURAL, \
		.memclr = function}
#define MEMMOVE(function)                             \
	static const struct strategy function##_ = {  \
		.name = #function,                    \
		.kind = STRATEGY_MEMMOVE,             \
		.atomicity = ATOMICITY_ARCHITECTURAL, \
		.memmove = function}

MEMCLR(clear_short);
MEMCLR(clear_long);
MEMCLR(clear_late);
MEMCLR(clear_tail);
MEMMOVE(move_short);
MEMMOVE(move_long);
MEMMOVE(move_tail);
MEMMOVE(move_upwards);
MEMMOVE(move_ends_late);

const struct bench_mutant bench_mutant_kernels[] = {
	{.name = "memclr_short",
	 .rule = "memclr",
	 .what = "one word short",
	 .kills = "-/off:w",
	 .strategy = &clear_short_},
	{.name = "memclr_long",
	 .rule = "memclr",
	 .what = "one word long",
	 .kills = "-/off+mark:w",
	 .strategy = &clear_long_},
	{.name = "memclr_late",
	 .rule = "memclr",
	 .what = "begins one word late",
	 .kills = "-/off:w",
	 .strategy = &clear_late_},
	{.name = "memclr_tail",
	 .rule = "I9",
	 .what = "the last word by bytes",
	 .kills = "-/mark:w",
	 .strategy = &clear_tail_},
	{.name = "memmove_short",
	 .rule = "memmove",
	 .what = "one word short",
	 .kills = "-/off:w",
	 .strategy = &move_short_},
	{.name = "memmove_long",
	 .rule = "memmove",
	 .what = "one word long",
	 .kills = "-/off+mark:w",
	 .strategy = &move_long_},
	{.name = "memmove_tail",
	 .rule = "I9",
	 .what = "the last word by bytes",
	 .kills = "-/mark:w",
	 .strategy = &move_tail_},
	{.name = "memmove_upwards",
	 .rule = "memmove",
	 .what = "copies upwards also where dst begins inside src",
	 .kills = "-/off:w",
	 .strategy = &move_upwards_},
	{.name = "memmove_ends_late",
	 .rule = "memmove",
	 .what = "loads the end after the start was stored",
	 .kills = "-/off:w",
	 .strategy = &move_ends_late_},
	{.name = NULL},
};
