/* bench_policy.h - the defaults as files: policy.json and policy.h
 *
 * Both say the same. policy.json has the evidence of every row; its schema is
 * results/schema/policy.schema.json. policy.h is C11 and C++ and compiles by
 * itself: thresholds as macros, and a table. The same run and options make the
 * same bytes.
 */
// SPDX-License-Identifier: BSD-3-Clause
#ifndef BENCH_POLICY_H
#define BENCH_POLICY_H

#include "bench_choose.h"
#include "bench_provenance.h"
#include "bench_rule.h"

#define BENCH_POLICY_SCHEMA 1

/* What a policy rests on. */
struct bench_policy {
	const struct bench_summary *summary;
	const struct bench_rule *rule;
	const struct bench_choose_options *options;
	const struct bench_choice *choice;
	const struct bench_provenance *provenance;
};

json_t *bench_policy_json(const struct bench_policy *policy);
void bench_policy_header(const struct bench_policy *policy, FILE *f);

/* Writes DIR/policy.json and DIR/policy.h, creating DIR: both or, but for a
 * failure between two renames, none. BENCH_OK, or a status after a message. */
int bench_policy_write(const struct bench_policy *policy, const char *dir);

/* Whether a word is a policy's path by its end, and no name of a plan or a
 * strategy. */
bool bench_policy_is_path(const char *word);
/* A policy.json that choose has written; NULL after a message. */
json_t *bench_policy_read(const char *path);
/* What it chose for a cell; NULL when it says nothing about it. */
const char *bench_policy_lookup(const json_t *policy,
				const struct bench_cell *cell);

/* The largest size of a band in a policy: the last that was measured in it, and
 * SIZE_MAX where no band follows. */
size_t bench_policy_max_size(const struct bench_choice *choice, size_t band);

#endif
