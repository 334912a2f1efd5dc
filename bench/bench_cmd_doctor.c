/* bench_cmd_doctor.c - `framebench doctor`: what this machine can and cannot
 * measure or prove
 */
// SPDX-License-Identifier: BSD-3-Clause
#include <stdlib.h>

#include "bench_ceiling.h"
#include "bench_preflight.h"
#include "bench_progress.h"
#include "bench_sys.h"
#include "bench_text.h"
#include "bench_topo.h"
#include "strategy.h"

/* Of the ceilings: as long as somebody waits who has asked for a diagnosis. */
#define CEILINGS_S 3.0

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

/* Whether two are of one line: they differ in their place only. */
static bool
same_line(const struct bench_ceiling *a, const struct bench_ceiling *b)
{
	const struct bench_experiment *x = &a->cell->x, *y = &b->cell->x;

	return x->op == y->op && x->mutators == y->mutators &&
	       x->prestate.huge == y->prestate.huge;
}

/* "store on each of 2 CPUs, huge pages, GB/s:" */
static void
print_line_head(const struct bench_experiment *x)
{
	printf("can      ceilings        %s on ", x->op->name);
	if (x->mutators > 1)
		printf("each of %u CPUs", x->mutators);
	else
		printf("1 CPU");
	printf("%s, GB/s:", x->prestate.huge ? ", huge pages" : "");
}

/* " l1 101 loop_avx2" of each place that was measured, nearest first. */
static void
print_line(const struct bench_ceilings *c, size_t first)
{
	static const char *const places[] = {[PLACE_L1] = "l1",
					     [PLACE_L2] = "l2",
					     [PLACE_L3] = "l3",
					     [PLACE_DRAM] = "dram"};
	const char *before = "";

	print_line_head(&c->ceilings[first].cell->x);
	for (size_t i = first; i < c->plan->n_cells; i++) {
		const struct bench_ceiling *one = &c->ceilings[i];
		char *gb_s = bench_text_number(one->gb_s);

		if (one->loop && same_line(one, &c->ceilings[first])) {
			printf("%s %s %s %s", before,
			       places[one->cell->x.prestate.place], gb_s,
			       one->loop);
			before = ",";
		}
		free(gb_s);
	}
	putchar('\n');
}

static bool
begins_line(const struct bench_ceilings *c, size_t i)
{
	if (!c->ceilings[i].loop)
		return false;
	for (size_t k = 0; k < i; k++)
		if (c->ceilings[k].loop &&
		    same_line(&c->ceilings[k], &c->ceilings[i]))
			return false;
	return true;
}

/* A line for each operation, number of CPUs and kind of page. */
static int
print_ceilings(const struct bench_topo *topo)
{
	struct bench_ceilings *c = bench_ceilings_measure(
		topo, PLACE_DRAM, bench_now_s() + CEILINGS_S);
	size_t n = 0;

	if (!c)
		return BENCH_CANNOT;
	for (size_t i = 0; i < c->plan->n_cells; i++) {
		n += c->ceilings[i].loop != NULL;
		if (begins_line(c, i))
			print_line(c, i);
	}
	if (c->late)
		printf("unknown  ceilings        %zu of %zu were measured in "
		       "%g s: `run --op=store,copy --prestate=` measures any\n",
		       n, c->plan->n_cells, CEILINGS_S);
	bench_ceilings_free(c);
	return BENCH_OK;
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
	status = print_ceilings(topo);
	bench_topo_free(topo);
	return status ? status : bench_flush(stdout, "standard output");
}
