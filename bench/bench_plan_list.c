/* bench_plan_list.c - the plans by name */
// SPDX-License-Identifier: BSD-3-Clause
#include "bench_plan.h"

#include <stdlib.h>
#include <string.h>

#include "bench_list.h"
#include "bench_looks.h"
#include "bench_policy.h"
#include "bench_resolve.h"
#include "bench_witness.h"

#define MAX_SELECTIONS 16

struct plan_row {
	const char *name, *summary;
	unsigned blocks, rounds; /* 0: as the race needs them */
	unsigned launches;
	double budget_s;
	struct bench_selection selections[MAX_SELECTIONS]; /* ends with no op */
};

/* clang-format off */
static const struct plan_row plans[] = {
	{"quick", "every built operation and phase, small sizes, one layout",
	 0, 0, 1, 150,
	 {{.op = "memclr,memmove", .workload = "sizes:8-65536,go-std",
	   .phase = "off"},
	  {.op = "memclr", .workload = "size:32,size:256,size:2048,size:32768",
	   .phase = "mark"},
	  {.op = "typedmemclrpartial", .client = "frame",
	   .workload = "size:16,size:64,size:256,go-std",
	   .phase = "off,mark,straddle"},
	  {.op = "typedmemclrpartial", .client = "frame",
	   .workload = "size:64", .phase = "mark,straddle",
	   .population = "marked-cold,white-cold,noscan"},
	  {.op = "typedmemclr", .client = "slice",
	   .workload = "size:64,size:1024", .phase = "off,mark"},
	  {.op = "typedmemclr", .client = "map,map-bucket,chan",
	   .workload = "size:32", .phase = "off,mark"},
	  {.op = "typedmemmove", .client = "frame", .workload = "go-std",
	   .phase = "off,mark"},
	  {.op = "typedmemmove", .client = "append", .workload = "size:32",
	   .phase = "off,mark"},
	  {.op = "call", .client = "frame",
	   .workload = "go-std,sig:func(int, *byte, int)",
	   .phase = "off,mark"},
	  {.op = "call", .client = "frame", .workload = "go-std",
	   .phase = "sweep"},
	  {.op = "callmethod,makefunc", .client = "frame",
	   .workload = "go-std", .phase = "off,mark", .relation = "self"},
	  {.op = "call", .client = "frame",
	   .workload = "go-std-register,go-std-register-framed",
	   .phase = "mark", .relation = "self",
	   .strategy = "floor,bulk,bulk1,bulk1;pool=unaliased"},
	  {.op = "terminate", .client = "frame",
	   .workload = "size:256"}}},
	{"layouts", "the main cells of quick, in 20 launches and layouts",
	 0, 0, BENCH_LAYOUTS, 600,
	 {{.op = "memclr,memmove",
	   .workload = "size:16,size:64,size:256,size:2048,size:32768,go-std",
	   .phase = "off"},
	  {.op = "typedmemclrpartial", .client = "frame",
	   .workload = "size:64,go-std", .phase = "off,mark,straddle"},
	  {.op = "typedmemclr", .client = "slice,map,chan",
	   .workload = "size:32", .phase = "off,mark"},
	  {.op = "call", .client = "frame", .workload = "go-std",
	   .phase = "off,mark"}}},
	{"axes", "memclr and memmove in each pre-state, order of sizes and call "
	 "form; ceilings on one CPU and two",
	 0, 0, 1, 300,
	 {{.op = "memclr,memmove", .phase = "off",
	   .workload = "go-std,go-std+period=1024,go-std+period=16,go-std+run=16"},
	  {.op = "memclr", .workload = "size:64,size:512,size:4096",
	   .phase = "off",
	   .prestate = "l1,data,l2,l3,dram,dram+huge,fresh,fresh+huge,read,"
		       "refill,dst=1,dst=63,busy,direct,plt,neighbour=16"},
	  {.op = "memmove", .workload = "size:64,size:512,size:4096",
	   .phase = "off",
	   .prestate = "l1,l2,l3,dram,fresh,read,dst=1+src=63,skew=0,skew=4032,"
		       "busy,direct,plt,neighbour=16"},
	  {.op = "memclr,memmove", .workload = "size:65536", .phase = "off",
	   .prestate = "l2,l3,dram", .mutators = "1,2"},
	  {.op = "store,copy", .workload = "size:8192", .phase = "off",
	   .prestate = "l1,l1+huge", .mutators = "1,2"},
	  {.op = "store,copy", .workload = "size:65536", .phase = "off",
	   .prestate = "l2,l2+huge,l3,l3+huge,dram,dram+huge",
	   .mutators = "1,2"}}},
	{"smoke", "a cell of each kind, a few seconds, for trials and tests",
	 1, 6, 1, 20,
	 {{.op = "memclr,memmove", .workload = "size:64,go-std",
	   .phase = "off"},
	  {.op = "typedmemclrpartial,call,terminate", .client = "frame",
	   .workload = "size:32", .relation = "self"}}},
};
/* clang-format on */

const char *
bench_plan_name(size_t i)
{
	return i < ARRAY_LEN(plans) ? plans[i].name : NULL;
}

const char *
bench_plan_summary(size_t i)
{
	return i < ARRAY_LEN(plans) ? plans[i].summary : NULL;
}

/* What a plan has that is made up of flags, and one of a policy's witnesses: a
 * few seconds for each where the policy is of `quick`. */
static const struct plan_row made_up = {"flags", "", 0, 0, 1, 120, {{0}}};
static const struct plan_row witnesses = {"witnesses", "", 0, 0, 1, 120, {{0}}};

static int
check_not_narrowed(const char *path, const struct bench_selection *narrow)
{
	static const struct bench_selection none = {.op = NULL};

	if (memcmp(narrow, &none, sizeof(none)) == 0)
		return BENCH_OK;
	return bench_error(BENCH_USAGE,
			   "plan '%s': expected no --op, --strategy or other "
			   "axis: the cells of a policy are its own",
			   path);
}

static const struct plan_row *
find(const char *name)
{
	if (!name)
		return &made_up;
	if (bench_policy_is_path(name))
		return &witnesses;
	for (size_t i = 0; i < ARRAY_LEN(plans); i++)
		if (strcmp(plans[i].name, name) == 0)
			return &plans[i];
	bench_error(BENCH_USAGE,
		    "plan '%s': expected one of framebench list plans", name);
	return NULL;
}

/* A flag replaces what the plan says on its axis. */
static struct bench_selection
narrowed(const struct bench_selection *sel, const struct bench_selection *by)
{
	struct bench_selection s = *sel;

#define NARROW(axis)  \
	if (by->axis) \
	s.axis = by->axis
	NARROW(client);
	NARROW(abi);
	NARROW(workload);
	NARROW(population);
	NARROW(phase);
	NARROW(relation);
	NARROW(prestate);
	NARROW(mutators);
	NARROW(markers);
	NARROW(strategy);
#undef NARROW
	return s;
}

/* Adds a plan's selection, of the operations that are wanted. */
static int
add_narrowed(struct bench_plan *plan, const struct bench_selection *sel,
	     const struct bench_selection *narrow,
	     const struct bench_topo *topo, const char **why)
{
	struct bench_selection s = narrowed(sel, narrow);
	char *ops =
		bench_list_common(sel->op, narrow->op ? narrow->op : sel->op);
	int status = BENCH_OK;

	s.op = ops;
	if (ops)
		status = bench_plan_add(plan, &s, topo, why);
	free(ops);
	return status;
}

static int
fill(struct bench_plan *plan, const struct plan_row *row, const char *name,
     const struct bench_selection *narrow, const struct bench_topo *topo)
{
	const char *why = NULL;
	int status = BENCH_OK;

	if (row == &witnesses)
		return bench_witness_plan(plan, name, topo);
	if (row == &made_up)
		status = bench_plan_add(plan, narrow, topo, &why);
	for (size_t i = 0;
	     status == BENCH_OK && i < MAX_SELECTIONS && row->selections[i].op;
	     i++)
		status = add_narrowed(plan, &row->selections[i], narrow, topo,
				      &why);
	if (status != BENCH_OK || plan->n_cells > 0)
		return status;
	return bench_error(why == bench_resolve_too_many ? BENCH_CANNOT
							 : BENCH_USAGE,
			   "no cell can have these axes: %s",
			   why ? why : "the plan lacks the operation");
}

struct bench_plan *
bench_plan_make(const char *name, const struct bench_selection *narrow,
		uint64_t seed, const struct bench_topo *topo, int *status)
{
	const struct plan_row *row = find(name);
	struct bench_plan *plan;

	*status = row ? bench_selection_check(narrow) : BENCH_USAGE;
	if (row == &witnesses && *status == BENCH_OK)
		*status = check_not_narrowed(name, narrow);
	if (*status != BENCH_OK)
		return NULL;
	plan = bench_alloc(sizeof(*plan));
	*plan = (struct bench_plan){.name = bench_strdup(row->name),
				    .seed = seed,
				    .blocks = row->blocks,
				    .rounds = row->rounds,
				    .launches = row->launches,
				    .budget_s = row->budget_s};
	*status = fill(plan, row, name, narrow, topo);
	if (*status == BENCH_OK)
		return plan;
	bench_plan_free(plan);
	return NULL;
}
