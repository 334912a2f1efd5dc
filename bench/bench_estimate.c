/* bench_estimate.c - what the blocks of one cell say about its entrants */
// SPDX-License-Identifier: BSD-3-Clause
#include "bench_estimate.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "bench_stats.h"

/* What is compared in pairs: a round of a raw op, a block of any other. */
struct rows {
	bool raw;
	size_t n;
	double *ops;   /* [n] */
	double *times; /* [entrant][n], NAN where not measured */
};

bool
bench_estimate_is_raw(const struct bench_cell *cell)
{
	const char *op = cell->axis[AXIS_OP];

	return strcmp(op, "memclr") == 0 || strcmp(op, "memmove") == 0;
}

double
bench_estimate_cost(const struct bench_cell *cell,
		    const struct bench_sample *sample)
{
	if (bench_estimate_is_raw(cell))
		return sample->ns;
	return sample->ns + (double)sample->counters[COUNTER_marker_ns];
}

static double *
row_times(const struct rows *rows, size_t entrant)
{
	return &rows->times[entrant * rows->n];
}

/* Index of the entrant of that name that may be measured, or n_estimates. */
static size_t
find_entrant(const struct bench_cell_summary *c, const char *name)
{
	const struct bench_entrant *e = c->cell->entrants;
	size_t i = 0;

	while (i < c->n_estimates && (strcmp(e[i].name, name) != 0 ||
				      e[i].standing == STANDING_REFUSED))
		i++;
	return i;
}

/* Adds a block's samples of candidate i to an entrant. */
static void
add_samples(struct bench_cell_summary *c, size_t entrant,
	    const struct bench_block *b, size_t i, struct rows *rows,
	    size_t first_row)
{
	struct bench_estimate *e = &c->estimates[entrant];
	double *times = row_times(rows, entrant) + first_row;

	for (size_t r = 0; r < b->n_rounds; r++) {
		const struct bench_sample *s =
			&BENCH_BLOCK_AT(b, samples, r, i);
		double *time = &times[rows->raw ? r : 0];
		double before = isnan(*time) ? 0 : *time;

		*time = before + bench_estimate_cost(&c->cell->cell, s);
		for (int k = 0; k < BENCH_COUNTER_COUNT; k++)
			e->counters[k] += (double)s->counters[k];
	}
	e->n += b->n_rounds;
}

/* Returns the first row after the block's own. */
static size_t
add_block(struct bench_cell_summary *c, const struct bench_block *b,
	  struct rows *rows, size_t first_row)
{
	size_t n = rows->raw ? b->n_rounds : 1;
	size_t rounds = rows->raw ? 1 : b->n_rounds;

	for (size_t row = 0; row < n; row++)
		rows->ops[first_row + row] = (double)b->iters * (double)rounds;
	for (size_t i = 0; i < b->n_candidates; i++) {
		size_t entrant = find_entrant(c, b->candidates[i]);
		if (entrant < c->n_estimates)
			add_samples(c, entrant, b, i, rows, first_row);
		else
			bench_error(BENCH_USAGE,
				    "block %u of cell %s: left out %s, which "
				    "the manifest has not or refuses there",
				    b->block, b->cell, b->candidates[i]);
	}
	return first_row + n;
}

bool
bench_estimate_uses(const struct bench_cell_summary *c,
		    const struct bench_block *b)
{
	return !b->discarded ||
	       bench_disturbance_rules(c->disturbed, c->n_blocks);
}

static void
fill_rows(struct bench_cell_summary *c, struct rows *rows)
{
	struct bench_block *const *blocks = c->blocks;
	size_t row = 0;

	rows->raw = bench_estimate_is_raw(&c->cell->cell);
	rows->n = 0;
	for (size_t i = 0; i < c->n_blocks; i++)
		if (bench_estimate_uses(c, blocks[i]))
			rows->n += rows->raw ? blocks[i]->n_rounds : 1;
	rows->ops = bench_alloc(rows->n * sizeof(double));
	rows->times = bench_alloc(c->n_estimates * rows->n * sizeof(double));
	for (size_t i = 0; i < c->n_estimates * rows->n; i++)
		rows->times[i] = NAN;
	for (size_t i = 0; i < c->n_blocks; i++)
		if (bench_estimate_uses(c, blocks[i]))
			row = add_block(c, blocks[i], rows, row);
}

static struct bench_interval
ratio(const struct rows *rows, const double *num, const double *den)
{
	return rows->raw ? bench_stats_median_ratio(num, den, rows->n)
			 : bench_stats_total_ratio(num, den, rows->n);
}

static void
estimate_value(struct bench_estimate *e, const struct rows *rows,
	       const double *times)
{
	struct bench_interval value = ratio(rows, times, rows->ops);
	double ops = 0;

	for (size_t row = 0; row < rows->n; row++)
		ops += isnan(times[row]) ? 0 : rows->ops[row];
	e->value = value.mid;
	e->lo = value.lo;
	e->hi = value.hi;
	for (int k = 0; k < BENCH_COUNTER_COUNT && ops > 0; k++)
		e->counters[k] /= ops;
}

static bool
is_measured_contender(const struct bench_cell_summary *c, size_t i)
{
	return c->cell->entrants[i].standing == STANDING_CONTENDER &&
	       c->estimates[i].n > 0;
}

/* Index of the contender with the smallest value, or n_estimates. */
static size_t
find_leader(const struct bench_cell_summary *c)
{
	size_t leader = c->n_estimates;

	for (size_t i = 0; i < c->n_estimates; i++)
		if (is_measured_contender(c, i) &&
		    (leader == c->n_estimates ||
		     c->estimates[i].value < c->estimates[leader].value))
			leader = i;
	return leader;
}

static void
compare_with_leader(struct bench_cell_summary *c, const struct rows *rows,
		    size_t leader)
{
	for (size_t i = 0; i < c->n_estimates; i++) {
		struct bench_estimate *e = &c->estimates[i];
		struct bench_interval r = ratio(rows, row_times(rows, i),
						row_times(rows, leader));
		if (e->n == 0)
			continue;
		e->ratio = r.mid;
		e->ratio_lo = r.lo;
		e->ratio_hi = r.hi;
	}
	c->leader = &c->estimates[leader];
	c->estimates[leader].ratio = 1;
	c->estimates[leader].ratio_lo = 1;
	c->estimates[leader].ratio_hi = 1;
}

static enum bench_verdict
verdict(const struct bench_cell_summary *c, size_t i)
{
	const struct bench_estimate *e = &c->estimates[i];

	switch (c->cell->entrants[i].standing) {
	case STANDING_REFUSED: return VERDICT_REFUSED;
	case STANDING_BOUND: return VERDICT_BOUND;
	case STANDING_CONTENDER: break;
	}
	if (e == c->leader)
		return VERDICT_BEST;
	if (isnan(e->ratio_lo))
		return VERDICT_UNRESOLVED;
	return e->ratio_lo > 1 ? VERDICT_SLOWER : VERDICT_TIE;
}

/* A contender's ratio to the leader is at least ratio_lo, so the leader's to it
 * is at most the inverse. Each bound fails in one run of 40 at most; that they
 * are taken together and the leader is chosen from the same data uses up less
 * than the other half of the 5 % (test_bench_estimate simulates it). */
static double
regret(const struct bench_cell_summary *c)
{
	double worst = 0;

	if (!c->leader)
		return NAN;
	for (size_t i = 0; i < c->n_estimates; i++) {
		if (!is_measured_contender(c, i))
			continue;
		if (isnan(c->estimates[i].ratio_lo))
			return NAN;
		worst = MAX(worst, 1 / c->estimates[i].ratio_lo - 1);
	}
	return worst;
}

static bool
ends_with(const char *s, const char *end)
{
	size_t n = strlen(s), m = strlen(end);

	return n >= m && strcmp(s + n - m, end) == 0;
}

/* The entrant that does none of the work: the set `floor`, or else a strategy
 * named after its kind, as memclr_floor. Its value, or NAN. */
static double
floor_value(const struct bench_cell_summary *c)
{
	double value = NAN;

	for (size_t i = 0; i < c->n_estimates; i++) {
		const struct bench_entrant *e = &c->cell->entrants[i];
		if (e->standing != STANDING_BOUND)
			continue;
		if (strcmp(e->name, "floor") == 0)
			return c->estimates[i].value;
		if (isnan(value) && ends_with(e->name, "_floor"))
			value = c->estimates[i].value;
	}
	return value;
}

static void
reset(struct bench_cell_summary *c)
{
	c->n_estimates = c->cell->n_entrants;
	c->estimates = bench_alloc(c->n_estimates * sizeof(*c->estimates));
	c->leader = NULL;
	for (size_t i = 0; i < c->n_estimates; i++)
		c->estimates[i] = (struct bench_estimate){
			.candidate = c->cell->entrants[i].name,
			.reason = c->cell->entrants[i].reason,
			.ratio = NAN,
			.ratio_lo = NAN,
			.ratio_hi = NAN,
		};
}

void
bench_estimate_cell(struct bench_cell_summary *c)
{
	struct rows rows;

	reset(c);
	c->disturbed = bench_disturbance_count(c->blocks, c->n_blocks);
	fill_rows(c, &rows);
	for (size_t i = 0; i < c->n_estimates; i++)
		estimate_value(&c->estimates[i], &rows, row_times(&rows, i));
	size_t leader = find_leader(c);
	if (leader < c->n_estimates)
		compare_with_leader(c, &rows, leader);
	double floor = floor_value(c);
	for (size_t i = 0; i < c->n_estimates; i++) {
		c->estimates[i].above_floor = c->estimates[i].value - floor;
		c->estimates[i].verdict = verdict(c, i);
	}
	c->regret = regret(c);
	free(rows.ops);
	free(rows.times);
}
