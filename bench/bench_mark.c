/* bench_mark.c - the marker's rate on a graph that a Go program builds too
 *
 * bench_mark MIB [MARKERS]   a list of 32-byte objects, each with a pointer to
 *                            the next and one to a far object drawn at random;
 *                            prints objects, bytes and ns an object, marked
 *                            alone, the median of several cycles
 * bench_mark MIB small       the same with one marker on small pages only
 * bench_mark MIB lines       what the memory allows: random cache lines of so
 *                            much memory, read over as many independent chains
 *                            as pays; prints the latency and ns a line
 *
 * A program of its own for scripts/bench-mark.sh, which compares it with Go.
 */
// SPDX-License-Identifier: BSD-3-Clause
#include <stdlib.h>
#include <string.h>

#include "base_page.h"
#include "base_random.h"
#include "bench_progress.h"
#include "gc.h"

/* The same numbers in bench/data/mark.go, which draws the same graph. */
#define SEED   1
#define CYCLES 7

struct node {
	struct node *next, *far;
	uintptr_t a, b;
};

static const uint8_t two_pointers[16] = {3};
static const struct gc_type node_type = {32, 16, two_pointers};

static void
build(struct gc_mutator *mut, size_t n, void **head)
{
	struct node **nodes = bench_alloc(n * sizeof(*nodes));
	struct base_random r = {SEED};

	for (size_t i = 0; i < n; i++) {
		nodes[i] = gc_alloc(mut, &node_type, 1);
		CHECK(nodes[i]);
		if (i)
			nodes[i - 1]->next = nodes[i];
	}
	for (size_t i = 0; i < n; i++)
		nodes[i]->far = nodes[base_random_below(&r, n)];
	*head = nodes[0];
	free(nodes);
}

/* The time of a whole drain over its objects; with several markers, wall time:
 * the mutator does nothing else than wait. */
static double
mark_once(struct gc *gc, struct gc_mutator *mut, unsigned markers)
{
	struct gc_stats before, after;
	double start;

	gc_get_stats(gc, &before);
	start = bench_now_s();
	gc_cycle_start(gc, mut);
	gc_leave(mut);
	gc_mark_finish(gc, NULL);
	start = bench_now_s() - start;
	gc_enter(mut);
	gc_cycle_finish(gc, mut);
	gc_get_stats(gc, &after);
	if (markers == 1)
		return (double)(after.mark_cpu_ns - before.mark_cpu_ns) /
		       (double)(after.total_scanned - before.total_scanned);
	return start * 1e9 /
	       (double)(after.total_scanned - before.total_scanned);
}

static int
by_value(const void *a, const void *b)
{
	double x = *(const double *)a, y = *(const double *)b;

	return (x > y) - (x < y);
}

static void
mark(size_t mib, unsigned markers, bool huge)
{
	size_t n = (mib << 20) / sizeof(struct node);
	struct gc_config config = {.heap_limit = (mib + 64) << 20,
				   .buffer_words = 512,
				   .markers = markers,
				   .huge_pages = huge};
	struct gc *gc = gc_create(&config);
	struct gc_mutator *mut = gc_attach(gc);
	void *head;
	struct gc_root root = {&head, 1, NULL, NULL};
	struct gc_stats stats;
	double ns[CYCLES];

	build(mut, n, &head);
	gc_push_root(mut, &root);
	for (size_t i = 0; i < CYCLES; i++)
		ns[i] = mark_once(gc, mut, markers);
	qsort(ns, CYCLES, sizeof(*ns), by_value);
	gc_get_stats(gc, &stats);
	printf("%llu %llu %.1f\n", (unsigned long long)stats.marked,
	       (unsigned long long)(stats.marked * sizeof(struct node)),
	       ns[CYCLES / 2]);
	gc_pop_root(mut, &root);
	gc_detach(mut);
	gc_destroy(gc);
}

/* One random cycle through all lines (Sattolo's algorithm), each line's first
 * word the index of the next. */
static uint64_t *
make_cycle(size_t n_lines)
{
	struct base_random r = {SEED};
	size_t bytes = ALIGN_UP(n_lines * 64, BASE_PAGE_HUGE_SIZE);
	uint64_t *lines = base_page_alloc(bytes, BASE_PAGE_HUGE);

	CHECK(lines);
	for (size_t i = 0; i < n_lines; i++)
		lines[i * 8] = i;
	for (size_t i = n_lines - 1; i > 0; i--) {
		size_t k = base_random_below(&r, i);
		uint64_t t = lines[i * 8];

		lines[i * 8] = lines[k * 8];
		lines[k * 8] = t;
	}
	return lines;
}

#define MAX_CHAINS 32
#define STEPS      200000

static double
chase(const uint64_t *lines, size_t n_lines, size_t chains)
{
	uint64_t at[MAX_CHAINS];
	double start;

	for (size_t c = 0; c < chains; c++)
		at[c] = c * (n_lines / chains);
	start = bench_now_s();
	for (size_t i = 0; i < STEPS; i++)
		for (size_t c = 0; c < chains; c++)
			at[c] = lines[at[c] * 8];
	start = bench_now_s() - start;
	for (size_t c = 0; c < chains; c++)
		__asm__ volatile("" : : "r"(at[c]));
	return start * 1e9 / (double)(STEPS * chains);
}

/* Latency alone, and the best over numbers of chains: lines in flight are
 * their quotient. */
static void
lines(size_t mib)
{
	size_t n_lines = (mib << 20) / 64;
	uint64_t *memory = make_cycle(n_lines);
	double latency = chase(memory, n_lines, 1), best = latency;

	for (size_t chains = 2; chains <= MAX_CHAINS; chains++)
		best = MIN(best, chase(memory, n_lines, chains));
	printf("%.1f %.2f\n", latency, best);
	base_page_free(memory, ALIGN_UP(n_lines * 64, BASE_PAGE_HUGE_SIZE));
}

int
main(int argc, char **argv)
{
	size_t mib = argc > 1 ? strtoul(argv[1], NULL, 10) : 0;
	const char *what = argc > 2 ? argv[2] : "1";
	bool small = strcmp(what, "small") == 0;
	unsigned long markers = small ? 1 : strtoul(what, NULL, 10);

	if (mib < 1 || mib > 16384)
		return bench_error(BENCH_USAGE,
				   "bench_mark: expected MIB from 1 to 16384");
	if (strcmp(what, "lines") == 0)
		lines(mib);
	else if (markers >= 1 && markers <= 64)
		mark(mib, (unsigned)markers, !small);
	else
		return bench_error(BENCH_USAGE,
				   "bench_mark %s: expected 1 to 64 markers, "
				   "small or lines",
				   what);
	return bench_flush(stdout, "standard output");
}
