/* bench_rule.h - what a target demands of a candidate, beyond being sound
 *
 * What breaks the rule becomes a bound: it is still compared and shown, so that
 * one can see what the rule costs, but it is never chosen.
 */
// SPDX-License-Identifier: BSD-3-Clause
#ifndef BENCH_RULE_H
#define BENCH_RULE_H

#include "bench_summary.h"

struct bench_rule {
	const char *max_isa;   /* its name; NULL: none */
	uint64_t excluded_cpu; /* CPU_* bits that max_isa rules out */
	/* Where a marker looks, memclr and memmove must be word-atomic because
	 * a manual says so. */
	bool architectural;
};

/* Sets max_isa and excluded_cpu. BENCH_OK, or BENCH_USAGE after a message. */
int bench_rule_max_isa(struct bench_rule *rule, const char *name);

/* Makes bounds of the contenders that break the rule and estimates again, so
 * that leaders and regrets are those of the rest. */
void bench_rule_apply(const struct bench_rule *rule, struct bench_summary *s);

/* How many CPU features a candidate needs, all members together that the
 * operation uses; more than any does when the name is no set. */
unsigned bench_rule_needs(const char *op, const char *candidate);

#endif
