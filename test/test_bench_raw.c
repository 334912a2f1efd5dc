/* test_bench_raw.c - what calls of memclr and memmove meet in each pre-state */
// SPDX-License-Identifier: BSD-3-Clause
#include "test_util.h"

#include <string.h>
#include <unistd.h>

#include "bench_raw.h"
#include "bench_resolve.h"

#define CACHES                                                   \
	"synthetic:pack:1 l3:1(size=1048576) l2:2(size=262144) " \
	"l1:1(size=32768) core:1 pu:1"

/* A fixture whose memclr and memmove are this file's. */
struct scene {
	struct bench_topo *topo;
	struct bench_workload *workload;
	struct bench_experiment x;
	struct bench_fixture f;
};

static struct {
	const struct bench_raw *raw;
	size_t calls, bytes, wrong_content, wrong_line, outside;
	const unsigned char *last;
} met;

static bool
is_data(const unsigned char *p, size_t n)
{
	for (size_t i = 0; i < n; i++)
		if (!p[i])
			return false;
	return true;
}

static bool
is_zero(const unsigned char *p, size_t n)
{
	for (size_t i = 0; i < n; i++)
		if (p[i])
			return false;
	return true;
}

static void
meet(const unsigned char *p, size_t n, bool is_dst)
{
	const struct bench_prestate *s = met.raw->state;
	size_t asked = is_dst ? s->dst : s->src;

	met.outside +=
		p < met.raw->memory || p + n > met.raw->map + met.raw->bytes;
	met.wrong_content +=
		s->content == CONTENT_DATA ? !is_data(p, n) : !is_zero(p, n);
	met.wrong_line += asked == BENCH_AS_IT_COMES
				  ? (uintptr_t)p % WORD_SIZE != 0
				  : (uintptr_t)p % BENCH_LINE != asked;
}

static void
watched_clear(void *p, size_t n)
{
	meet(p, n, true);
	met.calls++;
	met.bytes += n;
	met.last = p;
	memset(p, 0, n);
}

static void
watched_move(void *d, const void *s, size_t n)
{
	meet(s, n, false);
	meet(d, n, true);
	met.calls++;
	met.bytes += n;
	memmove(d, s, n);
}

static void
open_scene(struct scene *s, const char *op, const char *workload,
	   const char *word)
{
	*s = (struct scene){.workload =
				    bench_workload_open(workload, test_seed())};
	assert_int_equal(bench_topo_load(&s->topo, CACHES), BENCH_OK);
	s->x = (struct bench_experiment){.op = bench_op_find(op),
					 .workload = s->workload};
	assert_int_equal(bench_prestate_parse(word, &s->x.prestate), BENCH_OK);
	assert_null(bench_resolve(&s->x, s->topo, 0));
	s->f = (struct bench_fixture){.op = s->x.op,
				      .x = &s->x,
				      .memclr = watched_clear,
				      .memmove = watched_move};
	assert_int_equal(s->x.op->open(&s->f), BENCH_OK);
	memset(&met, 0, sizeof(met));
	met.raw = s->f.data;
}

static void
close_scene(struct scene *s)
{
	s->x.op->close(&s->f);
	bench_workload_close(s->workload);
	bench_topo_free(s->topo);
}

/* Two batches, the second from the middle of a lap, over more than a list. */
static void
each_call_meets_its_prestate(void **state)
{
	static const char *const rows[][3] = {
		{"memclr", "size:64", "l1"},
		{"memclr", "size:24", "data"},
		{"memclr", "go-std", "data"},
		{"memclr", "size:64", "l2-data"},
		{"memclr", "size:64", "l3-data"},
		{"memclr", "size:4096", "dram-data"},
		{"memclr", "size:64", "fresh"},
		{"memclr", "size:100", "refill"},
		{"memclr", "go-std", "refill+dst=8"},
		{"memclr", "size:64", "data+dst=17"},
		{"memclr", "go-std", "l2-data+read"},
		{"memclr", "size:8192", "data+dst=63"},
		{"memclr", "go-std", "neighbour=8"},
		{"memclr", "size:64", "direct"},
		{"memclr", "go-std", "plt"},
		{"memmove", "size:64", "data"},
		{"memmove", "go-std+period=64", "direct"},
		{"memmove", "size:64", "l2-data+dst=1+src=63"},
		{"memmove", "go-std", "l2+skew=0"},
		{"memmove", "size:16384", "l3-data"},
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		struct scene s;

		open_scene(&s, rows[i][0], rows[i][1], rows[i][2]);
		s.x.op->prepare(&s.f, 0, 700);
		s.x.op->batch(&s.f, 0, 700);
		s.x.op->prepare(&s.f, 700, 40000);
		s.x.op->batch(&s.f, 700, 40000);
		if (met.calls != 40700 || met.wrong_content || met.wrong_line ||
		    met.outside)
			fail_msg("row %zu: %zu calls, wrong: %zu contents, "
				 "%zu lines, %zu outside",
				 i, met.calls, met.wrong_content,
				 met.wrong_line, met.outside);
		close_scene(&s);
	}
}

/* Sizes, overlaps and alignments of a file, in calls that stay in the memory
 * that they have. */
static void
calls_are_as_a_file_says(void **state)
{
	char path[] = "/tmp/test_bench_raw.XXXXXX";
	static const char text[] = "0:0.1,63:0.5,256:0.4\n0:0.5,1:0.5\n"
				   "1:0.25,8:0.25,64:0.5\n";
	size_t overlaps = 0, aligned = 0, apart = 0;
	int fd = mkstemp(path);
	const struct bench_raw *r;
	struct scene s;
	char *spec = bench_printf("csv:%s", path);

	(void)state;
	assert_true(write(fd, text, sizeof(text) - 1) == sizeof(text) - 1);
	close(fd);
	open_scene(&s, "memmove", spec, "l1");
	r = s.f.data;
	for (size_t i = 0; i < r->n_calls; i++) {
		const struct bench_raw_call *c = &r->calls[i];
		size_t distance =
			c->src > c->dst ? c->src - c->dst : c->dst - c->src;

		assert_true(c->size == 0 || c->size == 63 || c->size == 256);
		assert_true(c->src + c->size <= r->bytes);
		assert_true(c->dst + c->size <= s.x.prestate.region);
		overlaps += distance < c->size;
		apart += c->src > c->dst && distance < c->size;
		aligned += c->dst % BENCH_LINE == 0;
	}
	/* 45 %, half of it either way, and 50 %. */
	assert_in_range(overlaps * 100 / r->n_calls, 40, 50);
	assert_in_range(apart * 100 / r->n_calls, 18, 27);
	assert_in_range(aligned * 100 / r->n_calls, 45, 55);
	close_scene(&s);
	unlink(path);
	free(spec);
}

/* In the time of a batch is what its calls take, not what restores. */
static void
restoring_is_not_timed(void **state)
{
	struct scene s;

	(void)state;
	open_scene(&s, "memclr", "size:64", "l2-data");
	s.x.op->batch(&s.f, 0, 10);
	assert_true(s.f.untimed_ticks > 0);
	close_scene(&s);
	open_scene(&s, "memclr", "size:64", "refill");
	s.x.op->batch(&s.f, 0, 10);
	assert_int_equal(s.f.untimed_ticks, 0);
	close_scene(&s);
}

/* Each line of the neighbour once, and the time for it is told apart. */
static void
a_neighbour_is_one_ring(void **state)
{
	const struct bench_raw_line *line;
	const struct bench_raw *r;
	struct scene s;
	size_t n = 0;

	(void)state;
	open_scene(&s, "memclr", "size:64", "neighbour=8");
	r = s.f.data;
	line = r->neighbour;
	do {
		assert_in_range(line - r->neighbour, 0, 8192 / BENCH_LINE - 1);
		line = line->next;
		n++;
	} while (line != r->neighbour && n <= 8192);
	assert_int_equal(n, 8192 / BENCH_LINE);
	s.x.op->batch(&s.f, 0, 1000);
	assert_true(s.f.neighbour_ticks > 0);
	close_scene(&s);
}

/* What is to be in memory only was touched a whole region ago. */
static void
dram_moves_on(void **state)
{
	struct scene s;
	const unsigned char *first;

	(void)state;
	open_scene(&s, "memclr", "size:64", "dram");
	s.x.op->batch(&s.f, 0, 1);
	first = met.last;
	s.x.op->batch(&s.f, 0, 1);
	assert_true(met.last > first);
	close_scene(&s);
}

/* Source and destination as far apart modulo 4 KiB as was asked for. */
static void
skew_is_what_was_asked(void **state)
{
	static const struct {
		const char *word;
		size_t skew;
	} rows[] = {{"skew=0", 0}, {"skew=4032", 4032}, {"l1", BENCH_SKEW}};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		const struct bench_raw *r;
		struct scene s;

		open_scene(&s, "memmove", "size:64", rows[i].word);
		r = s.f.data;
		assert_int_equal((r->calls[0].src - r->calls[0].dst) % 4096,
				 rows[i].skew);
		close_scene(&s);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(each_call_meets_its_prestate),
		cmocka_unit_test(calls_are_as_a_file_says),
		cmocka_unit_test(restoring_is_not_timed),
		cmocka_unit_test(a_neighbour_is_one_ring),
		cmocka_unit_test(dram_moves_on),
		cmocka_unit_test(skew_is_what_was_asked),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
