/* bench_cmd_doctor.c - `framebench doctor`: what this machine can and cannot
 * measure or prove
 */
// SPDX-License-Identifier: BSD-3-Clause
#include <stdlib.h>

#include "bench_preflight.h"
#include "bench_sys.h"
#include "bench_topo.h"
#include "strategy.h"

static void
print_preflight(const struct bench_topo *topo)
{
	json_t *findings = bench_preflight(topo, "");
	json_t *finding;
	size_t i;

	json_array_foreach (findings, i, finding) {
		const char *name, *state, *text;

		CHECK(json_unpack(finding, "{s:s, s:s, s:s}", "name", &name,
				  "state", &state, "text", &text) == 0);
		printf("%-8s %-15s %s\n", state, name, text);
	}
	json_decref(findings);
}

static void
print_relations(const struct bench_topo *topo)
{
	printf("can      relations       self");
	for (size_t i = 0; i < topo->n_classes; i++) {
		char word[BENCH_RELATION_WORD_SIZE];

		bench_relation_word(&topo->classes[i].relation, word);
		printf(" %s", word);
	}
	printf("\ncannot   relations       any other: they can be planned here "
	       "with --topology=, and run where they exist\n");
}

/* Nothing at all when there is no such strategy. */
static void
print_strategies(const char *verdict, bool usable)
{
	size_t n = 0;

	for (size_t i = 0; i < strategy_count(); i++) {
		const struct strategy *s = strategy_at(i);

		if (strategy_usable(s) != usable)
			continue;
		if (n++ == 0)
			printf("%-8s strategies     ", verdict);
		printf(" %s", s->name);
	}
	if (n > 0)
		printf("%s\n", usable ? ""
				      : ": this CPU lacks what they need, or "
					"FRAMEBENCH_DISABLE_CPU hides it");
}

/* What follows for a result, whatever the settings are. */
static void
print_claims(void)
{
	if (bench_sys_is_virtual("") != 0)
		printf("cannot   claims          for bare metal: results and "
		       "the chosen defaults say that they are of a virtual "
		       "machine\n");
	printf("cannot   claims          for machines that were not "
	       "measured: `merge` joins runs of several\n");
}

int
bench_cmd_doctor(int argc, char **argv)
{
	struct bench_topo *topo;
	int status;

	if (argc > 1)
		return bench_error(BENCH_USAGE,
				   "doctor: %s: expected no arguments",
				   argv[1]);
	status = bench_topo_load(&topo, "this");
	if (status != BENCH_OK)
		return status;
	print_preflight(topo);
	print_relations(topo);
	print_strategies("can", true);
	print_strategies("cannot", false);
	print_claims();
	bench_topo_free(topo);
	return bench_flush(stdout, "standard output");
}
