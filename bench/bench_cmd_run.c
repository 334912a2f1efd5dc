/* bench_cmd_run.c - framebench run: measures a plan, block by block */
// SPDX-License-Identifier: BSD-3-Clause
#include <alloca.h>
#include <errno.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "bench_build.h"
#include "bench_hash.h"
#include "bench_machine.h"
#include "bench_options.h"
#include "bench_preflight.h"
#include "bench_progress.h"
#include "bench_sampler.h"
#include "bench_summary.h"

#define RUNS "results/runs"

struct run {
	struct bench_options options;
	char *dir;
	struct bench_topo *topo;
	struct bench_plan *plan;
	json_t *manifest; /* of the run that is resumed; NULL for a new one */
	unsigned launch;
	struct bench_layout layout;
	struct bench_journal *journal;
	struct bench_progress progress;
};

/* Set by SIGINT and SIGTERM: the block under way is finished first. */
static volatile sig_atomic_t interrupted;

static void
interrupt(int signal)
{
	(void)signal;
	interrupted = 1;
}

/* A name that sorts by time. */
static char *
default_dir(const struct bench_options *o)
{
	char stamp[32];
	time_t now = time(NULL);

	strftime(stamp, sizeof(stamp), "%Y%m%d-%H%M%S", gmtime(&now));
	return bench_printf("%s/%s-%s", RUNS, stamp,
			    o->plan ? o->plan : "flags");
}

static bool
has_manifest(const char *dir)
{
	char *path = bench_printf("%s/manifest.json", dir);
	bool exists = access(path, F_OK) == 0;

	free(path);
	return exists;
}

/* The manifest of the run to go on with; its arguments are the options. */
static int
load_for_resume(struct run *r)
{
	struct bench_manifest *m = bench_manifest_read(r->dir);
	const char *seed;

	if (!m)
		return BENCH_USAGE;
	r->manifest = json_incref(m->json);
	bench_manifest_free(m);
	seed = json_string_value(json_object_get(r->manifest, "seed"));
	r->options.seed = strtoull(seed, NULL, 10);
	return bench_options_resume(
		&r->options, json_object_get(r->manifest, "arguments"), r->dir);
}

static int
choose_dir(struct run *r)
{
	const struct bench_options *o = &r->options;

	if (o->resume && !o->out)
		return bench_error(BENCH_USAGE,
				   "--resume: expected --out=DIR, the run to "
				   "go on with");
	r->dir = o->out ? bench_strdup(o->out) : default_dir(o);
	if (o->resume)
		return load_for_resume(r);
	if (has_manifest(r->dir))
		return bench_error(BENCH_USAGE,
				   "--out=%s: holds a run already: go on with "
				   "--resume, or name another directory",
				   r->dir);
	return BENCH_OK;
}

static bool
all_refused(const struct bench_plan_cell *c)
{
	for (size_t i = 0; i < c->n_contestants; i++)
		if (c->contestants[i].standing != STANDING_REFUSED)
			return false;
	return true;
}

/* Cells in which nobody may be measured are in the manifest, with the reasons,
 * and there is nothing left to do in them. */
static int
skip_refused(struct bench_plan *plan)
{
	size_t n = 0;

	for (size_t i = 0; i < plan->n_cells; i++)
		if (all_refused(&plan->cells[i])) {
			plan->cells[i].blocks_done = plan->blocks;
			n++;
		}
	if (n == 0 || n < plan->n_cells)
		return BENCH_OK;
	return bench_error(BENCH_USAGE,
			   "no candidate may be measured in any cell: %s: %s",
			   plan->cells[0].contestants[0].label,
			   plan->cells[0].contestants[0].reason);
}

static int
make_plan(struct run *r)
{
	const struct bench_options *o = &r->options;
	int status = bench_topo_load(&r->topo, o->topology);

	if (status != BENCH_OK)
		return status;
	r->plan = bench_plan_make(o->plan, &o->selection, o->seed, r->topo,
				  &status);
	if (!r->plan)
		return status;
	bench_plan_keep_shard(r->plan, o->shard, o->shards);
	return skip_refused(r->plan);
}

static json_t *
make_manifest(const struct run *r, json_t *preflight)
{
	char hash[BENCH_CELL_ID_SIZE], *seed;
	char stamp[32];
	time_t now = time(NULL);
	json_t *m = json_object();

	bench_plan_hash(r->plan, hash);
	strftime(stamp, sizeof(stamp), "%Y-%m-%dT%H:%M:%SZ", gmtime(&now));
	seed = bench_printf("%llu", (unsigned long long)r->plan->seed);
	json_object_set_new(m, "schema", json_integer(1));
	json_object_set_new(m, "plan", json_string(r->plan->name));
	json_object_set_new(m, "plan_hash", json_string(hash));
	json_object_set_new(m, "candidates_hash", json_string(hash));
	json_object_set_new(m, "date", json_string(stamp));
	json_object_set_new(m, "seed", json_string(seed));
	json_object_set_new(m, "budget_s", json_real(r->plan->budget_s));
	json_object_set_new(m, "blocks", json_integer(r->plan->blocks));
	json_object_set_new(m, "rounds", json_integer(r->plan->rounds));
	json_object_set_new(m, "arguments", bench_options_json(&r->options));
	json_object_set_new(m, "commit", json_string(bench_build_commit));
	json_object_set_new(m, "compiler", json_string(bench_build_compiler));
	json_object_set_new(m, "flags", json_string(bench_build_flags));
	json_object_set_new(m, "machine",
			    bench_machine_fingerprint(r->topo, ""));
	json_object_set(m, "preflight", preflight);
	json_object_set_new(m, "cells", bench_plan_cells_json(r->plan));
	free(seed);
	return m;
}

/* With --strict what is not ok refuses the run. */
static int
check_preflight(const struct run *r, const json_t *preflight)
{
	int status = BENCH_OK;
	json_t *item;
	size_t i;

	json_array_foreach (preflight, i, item) {
		const char *state =
			json_string_value(json_object_get(item, "state"));

		if (r->options.strict && strcmp(state, "ok") != 0)
			status = bench_error(
				BENCH_CANNOT, "--strict: %s: %s: %s",
				json_string_value(
					json_object_get(item, "name")),
				state,
				json_string_value(
					json_object_get(item, "text")));
	}
	return status;
}

/* This process is one launch of the run, with a layout of its own. */
static void
enter_layout(struct run *r, char **argv)
{
	if (r->options.resume)
		r->launch = bench_journal_next_launch(r->dir);
	r->layout = bench_layout_draw(r->options.seed, r->launch);
	bench_layout_enter(&r->layout, argv);
}

/* results/runs/latest names the newest run of the default place. */
static void
link_latest(const char *dir)
{
	const char *name = strrchr(dir, '/');

	if (strncmp(dir, RUNS "/", sizeof(RUNS)) ||
	    name != dir + sizeof(RUNS) - 1)
		return;
	unlink(RUNS "/latest");
	if (symlink(name + 1, RUNS "/latest"))
		bench_error(BENCH_OK, RUNS "/latest: %s", strerror(errno));
}

static int
write_start(struct run *r)
{
	json_t *preflight = bench_preflight(r->topo, ""), *manifest;
	int status = check_preflight(r, preflight);
	char *path;

	if (status == BENCH_OK)
		status = bench_make_dirs(r->dir);
	if (status == BENCH_OK) {
		path = bench_printf("%s/topology.xml", r->dir);
		status = bench_topo_export_xml(r->topo, path);
		free(path);
	}
	/* Last: with it the directory is a run, and can be resumed. */
	if (status == BENCH_OK) {
		manifest = make_manifest(r, preflight);
		path = bench_printf("%s/manifest.json", r->dir);
		status = bench_write_json(path, manifest);
		free(path);
		json_decref(manifest);
	}
	if (status == BENCH_OK)
		link_latest(r->dir);
	json_decref(preflight);
	return status;
}

static struct bench_plan_cell *
find_cell(struct bench_plan *plan, const char *id)
{
	for (size_t i = 0; i < plan->n_cells; i++)
		if (strcmp(plan->cells[i].id, id) == 0)
			return &plan->cells[i];
	return NULL;
}

/* What the journal has already; blocks are numbered on from there. */
static int
read_done(struct run *r)
{
	const char *old =
		json_string_value(json_object_get(r->manifest, "plan_hash"));
	char hash[BENCH_CELL_ID_SIZE];
	struct bench_block **blocks;
	size_t n, skipped;
	int status;

	bench_plan_hash(r->plan, hash);
	if (!old || strcmp(old, hash))
		return bench_error(BENCH_USAGE,
				   "%s: cannot resume: this program or machine "
				   "makes other cells of its plan (%s, was %s)",
				   r->dir, hash, old ? old : "none");
	status = bench_journal_read(r->dir, &blocks, &n, &skipped);
	for (size_t i = 0; i < n; i++) {
		struct bench_plan_cell *c = find_cell(r->plan, blocks[i]->cell);

		if (c) {
			c->blocks_done++;
			c->iters = blocks[i]->iters;
		}
		bench_block_free(blocks[i]);
	}
	free(blocks);
	return status;
}

static size_t
blocks_done(const struct bench_plan *plan)
{
	size_t n = 0;

	for (size_t i = 0; i < plan->n_cells; i++)
		n += MIN(plan->cells[i].blocks_done, plan->blocks);
	return n;
}

static int
measure_block(struct run *r, struct bench_sampler *s, struct bench_plan_cell *c)
{
	struct bench_turn turn = {
		.launch = r->launch,
		.block = c->blocks_done,
		.round = c->blocks_done * r->plan->rounds,
		.rounds = r->plan->rounds,
		.layout = r->layout,
		.seed = bench_hash_string(r->plan->seed, c->id),
		.row = c->blocks_done * r->plan->rounds,
	};
	struct bench_block *block;
	int status = bench_sampler_block(s, c, &turn, &block);

	if (status != BENCH_OK || !block)
		return status;
	status = bench_journal_append(r->journal, block);
	bench_block_free(block);
	if (status != BENCH_OK)
		return status;
	c->blocks_done++;
	bench_progress_tick(&r->progress, c->cell.axis[AXIS_OP]);
	return BENCH_OK;
}

/* Cells in the order of the plan, which keeps those of one world together; one
 * block each, then again: a budget that ends leaves all cells alike. */
static int
measure(struct run *r)
{
	struct bench_sampler *s =
		bench_sampler_open(r->topo, r->progress.deadline_s);
	struct bench_plan *plan = r->plan;
	int status = BENCH_OK;

	for (unsigned pass = 0; pass < plan->blocks; pass++)
		for (size_t i = 0; i < plan->n_cells; i++) {
			if (plan->cells[i].blocks_done > pass)
				continue;
			if (status != BENCH_OK || interrupted ||
			    bench_progress_out_of_time(&r->progress))
				break;
			status = measure_block(r, s, &plan->cells[i]);
		}
	bench_sampler_close(s);
	return status;
}

/* The same further down the stack. */
static int
measure_in_layout(struct run *r)
{
	volatile char *space = alloca(r->layout.stack + 1);

	space[0] = 0;
	return measure(r);
}

static int
say_how_it_ended(const struct run *r)
{
	size_t done = blocks_done(r->plan);
	size_t total = r->plan->n_cells * r->plan->blocks;

	if (done == total)
		return BENCH_OK;
	fprintf(stderr,
		"framebench: %s: %zu of %zu blocks measured; go on with "
		"framebench run --resume --out=%s\n",
		interrupted ? "interrupted" : "the budget has ended", done,
		total, r->dir);
	return interrupted ? BENCH_FAILED : BENCH_OK;
}

static int
summarize(const struct run *r)
{
	struct bench_summary *s = bench_summary_read(r->dir);
	int status = s ? bench_summary_write(s) : BENCH_USAGE;

	if (s)
		bench_summary_free(s);
	if (status == BENCH_OK)
		printf("%s\n", r->dir);
	return status == BENCH_OK ? bench_flush(stdout, "standard output")
				  : status;
}

static int
run(struct run *r)
{
	const struct bench_options *o = &r->options;
	struct sigaction action = {.sa_handler = interrupt};
	int status = o->resume ? BENCH_OK : write_start(r);

	if (status != BENCH_OK)
		return status;
	/* A run that was killed early has none yet: made before it is read. */
	r->journal = bench_journal_open(r->dir);
	if (!r->journal)
		return BENCH_USAGE;
	if (o->resume && (status = read_done(r))) {
		bench_journal_close(r->journal);
		return status;
	}
	sigaction(SIGINT, &action, NULL);
	sigaction(SIGTERM, &action, NULL);
	bench_progress_start(&r->progress, blocks_done(r->plan),
			     r->plan->n_cells * r->plan->blocks,
			     o->budget_s ? o->budget_s : r->plan->budget_s);
	status = measure_in_layout(r);
	bench_progress_end(&r->progress);
	bench_journal_close(r->journal);
	if (status != BENCH_OK)
		return status;
	status = summarize(r);
	return status == BENCH_OK ? say_how_it_ended(r) : status;
}

int
bench_cmd_run(int argc, char **argv)
{
	struct run r = {.launch = 0};
	int status = bench_options_parse(
		&r.options, argc, argv,
		"op client abi workload population phase relation strategy "
		"prestate mutators markers budget seed shard out resume strict "
		"peers");

	if (status == BENCH_OK)
		status = choose_dir(&r);
	if (status == BENCH_OK) {
		enter_layout(&r, argv);
		status = make_plan(&r);
	}
	if (status == BENCH_OK)
		status = run(&r);
	if (r.plan)
		bench_plan_free(r.plan);
	if (r.topo)
		bench_topo_free(r.topo);
	json_decref(r.manifest);
	free(r.dir);
	return status;
}
