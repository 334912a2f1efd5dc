/* test_bench_resolve.c - where memory is placed, and what cannot be */
// SPDX-License-Identifier: BSD-3-Clause
#include "test_util.h"

#include <string.h>

#include "bench_resolve.h"

#define KIB ((size_t)1 << 10)
#define MIB ((size_t)1 << 20)

/* Caches of 32 KiB, 512 KiB and, for two CPUs, 16 MiB. */
#define CACHES                                                    \
	"synthetic:pack:1 l3:1(size=16777216) l2:2(size=524288) " \
	"l1:1(size=32768) core:1 pu:1"

static struct bench_topo *topo;

static int
load_topology(void **state)
{
	(void)state;
	return bench_topo_load(&topo, CACHES);
}

static int
free_topology(void **state)
{
	(void)state;
	bench_topo_free(topo);
	return 0;
}

/* What an experiment becomes; the reason why it cannot be goes to *why. */
static struct bench_prestate
resolve(const char *op, const char *workload, const char *word,
	enum bench_phase phase, const char **why)
{
	struct bench_workload *w = bench_workload_open(workload, 1);
	struct bench_experiment x = {.op = bench_op_find(op),
				     .phase = phase,
				     .workload = w,
				     .prestate = bench_prestate_usual};

	assert_non_null(w);
	x.client = x.op->raw ? CLIENT_RAW : CLIENT_FRAME;
	if (word)
		assert_int_equal(bench_prestate_parse(word, &x.prestate),
				 BENCH_OK);
	*why = bench_resolve(&x, topo, 0);
	bench_workload_close(w);
	return x.prestate;
}

static void
assert_word(const char *op, const char *workload, const char *word,
	    const char *want)
{
	const char *why;
	struct bench_prestate p = resolve(op, workload, word, BENCH_OFF, &why);
	char *got = bench_prestate_word(&p);

	if (why)
		fail_msg("%s: %s", want, why);
	assert_string_equal(got, want);
	free(got);
}

static void
what_is_not_said_follows(void **state)
{
	(void)state;
	assert_word("memclr", "size:64", NULL, "l1-zero");
	assert_word("memclr", "size:16384", NULL, "l1-zero");
	assert_word("memmove", "size:16384", NULL, "l2-zero");
	assert_word("memclr", "size:262144", NULL, "l2-zero");
	assert_word("memclr", "size:1048576", NULL, "l3-zero");
	assert_word("memclr", "size:33554432", NULL, "dram-zero");
	assert_word("memclr", "size:64", "data", "l1-data");
	assert_word("memclr", "size:64", "dram", "dram-zero");
	assert_word("memclr", "size:64", "refill", "l1-data+refill");
	assert_word("memclr", "size:64", "fresh+huge", "fresh+huge");
	assert_word("typedmemclr", "size:64", NULL, "l2-live");
	assert_word("typedmemclr", "size:64", "live", "l2-live");
	assert_word("typedmemclr", "size:64", "l2", "l2-live");
}

static void
a_region_fits_its_place(void **state)
{
	static const struct {
		const char *op, *word;
		size_t least, most, evict;
		bool restored;
	} rows[] = {
		{"memclr", NULL, 1, 16 * KIB, 0, false},
		{"memclr", "data", 8 * KIB, 24 * KIB, 0, true},
		{"memclr", "data+refill", 1, 16 * KIB, 0, false},
		{"memmove", "data", 1, 8 * KIB, 0, false},
		{"memclr", "l2", 256 * KIB, 384 * KIB, 0, false},
		{"memclr", "l2-data", 64 * KIB, 384 * KIB, 64 * KIB, true},
		{"memmove", "l2", 128 * KIB, 192 * KIB, 0, false},
		{"store", "l2", 256 * KIB, 384 * KIB, 64 * KIB, true},
		{"memclr", "l3", MIB, 12 * MIB, MIB, true},
		{"memclr", "dram", 64 * MIB, 256 * MIB, 0, true},
		{"memclr", "fresh", 256 * KIB, 16 * MIB, 0, true},
		{"memclr", "fresh+huge", 2 * MIB, 64 * MIB, 0, true},
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		const char *why;
		struct bench_prestate p = resolve(
			rows[i].op, "size:64", rows[i].word, BENCH_OFF, &why);

		if (why || p.region < rows[i].least ||
		    p.region > rows[i].most || p.evict != rows[i].evict ||
		    p.restored != rows[i].restored)
			fail_msg("row %zu: %s region %zu evict %zu", i,
				 why ? why : "", p.region, p.evict);
	}
}

static void
what_cannot_be_says_why(void **state)
{
	static const struct {
		const char *op, *workload, *word, *why;
		enum bench_phase phase;
	} rows[] = {
		{"memclr", "size:65536", "l1", "do not fit", BENCH_OFF},
		{"memmove", "size:1048576", "l2", "do not fit", BENCH_OFF},
		{"memclr", "size:64", "live", "no live values", BENCH_OFF},
		{"memclr", "size:64", "src=3", "no source", BENCH_OFF},
		{"memclr", "size:64", "skew=0", "no source", BENCH_OFF},
		{"memclr", "size:64", "fresh-data", "no other", BENCH_OFF},
		{"memclr", "size:64", "zero+refill", "not zero", BENCH_OFF},
		{"memmove", "size:64", "refill", "but read", BENCH_OFF},
		{"memclr", "size:64", "l2", "marking off only", BENCH_MARK},
		{"memclr", "size:64", "busy", "marking off only", BENCH_MARK},
		{"memclr", "size:64", "l3+direct", "stays as it was",
		 BENCH_OFF},
		{"store", "size:8192", "data", "begins on a line", BENCH_OFF},
		{"store", "size:8192", "plt", "begins on a line", BENCH_OFF},
		{"typedmemclr", "size:64", "l1", "on the heap", BENCH_OFF},
		{"typedmemclr", "size:64", "zero", "on the heap", BENCH_OFF},
		{"typedmemclr", "size:64", "huge", "on the heap", BENCH_OFF},
		{"typedmemclr", "size:64", "read", "on the heap", BENCH_OFF},
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		const char *why;

		resolve(rows[i].op, rows[i].workload, rows[i].word,
			rows[i].phase, &why);
		if (!why || !strstr(why, rows[i].why))
			fail_msg("row %zu: %s", i, why ? why : "can be");
	}
}

/* While marking nothing is restored: the usual pre-state is what it was. */
static void
marking_leaves_the_usual(void **state)
{
	const char *why;
	struct bench_prestate p =
		resolve("memclr", "size:262144", NULL, BENCH_MARK, &why);

	(void)state;
	assert_null(why);
	assert_int_equal(p.place, PLACE_L2);
	assert_false(p.restored);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(what_is_not_said_follows),
		cmocka_unit_test(a_region_fits_its_place),
		cmocka_unit_test(what_cannot_be_says_why),
		cmocka_unit_test(marking_leaves_the_usual),
	};

	return cmocka_run_group_tests(tests, load_topology, free_topology);
}
