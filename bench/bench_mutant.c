/* bench_mutant.c - cells, what is expected in them, and a mutant run in one */
// SPDX-License-Identifier: BSD-3-Clause
#include "bench_mutant.h"

#include <fcntl.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include "bench_verify_differential.h"

/* Of a scene. What is broken shows in the first ones; the last have the other
 * size of buffer. */
#define ROUNDS 4

/* Draws of sizes and places for a kernel; an overlap that matters is one of
 * some ten. */
#define DRAWS         2000
#define STEPPED_DRAWS 10

/* Seconds after which a mutant counts as one that never ends. */
#define PATIENCE 120

/* Exit statuses from here on are fates; below are those of sanitizers. */
#define STATUS 100

const char *const bench_fate_names[BENCH_FATES] = {
	[FATE_SURVIVED] = "survived", [FATE_LOST] = "lost",
	[FATE_WRONG] = "wrong",       [FATE_OVERSHADED] = "over-shaded",
	[FATE_CRASHED] = "crashed",   [FATE_REPORTED] = "reported",
	[FATE_HUNG] = "hung",
};

int bench_mutant_part;

const struct bench_mutant *
bench_mutant_at(size_t i)
{
	static const struct bench_mutant *const tables[] = {
		bench_mutant_barriers,   bench_mutant_types,
		bench_mutant_hooks,      bench_mutant_elisions,
		bench_mutant_safepoints, bench_mutant_collectors,
		bench_mutant_kernels};

	for (size_t t = 0; t < ARRAY_LEN(tables); t++)
		for (const struct bench_mutant *m = tables[t]; m->name; m++)
			if (i-- == 0)
				return m;
	return NULL;
}

const struct bench_mutant *
bench_mutant_find(const char *name)
{
	const struct bench_mutant *m;

	for (size_t i = 0; (m = bench_mutant_at(i)); i++)
		if (strcmp(m->name, name) == 0)
			return m;
	return NULL;
}

static bool
cell_exists(const struct bench_mutant_cell *c)
{
	if (c->client != CLIENT_RAW)
		return bench_scene_exists(c->client, c->phase);
	return c->population == POPULATION_WHITE && c->phase <= BENCH_STRADDLE;
}

bool
bench_mutant_cell_at(size_t i, struct bench_mutant_cell *cell)
{
	for (int client = 0; client < CLIENT_COUNT; client++)
		for (int phase = 0; phase < BENCH_PHASES; phase++)
			for (int p = 0; p <= POPULATION_NOSCAN; p++) {
				*cell = (struct bench_mutant_cell){
					(enum bench_client)client,
					(enum bench_phase)phase,
					(enum bench_population)p};
				if (cell_exists(cell) && i-- == 0)
					return true;
			}
	return false;
}

static bool
is_kernel(const struct bench_mutant *m)
{
	return m->strategy && m->strategy->kind != STRATEGY_BARRIER;
}

bool
bench_mutant_meets(const struct bench_mutant *m,
		   const struct bench_mutant_cell *cell)
{
	bool alone = cell->client == CLIENT_RAW;

	if (is_kernel(m))
		return alone &&
		       (cell->phase == BENCH_OFF ||
			(cell->phase == BENCH_MARK && bench_verify_can_step()));
	return !alone || (m->strategy && cell->phase == BENCH_MARK) ||
	       (m->script && cell->phase == BENCH_STRADDLE);
}

/* Whether one of the words up to `end` is this one, or "all". */
static bool
has_word(const char *at, const char *end, const char *word)
{
	while (at < end) {
		size_t n = strcspn(at, "+/:");

		if ((n == 3 && strncmp(at, "all", 3) == 0) ||
		    (n == strlen(word) && strncmp(at, word, n) == 0))
			return true;
		at += n + 1;
	}
	return false;
}

enum bench_expected
bench_mutant_expected(const struct bench_mutant *m,
		      const struct bench_mutant_cell *cell)
{
	const char *at = m->kills;

	while (*at) {
		bool either = *at == '?';
		size_t n = strcspn(at += either, " ");
		const char *slash = memchr(at, '/', n);
		const char *colon = memchr(at, ':', n);

		CHECK(slash && colon && slash < colon);
		if (has_word(at, slash, bench_client_names[cell->client]) &&
		    has_word(slash + 1, colon,
			     bench_phase_names[cell->phase]) &&
		    memchr(colon, "nmws"[cell->population],
			   n - (size_t)(colon - at)))
			return either ? EXPECT_EITHER : EXPECT_KILL;
		at += n + strspn(at + n, " ");
	}
	return EXPECT_SURVIVAL;
}

static void
run_kernel(const struct bench_mutant *m, enum bench_phase phase, uint64_t seed,
	   struct bench_verify_result *r)
{
	for (size_t i = 0;
	     phase == BENCH_MARK && i < STEPPED_DRAWS && !r->wrong; i++)
		bench_verify_steps(m->strategy, seed + i, 0, r);
	for (size_t i = 0; phase == BENCH_OFF && i < DRAWS && !r->wrong; i++)
		if (m->strategy->kind == STRATEGY_MEMCLR)
			bench_verify_memclr(m->strategy, seed + i, 0, r);
		else
			bench_verify_memmove(m->strategy, seed + i, 0, r);
}

static void
run_script(const struct bench_mutant *m, struct bench_verify_result *r)
{
	struct bench_schedule *s = bench_schedule_open(m->strategy, NULL);

	r->lost = bench_schedule_replay(s, m->script, NULL);
	bench_schedule_close(s);
}

static void
run_barrier(const struct bench_mutant *m, enum bench_phase phase, uint64_t seed,
	    struct bench_verify_result *r)
{
	if (phase == BENCH_STRADDLE) {
		run_script(m, r);
		return;
	}
	bench_verify_differential(m->strategy, seed, 0, r);
	if (!r->wrong && bench_verify_can_step())
		bench_verify_steps(m->strategy, seed, 0, r);
}

static void
run_scene(const struct bench_mutant *m, const struct bench_mutant_cell *cell,
	  uint64_t seed, struct bench_verify_result *r)
{
	struct bench_scene scene = {.client = cell->client,
				    .phase = cell->phase,
				    .population = cell->population,
				    .seed = seed,
				    .fault = m->fault,
				    .receiver_bit_lost = m->receiver_bit_lost,
				    .put_early = m->put_early};
	struct call_set set;
	char error[128];

	CHECK(call_set_parse(
		&set, "memclr=memclr_word;memmove=memmove_word;barrier=bulk1",
		error, sizeof(error)));
	if (m->strategy && m->strategy->kind == STRATEGY_BARRIER)
		set.barrier = m->strategy;
	else if (m->strategy)
		set.rules[m->strategy->kind][0].strategy = m->strategy;
	scene.set = &set;
	bench_scene_play(&scene, ROUNDS, r);
}

static enum bench_fate
fate(const struct bench_verify_result *r)
{
	if (r->lost)
		return FATE_LOST;
	if (r->wrong)
		return FATE_WRONG;
	return r->overshaded ? FATE_OVERSHADED : FATE_SURVIVED;
}

/* What a mutant says of its own end is noise. */
static void
be_quiet(void)
{
	int null = open("/dev/null", O_WRONLY);
	struct rlimit no_core = {0, 0};

	dup2(null, STDOUT_FILENO);
	dup2(null, STDERR_FILENO);
	setrlimit(RLIMIT_CORE, &no_core);
	alarm(PATIENCE);
}

static _Noreturn void
child(const struct bench_mutant *m, const struct bench_mutant_cell *cell,
      uint64_t seed)
{
	struct bench_verify_result r = {0};

	be_quiet();
	bench_mutant_part = m->part;
	if (cell->client != CLIENT_RAW)
		run_scene(m, cell, seed, &r);
	else if (is_kernel(m))
		run_kernel(m, cell->phase, seed, &r);
	else
		run_barrier(m, cell->phase, seed, &r);
	_exit(STATUS + (int)fate(&r));
}

enum bench_fate
bench_mutant_run(const struct bench_mutant *m,
		 const struct bench_mutant_cell *cell, uint64_t seed)
{
	int status;
	pid_t pid;

	fflush(NULL);
	pid = fork();
	CHECK(pid >= 0);
	if (pid == 0)
		child(m, cell, seed);
	CHECK(waitpid(pid, &status, 0) == pid);
	if (WIFSIGNALED(status))
		return WTERMSIG(status) == SIGALRM ? FATE_HUNG : FATE_CRASHED;
	if (WEXITSTATUS(status) < STATUS)
		return FATE_REPORTED;
	return (enum bench_fate)(WEXITSTATUS(status) - STATUS);
}
