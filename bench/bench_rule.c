/* bench_rule.c - what a target demands of a candidate, beyond being sound */
// SPDX-License-Identifier: BSD-3-Clause
#include "bench_rule.h"

#include <stdlib.h>
#include <string.h>

#include "base_cpu.h"
#include "bench_estimate.h"
#include "bench_op.h"
#include "call_set.h"

#define CPU_AVX512 (CPU_AVX512F | CPU_AVX512BW | CPU_AVX512VL)

/* BMI2 came with AVX2 in every CPU that has either. What makes `rep stosb`
 * fast is no instruction set: the instruction runs everywhere. */
static const struct isa {
	const char *name;
	uint64_t excluded;
} isas[] = {
	{"sse2", CPU_AVX2 | CPU_BMI2 | CPU_AVX512},
	{"avx2", CPU_AVX512},
	{"avx512", 0},
};

int
bench_rule_max_isa(struct bench_rule *rule, const char *name)
{
	for (size_t i = 0; i < ARRAY_LEN(isas); i++) {
		if (strcmp(isas[i].name, name) == 0) {
			rule->max_isa = isas[i].name;
			rule->excluded_cpu = isas[i].excluded;
			return BENCH_OK;
		}
	}
	return bench_error(BENCH_USAGE,
			   "--max-isa='%s': expected sse2, avx2 or avx512",
			   name);
}

/* What a candidate is made of, as far as an operation uses it. */
struct members {
	bool known; /* the text names a set */
	uint64_t cpu_needs;
	enum strategy_atomicity weakest; /* of its memclr and memmove */
};

static void
add_rules(struct members *m, const struct call_rule rules[CALL_SET_RULES])
{
	for (size_t i = 0; i < CALL_SET_RULES; i++) {
		m->cpu_needs |= rules[i].strategy->cpu_needs;
		m->weakest = MIN(m->weakest, rules[i].strategy->atomicity);
		if (rules[i].max == SIZE_MAX)
			return;
	}
}

static unsigned
uses_of(const char *op)
{
	const struct bench_op *known = bench_op_find(op);

	return known ? known->uses : CALL_USES_ALL;
}

static struct members
members_of(const char *op, const char *candidate)
{
	struct members m = {true, 0, ATOMICITY_ARCHITECTURAL};
	unsigned uses = uses_of(op);
	struct call_set set;
	char why[256];

	if (!call_set_parse(&set, candidate, why, sizeof(why)))
		return (struct members){.known = false};
	for (int kind = STRATEGY_MEMCLR; kind <= STRATEGY_MEMMOVE; kind++)
		if (uses & 1u << kind)
			add_rules(&m, set.rules[kind]);
	if (uses & CALL_USES_BARRIER)
		m.cpu_needs |= set.barrier->cpu_needs;
	return m;
}

unsigned
bench_rule_needs(const char *op, const char *candidate)
{
	struct members m = members_of(op, candidate);

	return m.known ? (unsigned)__builtin_popcountll(m.cpu_needs) : 65;
}

static bool
marker_looks(const struct bench_cell *cell)
{
	const char *phase = cell->axis[AXIS_PHASE];

	return strcmp(phase, "mark") == 0 || strcmp(phase, "straddle") == 0;
}

/* Why a candidate breaks the rule in a cell; NULL when it does not. */
static const char *
breaks(const struct bench_rule *rule, const struct bench_cell *cell,
       const char *candidate)
{
	struct members m = members_of(cell->axis[AXIS_OP], candidate);
	bool atomic = rule->architectural && marker_looks(cell);

	if (!m.known && (rule->excluded_cpu || atomic))
		return "not known to keep the rule: this program has no such "
		       "set";
	if (m.cpu_needs & rule->excluded_cpu)
		return "needs instructions above --max-isa";
	if (atomic && m.weakest != ATOMICITY_ARCHITECTURAL)
		return "not word-atomic on architectural ground";
	return NULL;
}

/* Returns whether any contender of the cell became a bound. */
static bool
exclude(const struct bench_rule *rule, struct bench_manifest_cell *cell)
{
	bool changed = false;

	for (size_t i = 0; i < cell->n_entrants; i++) {
		struct bench_entrant *e = &cell->entrants[i];
		const char *reason = breaks(rule, &cell->cell, e->name);
		if (e->standing != STANDING_CONTENDER || !reason)
			continue;
		e->standing = STANDING_BOUND;
		free(e->reason);
		e->reason = bench_strdup(reason);
		changed = true;
	}
	return changed;
}

void
bench_rule_apply(const struct bench_rule *rule, struct bench_summary *s)
{
	for (size_t i = 0; i < s->n_cells; i++) {
		struct bench_cell_summary *c = &s->cells[i];
		if (!exclude(rule, &s->manifest->cells[i]))
			continue;
		free(c->estimates);
		bench_estimate_cell(c);
	}
}
