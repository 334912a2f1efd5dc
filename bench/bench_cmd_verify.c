/* bench_cmd_verify.c - framebench verify: soundness and correctness */
// SPDX-License-Identifier: BSD-3-Clause
#include <getopt.h>
#include <stdlib.h>
#include <string.h>

#include "base_ticks.h"
#include "bench_mutant.h"
#include "bench_progress.h"
#include "bench_schedule.h"
#include "bench_verify_differential.h"
#include "bench_verify_schedule.h"
#include "bench_verify_tearing.h"

#define DEFAULT_SECONDS 10

/* All but termination, which ends the rounds of each. */
#define VERIFIED_PHASES BENCH_TERMINATION

struct verify {
	double seconds; /* for all checks together */
	uint64_t seed;
	const struct strategy **strategies;
	size_t n, n_checks;
	bool mutants; /* them instead of strategies */
	bool all;     /* strategies, and whether wrong ones are caught */
	bool unmap;   /* what is freed; or it is poisoned */
	unsigned passed, failed, bounds;
};

static bool
is_bound(const struct strategy *s)
{
	return s->flags & (STRATEGY_FLOOR | STRATEGY_UNSOUND);
}

static void
say(struct verify *v, const struct strategy *s, const char *phase,
    const struct bench_verify_result *r)
{
	bool ok = !r->lost && !r->wrong && !r->bypassed && !r->stray;

	printf("%s %s %s: %llu rounds", ok ? "PASS" : "FAIL", s->name, phase,
	       (unsigned long long)r->rounds);
	if (r->looked_at_shading)
		printf(", over-shaded %llu objects, %llu bytes",
		       (unsigned long long)r->overshaded,
		       (unsigned long long)r->overshaded_bytes);
	if (!ok)
		printf(", %llu objects lost, %llu values wrong, %llu stores "
		       "without a barrier, %llu marks on no object%s%s; "
		       "--seed=%llu",
		       (unsigned long long)r->lost,
		       (unsigned long long)r->wrong,
		       (unsigned long long)r->bypassed,
		       (unsigned long long)r->stray, *r->first ? ": " : "",
		       r->first, (unsigned long long)v->seed);
	printf("\n");
	if (ok)
		v->passed++;
	else
		v->failed++;
}

static double
share(const struct verify *v)
{
	return bench_now_s() + v->seconds / (double)v->n_checks;
}

static bool
is_word_atomic(const struct strategy *s)
{
	return s->atomicity != ATOMICITY_NONE;
}

/* A barrier's stores are the bound kernels', or as good as these. */
static bool
steps(const struct strategy *s)
{
	return (is_word_atomic(s) || s->kind == STRATEGY_BARRIER) &&
	       bench_verify_can_step();
}

static void
verify_steps(struct verify *v, const struct strategy *s)
{
	struct bench_verify_result r = {0};

	if (!steps(s))
		return;
	bench_verify_steps(s, v->seed, share(v), &r);
	say(v, s, "stepped", &r);
}

/* Against a byte loop; and where no torn word is promised, with a second thread
 * that looks, and an instruction at a time. */
static void
verify_kernel(struct verify *v, const struct strategy *s)
{
	struct bench_verify_result r = {0};

	if (s->kind == STRATEGY_MEMCLR)
		bench_verify_memclr(s, v->seed, share(v), &r);
	else
		bench_verify_memmove(s, v->seed, share(v), &r);
	say(v, s, "off", &r);
	if (is_word_atomic(s)) {
		r = (struct bench_verify_result){0};
		bench_verify_tearing(s, share(v), &r);
		say(v, s, "watched", &r);
	}
	verify_steps(v, s);
}

/* A client in a phase, with each population, again and again. */
static void
verify_scene(struct verify *v, const struct strategy *s,
	     enum bench_client client, enum bench_phase phase)
{
	struct bench_verify_result r = {0};
	double until = share(v);
	struct call_set set;
	char text[64], error[128];

	CHECK(call_set_parse(&set, "default", error, sizeof(error)));
	set.barrier = s;
	for (uint64_t i = 0; i < 4 || bench_now_s() < until; i++) {
		struct bench_scene scene = {
			.client = client,
			.phase = phase,
			.population = (enum bench_population)(i % 4),
			.set = &set,
			.seed = v->seed + i / 4};

		bench_scene_play(&scene, 2, &r);
		if (r.lost || r.wrong)
			break;
	}
	snprintf(text, sizeof(text), "%s/%s", bench_client_names[client],
		 bench_phase_names[phase]);
	say(v, s, text, &r);
}

static size_t
each_scene(struct verify *v, const struct strategy *s)
{
	size_t n = 0;

	for (int client = 0; client < CLIENT_COUNT; client++)
		for (int phase = 0; phase < BENCH_PHASES; phase++) {
			if (!bench_scene_exists((enum bench_client)client,
						(enum bench_phase)phase))
				continue;
			n++;
			if (s)
				verify_scene(v, s, (enum bench_client)client,
					     (enum bench_phase)phase);
		}
	return n;
}

/* Each hook against a loop over words; a round is a case. */
static void
verify_differential(struct verify *v, const struct strategy *s)
{
	struct bench_verify_result r = {0};

	bench_verify_differential(s, v->seed, share(v), &r);
	say(v, s, "differential", &r);
}

/* In orders of two mutators and the collector that the seed decides; a losing
 * one is shrunk and shown. */
static void
verify_schedules(struct verify *v, const struct strategy *s)
{
	struct bench_verify_result r = {0};

	bench_verify_schedule(s, v->seed, share(v), stdout, &r);
	say(v, s, "scheduled", &r);
}

static void
verify_barrier(struct verify *v, const struct strategy *s)
{
	for (int phase = 0; phase < VERIFIED_PHASES; phase++) {
		struct bench_verify_result r = {0};

		bench_verify_barrier(s, (enum bench_phase)phase, v->unmap,
				     v->seed, share(v), &r);
		say(v, s, bench_phase_names[phase], &r);
	}
	each_scene(v, s);
	verify_differential(v, s);
	verify_steps(v, s);
	verify_schedules(v, s);
}

/* How soon it shows that a barrier is unsound. */
static void
say_loss(const struct verify *v, const struct strategy *s, const char *name)
{
	static const enum bench_phase phases[] = {BENCH_MARK, BENCH_STRADDLE};

	for (size_t i = 0; i < ARRAY_LEN(phases); i++) {
		struct bench_loss loss;

		bench_verify_loss(s, phases[i], v->seed, &loss);
		printf("  %s frame/%s: ", name, bench_phase_names[phases[i]]);
		if (loss.lost)
			printf("first object lost after %.0f calls (deviation "
			       "%.0f)",
			       loss.mean, loss.deviation);
		else
			printf("no object lost");
		printf(", in %u of %u trials; %u calls a cycle\n", loss.lost,
		       loss.trials, BENCH_SCENE_CALLS);
	}
}

/* The barrier of the origin's fault is no strategy of the list. */
static void
say_origin(const struct verify *v)
{
	const char *name = "clear_raw";

	say_loss(v, bench_mutant_find(name)->strategy, name);
}

static void
verify_one(struct verify *v, const struct strategy *s)
{
	if (is_bound(s)) {
		printf("BOUND %s: promises nothing, not verified\n", s->name);
		v->bounds++;
		if (s->kind == STRATEGY_BARRIER) {
			say_loss(v, s, s->name);
			say_origin(v);
		}
	} else if (s->kind == STRATEGY_BARRIER) {
		verify_barrier(v, s);
	} else {
		verify_kernel(v, s);
	}
}

static size_t
checks_of(struct verify *v, const struct strategy *s)
{
	if (is_bound(s))
		return 0;
	if (s->kind == STRATEGY_BARRIER)
		return VERIFIED_PHASES + each_scene(v, NULL) + 2 + steps(s);
	return 1 + is_word_atomic(s) + steps(s);
}

static size_t
count_checks(struct verify *v)
{
	size_t n = 0;

	for (size_t i = 0; i < v->n; i++)
		n += checks_of(v, v->strategies[i]);
	return MAX(n, 1);
}

static void
verify_strategies(struct verify *v)
{
	v->n_checks = count_checks(v);
	for (size_t i = 0; i < v->n; i++)
		verify_one(v, v->strategies[i]);
	if (v->all)
		bench_mutant_sample(v->seed, 1, &v->passed, &v->failed);
	printf("%u bounds left out; ", v->bounds);
}

static void
add(struct verify *v, const struct strategy *s)
{
	v->strategies = bench_realloc(v->strategies,
				      (v->n + 1) * sizeof(*v->strategies));
	v->strategies[v->n++] = s;
}

/* Those named, or all that this CPU can run. */
static int
collect(struct verify *v, int argc, char **argv)
{
	for (int i = 0; i < argc; i++) {
		const struct strategy *s = strategy_find(argv[i]);

		if (!s)
			return bench_error(BENCH_USAGE,
					   "verify '%s': expected a strategy "
					   "of framebench list strategies",
					   argv[i]);
		if (!strategy_usable(s))
			return bench_error(BENCH_CANNOT,
					   "verify %s: this CPU lacks an "
					   "instruction set that it needs",
					   s->name);
		add(v, s);
	}
	v->all = argc == 0;
	for (size_t i = 0; v->all && i < strategy_count(); i++)
		if (strategy_usable(strategy_at(i)))
			add(v, strategy_at(i));
	return BENCH_OK;
}

static int
parse_number(const char *option, const char *text, double max, double *n)
{
	char *end;

	*n = strtod(text, &end);
	if (end != text && !*end && *n > 0 && *n <= max)
		return BENCH_OK;
	return bench_error(BENCH_USAGE, "--%s=%s: expected a number above 0",
			   option, text);
}

static int
parse(struct verify *v, int argc, char **argv)
{
	static const struct option options[] = {
		{"seconds", required_argument, NULL, 's'},
		{"seed", required_argument, NULL, 'r'},
		{"mutants", no_argument, NULL, 'm'},
		{"unmap", no_argument, NULL, 'u'},
		{NULL, 0, NULL, 0},
	};
	int option;
	double n;

	optind = 0;
	opterr = 0;
	while ((option = getopt_long(argc, argv, "", options, NULL)) != -1) {
		if (option == 'm')
			v->mutants = true;
		if (option == '?')
			return bench_error(BENCH_USAGE,
					   "verify: %s: expected --seconds=S, "
					   "--seed=N, --unmap or --mutants",
					   bench_refused_option(argv));
		if (option == 'u')
			v->unmap = true;
		if (option == 's' &&
		    parse_number("seconds", optarg, 1e6, &v->seconds))
			return BENCH_USAGE;
		if (option == 'r') {
			if (parse_number("seed", optarg, 9e15, &n))
				return BENCH_USAGE;
			v->seed = (uint64_t)n;
		}
	}
	return collect(v, argc - optind, argv + optind);
}

int
bench_cmd_verify(int argc, char **argv)
{
	struct verify v = {.seconds = DEFAULT_SECONDS,
			   .seed = base_ticks() & 0xffffffff};
	int status = parse(&v, argc, argv);

	if (status == BENCH_OK) {
		if (v.mutants)
			bench_mutant_matrix(v.seed, &v.passed, &v.failed);
		else
			verify_strategies(&v);
		printf("seed %llu\n", (unsigned long long)v.seed);
		printf("%u passed, %u failed\n", v.passed, v.failed);
		status = bench_flush(stdout, "standard output");
	}
	free(v.strategies);
	if (status == BENCH_OK && v.failed)
		return BENCH_FAILED;
	return status;
}
