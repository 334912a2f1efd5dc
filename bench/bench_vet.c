/* bench_vet.c - candidates verified before they are measured */
// SPDX-License-Identifier: BSD-3-Clause
#include "bench_vet.h"

#include <limits.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include "bench_build.h"
#include "bench_scene.h"

/* Of a scene, so that both sizes of buffer are met; of a kernel. */
#define ROUNDS 2
#define DRAWS  50
#define STEPS  2

/* Seconds after which a candidate counts as one that never ends. */
#define PATIENCE 60

static bool
passes_kernel(const struct strategy *s, bool marking, uint64_t seed)
{
	struct bench_verify_result r = {0};

	for (uint64_t i = 0; i < DRAWS; i++)
		if (s->kind == STRATEGY_MEMCLR)
			bench_verify_memclr(s, seed + i, 0, &r);
		else
			bench_verify_memmove(s, seed + i, 0, &r);
	for (uint64_t i = 0; marking && bench_verify_can_step() && i < STEPS;
	     i++)
		bench_verify_steps(s, seed + i, 0, &r);
	return !r.wrong;
}

static bool
passes_raw(const struct bench_experiment *x, const struct call_set *set,
	   uint64_t seed)
{
	for (int kind = 0; kind < 2; kind++) {
		const struct call_rule *rule = set->rules[kind];

		if (!(x->op->uses & 1u << kind))
			continue;
		do
			if (!passes_kernel(rule->strategy,
					   bench_phase_marks(x->phase), seed))
				return false;
		while (rule++->max != SIZE_MAX);
	}
	return true;
}

static bool
passes_scene(const struct bench_experiment *x, const struct call_set *set,
	     uint64_t seed)
{
	struct bench_scene scene = {.client = x->client,
				    .phase = x->phase,
				    .population = POPULATION_WHITE,
				    .set = set,
				    .seed = seed};
	struct bench_verify_result r = {0};

	bench_scene_play(&scene, ROUNDS, &r);
	return !r.lost && !r.wrong;
}

static bool
can_vet(const struct bench_experiment *x)
{
	return x->client == CLIENT_RAW ||
	       bench_scene_exists(x->client, x->phase);
}

/* A run that is killed leaves nobody behind, who would go on measuring and hold
 * the lock of its directory (bench_start_claim). */
static void
depend_on_parent(void)
{
	prctl(PR_SET_PDEATHSIG, SIGKILL);
	close_range(STDERR_FILENO + 1, UINT_MAX, 0);
}

/* In a child, which may crash. */
static bool
passes(const struct bench_experiment *x, const struct call_set *set,
       uint64_t seed)
{
	int status;
	pid_t pid;

	fflush(NULL);
	pid = fork();
	CHECK(pid >= 0);
	if (pid == 0) {
		depend_on_parent();
		alarm(PATIENCE);
		_exit(x->client == CLIENT_RAW ? passes_raw(x, set, seed)
					      : passes_scene(x, set, seed));
	}
	CHECK(waitpid(pid, &status, 0) == pid);
	return WIFEXITED(status) && WEXITSTATUS(status) == true;
}

/* What was looked at, by candidate; op says which kernels client raw has. */
struct check {
	const char *label;
	const struct bench_experiment *x;
	bool passed;
};

struct vetting {
	struct check *checks;
	size_t n;
	uint64_t seed;
};

static bool
is_same(const struct bench_experiment *a, const struct bench_experiment *b)
{
	return a->client == b->client && a->phase == b->phase &&
	       (a->client != CLIENT_RAW || a->op == b->op);
}

static bool
vet(struct vetting *v, const struct bench_experiment *x,
    const struct bench_contestant *c)
{
	for (size_t i = 0; i < v->n; i++)
		if (is_same(v->checks[i].x, x) &&
		    strcmp(v->checks[i].label, c->label) == 0)
			return v->checks[i].passed;
	v->checks = bench_realloc(v->checks, (v->n + 1) * sizeof(*v->checks));
	v->checks[v->n] =
		(struct check){c->label, x, passes(x, &c->set, v->seed)};
	return v->checks[v->n++].passed;
}

static bool
is_first(const struct vetting *v, size_t i)
{
	for (size_t k = 0; k < i; k++)
		if (strcmp(v->checks[k].label, v->checks[i].label) == 0)
			return false;
	return true;
}

/* A candidate's checks, together. */
static json_t *
to_json(const struct vetting *v, const char *label)
{
	const struct bench_experiment *failed = NULL;
	size_t passed = 0;
	char *where;
	json_t *json;

	for (size_t i = 0; i < v->n; i++) {
		const struct check *c = &v->checks[i];

		if (strcmp(c->label, label) != 0)
			continue;
		passed += c->passed;
		if (!c->passed && !failed)
			failed = c->x;
	}
	where = failed ? bench_printf("%s/%s",
				      bench_client_names[failed->client],
				      bench_phase_names[failed->phase])
		       : bench_strdup("");
	json = json_pack("{s:s, s:I, s:s}", "name", label, "checks",
			 (json_int_t)passed, "failed", where);
	free(where);
	return json;
}

json_t *
bench_vet_plan(struct bench_plan *plan)
{
	struct vetting v = {.seed = plan->seed};
	json_t *candidates = json_array();
	char binary[BENCH_BUILD_HASH_SIZE], *seed;
	json_t *json;

	for (size_t i = 0; i < plan->n_cells; i++)
		for (size_t k = 0; k < plan->cells[i].n_contestants; k++) {
			struct bench_plan_cell *cell = &plan->cells[i];
			struct bench_contestant *c = &cell->contestants[k];

			if (c->standing != STANDING_CONTENDER || c->loop ||
			    !can_vet(&cell->x))
				continue;
			c->verified = vet(&v, &cell->x, c);
			if (c->verified)
				continue;
			c->standing = STANDING_REFUSED;
			c->reason = "failed its verification before this run";
		}
	for (size_t i = 0; i < v.n; i++)
		if (is_first(&v, i))
			json_array_append_new(candidates,
					      to_json(&v, v.checks[i].label));
	free(v.checks);
	seed = bench_printf("%llu", (unsigned long long)plan->seed);
	bench_build_hash(binary);
	json = json_pack("{s:s, s:s, s:o}", "seed", seed, "binary", binary,
			 "candidates", candidates);
	free(seed);
	return json;
}

/* Of the contestant that a manifest has in the same place. */
static void
take_over(struct bench_contestant *c, const json_t *entrant)
{
	const char *status =
		json_string_value(json_object_get(entrant, "status"));

	c->verified = json_is_true(json_object_get(entrant, "verified"));
	if (c->standing != STANDING_CONTENDER || !status ||
	    strcmp(status, bench_standing_names[STANDING_REFUSED]) != 0)
		return;
	c->standing = STANDING_REFUSED;
	c->reason = json_string_value(json_object_get(entrant, "reason"));
}

static bool
is_another(const json_t *manifest)
{
	const json_t *v = json_object_get(manifest, "verification");
	const char *then = json_string_value(json_object_get(v, "binary"));
	char now[BENCH_BUILD_HASH_SIZE];

	bench_build_hash(now);
	return then && strcmp(then, now) != 0;
}

int
bench_vet_resume(struct bench_plan *plan, const json_t *manifest,
		 const char *dir)
{
	const json_t *cells = json_object_get(manifest, "cells");

	if (is_another(manifest))
		return bench_error(
			BENCH_USAGE,
			"%s: cannot resume: expected the build of "
			"this program that has verified its "
			"candidates, of commit %s, found another, "
			"of commit %s",
			dir,
			json_string_value(json_object_get(manifest, "commit")),
			bench_build_commit);
	for (size_t i = 0; i < plan->n_cells; i++) {
		struct bench_plan_cell *cell = &plan->cells[i];
		const json_t *entrants =
			json_object_get(json_array_get(cells, i), "candidates");

		for (size_t k = 0; k < cell->n_contestants; k++)
			take_over(&cell->contestants[k],
				  json_array_get(entrants, k));
	}
	return BENCH_OK;
}
