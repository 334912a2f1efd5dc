/* bench_coverage.h - how much of what a run set out for is decided, how surely
 *
 * By cells, and by workload: of cells that differ in size only each weighs as
 * much as the sizes of a workload, go-std's frames by default, that its size is
 * the next for, and a cell that mixes sizes weighs 1, as all sizes of a group
 * together do. Cells without contenders are not counted.
 */
// SPDX-License-Identifier: BSD-3-Clause
#ifndef BENCH_COVERAGE_H
#define BENCH_COVERAGE_H

#include "bench_summary.h"
#include "bench_weights.h"

struct bench_coverage {
	size_t cells, outcomes[OUTCOME_COUNT];
	double weight;   /* share of the weight that is resolved */
	size_t family;   /* resolved also if all cells are to hold at once */
	size_t launches; /* fewest of a cell that was measured */
	bool by_launch;  /* they are the clusters of its intervals */
	size_t blocks, disturbed, busy; /* busy cells count them all the same */
	/* Cells with a placebo; where it differs from its baseline at 95 %, as
	 * it does not in truth; and where it is proved to be beyond epsilon. */
	size_t placebos, false_positives, beyond;
	/* How far the two are apart, a fraction: median and 90th percentile. */
	double noise, noise_high;
};

/* weights: NULL for go-std. */
struct bench_coverage bench_coverage_of(const struct bench_summary *s,
					const struct bench_weights *weights);

struct bench_doc;
/* The same in sentences, a bullet each. */
void bench_coverage_add(struct bench_doc *doc, const struct bench_summary *s,
			const struct bench_weights *weights);

/* "this layout only", or what launches say about others. From malloc. */
char *bench_coverage_layouts(const struct bench_coverage *c);

#endif
