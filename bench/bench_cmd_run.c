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

#include "bench_course.h"
#include "bench_share.h"
#include "bench_start.h"
#include "bench_summary.h"
#include "bench_vet.h"

struct run {
	struct bench_options options;
	char *dir;
	struct bench_topo *topo;
	struct bench_plan *plan;
	json_t *manifest; /* of the run that is resumed; NULL for a new one */
	struct bench_course course;
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
	const char *slash = o->plan ? strrchr(o->plan, '/') : NULL;
	const char *plan = slash ? slash + 1 : o->plan;
	char stamp[32];
	time_t now = time(NULL);

	strftime(stamp, sizeof(stamp), "%Y%m%d-%H%M%S", gmtime(&now));
	return bench_printf("%s/%s-%s", BENCH_RUNS, stamp,
			    plan ? plan : "flags");
}

static bool
has(const char *dir, const char *file)
{
	char *path = bench_printf("%s/%s", dir, file);
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
	int status;

	if (!m)
		return BENCH_USAGE;
	if (json_object_get(m->json, "sources")) {
		bench_manifest_free(m);
		return bench_error(BENCH_USAGE,
				   "--resume: %s: expected a run as it was "
				   "measured, found a merged one: go on with "
				   "those that it was merged from, and merge "
				   "them again",
				   r->dir);
	}
	r->manifest = json_incref(m->json);
	bench_manifest_free(m);
	seed = json_string_value(json_object_get(r->manifest, "seed"));
	r->options.seed = strtoull(seed, NULL, 10);
	status = bench_options_resume(
		&r->options, json_object_get(r->manifest, "arguments"), r->dir);
	/* Before the journal says which launch is next. */
	return status == BENCH_OK ? bench_start_claim(r->dir) : status;
}

static int
check_no_run(const char *dir)
{
	if (has(dir, "manifest.json"))
		return bench_error(BENCH_USAGE,
				   "--out=%s: holds a run already: go on with "
				   "--resume, or name another directory",
				   dir);
	/* Its blocks and this run's would be in one journal. */
	if (has(dir, "samples.jsonl"))
		return bench_error(BENCH_USAGE,
				   "--out=%s: holds samples.jsonl of a run "
				   "that has lost its manifest.json: name "
				   "another directory",
				   dir);
	return BENCH_OK;
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
	return o->resume ? load_for_resume(r) : check_no_run(r->dir);
}

/* Cells in which nobody may be measured are in the manifest, with the reasons,
 * and there is nothing to do in them. That a policy's choice is refused is what
 * is asked for. */
static int
check_any_measured(const struct bench_plan *plan)
{
	for (size_t i = 0; i < plan->n_cells; i++)
		if (!bench_plan_cell_refused(&plan->cells[i]))
			return BENCH_OK;
	if (plan->n_cells == 0 || plan->policy)
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
	status = bench_share_plan(r->plan, r->topo);
	if (status != BENCH_OK)
		return status;
	bench_plan_keep_shard(r->plan, o->shard, o->shards);
	return check_any_measured(r->plan);
}

/* This process is one launch of the run, with a layout of its own. */
static void
enter_layout(struct run *r, char **argv)
{
	struct bench_course *c = &r->course;

	if (r->options.resume)
		c->launch = bench_journal_next_launch(r->dir);
	c->layout = bench_layout_draw(r->options.seed, c->launch);
	bench_layout_enter(&c->layout, argv);
}

/* The manifest has the same cells and candidates, and what was verified of
 * them. */
static int
resume(struct run *r)
{
	const char *old =
		json_string_value(json_object_get(r->manifest, "plan_hash"));
	char hash[BENCH_CELL_ID_SIZE];

	bench_plan_hash(r->plan, hash);
	if (!old || strcmp(old, hash))
		return bench_error(BENCH_USAGE,
				   "%s: cannot resume: this program or machine "
				   "makes other cells of its plan (%s, was %s)",
				   r->dir, hash, old ? old : "none");
	return bench_vet_resume(r->plan, r->manifest, r->dir);
}

/* What the journal has already: the races go on from there. */
static int
read_done(struct run *r)
{
	struct bench_block **blocks;
	size_t n, skipped;
	int status = bench_journal_read(r->dir, &blocks, &n, &skipped);

	for (size_t i = 0; i < n; i++)
		bench_course_take(&r->course, blocks[i]);
	free(blocks);
	return status;
}

static unsigned
launches_of(const struct run *r)
{
	return bench_options_launches(&r->options, r->plan);
}

static unsigned
layouts_of(const struct run *r)
{
	return bench_options_layouts(&r->options, r->plan);
}

/* The same further down the stack. */
static int
measure_in_layout(struct bench_course *c)
{
	volatile char *space = alloca(c->layout.stack + 1);

	space[0] = 0;
	return bench_course_run(c, &interrupted);
}

static const char *
why_it_ended(const struct run *r)
{
	if (interrupted)
		return "interrupted";
	return bench_progress_out_of_time(&r->course.progress)
		       ? "the budget has ended"
		       : "all launches are made";
}

static int
say_how_it_ended(const struct run *r)
{
	size_t done = bench_course_closed(&r->course);
	size_t total = r->plan->n_cells;

	if (done == total)
		return BENCH_OK;
	/* Of a policy's witnesses: check says what was left open. */
	if (!r->plan->policy)
		fprintf(stderr,
			"framebench: %s: %zu of %zu cells are done; go on with "
			"framebench run --resume --out=%s\n",
			why_it_ended(r), done, total, r->dir);
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

static struct bench_race_rule
race_rule(const struct run *r)
{
	return (struct bench_race_rule){
		.epsilon = r->options.epsilon,
		.delta = BENCH_DELTA,
		.cells = r->plan->n_cells,
		.launches = launches_of(r),
		.layouts = layouts_of(r),
	};
}

/* Whether another launch is to go on from here. */
static bool
wants_launch(const struct run *r)
{
	bool more = layouts_of(r) > 1 || r->course.launch + 1 < launches_of(r);

	return more && !interrupted &&
	       !bench_progress_out_of_time(&r->course.progress) &&
	       bench_course_closed(&r->course) < r->plan->n_cells;
}

/* Becomes the next launch, with the time that is left. Comes back only when it
 * cannot, after a message. */
static int
launch_again(const struct run *r)
{
	double left_s = r->course.progress.deadline_s - bench_now_s();
	char *out = bench_printf("--out=%s", r->dir);
	char *budget = bench_printf("--budget=%.3fs", MAX(left_s, 0.001));
	char *argv[] = {(char *)"run", (char *)"--resume", out, budget, NULL};

	if (layouts_of(r) > 1)
		fprintf(stderr, "launch %u\n", r->course.launch + 2);
	else
		fprintf(stderr, "launch %u of %u\n", r->course.launch + 2,
			launches_of(r));
	fflush(NULL);
	/* Else it would find one CPU, the mutator's. */
	bench_topo_unbind(r->topo);
	bench_layout_start_again(argv);
	free(out);
	free(budget);
	return bench_error(BENCH_CANNOT,
			   "launch %u: expected to start /proc/self/exe, "
			   "found: %s",
			   r->course.launch + 2, strerror(errno));
}

/* Another launch is due before the cells that take longest have their share of
 * this one: twice as many as a look needs have each as much of the time. */
static double
launch_s(const struct run *r, double left_s)
{
	unsigned n = 2 * layouts_of(r);

	if (layouts_of(r) <= 1 || r->course.launch + 1 >= n)
		return left_s;
	return left_s / (n - r->course.launch);
}

static int
measure(struct run *r)
{
	struct bench_course *c = &r->course;
	struct sigaction action = {.sa_handler = interrupt};
	double budget_s =
		r->options.budget_s ? r->options.budget_s : r->plan->budget_s;
	int status;

	c->topo = r->topo;
	c->plan = r->plan;
	bench_course_begin(c, race_rule(r), r->options.uniform);
	if (r->options.resume && (status = read_done(r)))
		return status;
	sigaction(SIGINT, &action, NULL);
	sigaction(SIGTERM, &action, NULL);
	bench_progress_start(&c->progress, bench_course_closed(c),
			     r->plan->n_cells, budget_s);
	c->until_s = bench_now_s() + launch_s(r, budget_s);
	status = measure_in_layout(c);
	bench_progress_end(&c->progress);
	return status;
}

/* A place that cannot be had is found before any time is spent, and a run that
 * has been made there since the arguments were read. */
static int
claim_new(const char *dir)
{
	int status = bench_start_claim(dir);

	return status == BENCH_OK ? check_no_run(dir) : status;
}

static int
start(struct run *r)
{
	int status = claim_new(r->dir);
	json_t *verification =
		status == BENCH_OK ? bench_vet_plan(r->plan) : NULL;
	const struct bench_start start = {&r->options, r->topo, r->plan, r->dir,
					  verification};

	if (status == BENCH_OK)
		status = check_any_measured(r->plan);
	if (status == BENCH_OK)
		status = bench_start_write(&start);
	json_decref(verification);
	return status;
}

static int
run(struct run *r)
{
	int status = r->options.resume ? resume(r) : start(r);

	if (status != BENCH_OK)
		return status;
	/* A run that was killed early has none yet: made before it is read. */
	r->course.journal = bench_journal_open(r->dir);
	if (!r->course.journal)
		return BENCH_USAGE;
	status = measure(r);
	bench_journal_close(r->course.journal);
	if (status == BENCH_OK && wants_launch(r))
		status = launch_again(r);
	if (status == BENCH_OK)
		status = summarize(r);
	if (status == BENCH_OK)
		status = say_how_it_ended(r);
	return status;
}

int
bench_cmd_run(int argc, char **argv)
{
	struct run r = {.dir = NULL};
	int status = bench_options_parse(
		&r.options, argc, argv,
		"op client abi workload population phase relation strategy "
		"prestate mutators markers budget seed shard out resume strict "
		"peers epsilon uniform launches layouts");

	if (status == BENCH_OK)
		status = choose_dir(&r);
	if (status == BENCH_OK) {
		enter_layout(&r, argv);
		status = make_plan(&r);
	}
	if (status == BENCH_OK)
		status = run(&r);
	bench_course_end(&r.course);
	if (r.plan)
		bench_plan_free(r.plan);
	if (r.topo)
		bench_topo_free(r.topo);
	json_decref(r.manifest);
	free(r.dir);
	return status;
}
