/* bench_rule.c - what a target demands of a candidate, beyond being sound */
// SPDX-License-Identifier: BSD-3-Clause
#include "bench_rule.h"

#include <stdlib.h>
#include <string.h>

#include "base_cpu.h"
#include "bench_estimate.h"
#include "strategy.h"

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

/* What a candidate is made of, as far as a rule asks. */
struct members {
	bool known; /* every member is in the registry */
	uint64_t cpu_needs;
	enum strategy_atomicity weakest; /* of its memclr and memmove */
};

static void
add_member(struct members *m, const char *name)
{
	const struct strategy *s = strategy_find(name);

	if (!s) {
		m->known = false;
		return;
	}
	m->cpu_needs |= s->cpu_needs;
	if (s->kind != STRATEGY_BARRIER)
		m->weakest = MIN(m->weakest, s->atomicity);
}

static bool
is_setting(const char *member)
{
	return strncmp(member, "buffer=", strlen("buffer=")) == 0 ||
	       strncmp(member, "pool=", strlen("pool=")) == 0;
}

/* Reads "NAME" or "memclr=NAME;memmove=NAME;barrier=NAME;buffer=N;pool=P". */
static struct members
members_of(const char *candidate)
{
	struct members m = {true, 0, ATOMICITY_ARCHITECTURAL};
	char *copy = bench_strdup(candidate), *rest = copy;

	for (char *member; (member = strsep(&rest, ";")) != NULL;) {
		char *value = strchr(member, '=');
		if (!is_setting(member))
			add_member(&m, value ? value + 1 : member);
	}
	free(copy);
	return m;
}

unsigned
bench_rule_needs(const char *candidate)
{
	struct members m = members_of(candidate);

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
	struct members m = members_of(candidate);
	bool atomic = rule->architectural && marker_looks(cell);

	if (!m.known && (rule->excluded_cpu || atomic))
		return "not known to keep the rule: it has members that this "
		       "program does not";
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

static void
estimate_again(struct bench_summary *s, struct bench_cell_summary *cell)
{
	struct bench_block **blocks =
		bench_alloc(s->n_blocks * sizeof(*blocks));
	size_t n = 0;

	for (size_t i = 0; i < s->n_blocks; i++)
		if (strcmp(s->blocks[i]->cell, cell->cell->id) == 0)
			blocks[n++] = s->blocks[i];
	free(cell->estimates);
	bench_estimate_cell(cell, blocks, n);
	free(blocks);
}

void
bench_rule_apply(const struct bench_rule *rule, struct bench_summary *s)
{
	for (size_t i = 0; i < s->n_cells; i++)
		if (exclude(rule, &s->manifest->cells[i]))
			estimate_again(s, &s->cells[i]);
}
