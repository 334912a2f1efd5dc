/* bench_cmd_choose.c - framebench choose: the defaults, each with its regret */
// SPDX-License-Identifier: BSD-3-Clause
#include <getopt.h>
#include <stdlib.h>
#include <string.h>

#include "bench_coverage.h"
#include "bench_doc.h"
#include "bench_policy.h"
#include "bench_runs.h"

struct settings {
	char *const *runs;
	size_t n_runs;
	const char *incumbent;
	const char *out; /* NULL: RUN/defaults */
	double epsilon;
	struct bench_weights *weights; /* NULL: none */
	struct bench_rule rule;
};

static int
parse_require(const char *text, struct bench_rule *rule)
{
	rule->architectural = strcmp(text, "architectural") == 0;
	if (rule->architectural)
		return BENCH_OK;
	return bench_error(BENCH_USAGE,
			   "choose: --require='%s': expected architectural",
			   text);
}

static int
parse_option(int option, const char *given, struct settings *s)
{
	switch (option) {
	case 'i': s->incumbent = optarg; return BENCH_OK;
	case 'o': s->out = optarg; return BENCH_OK;
	case 'e':
		return bench_parse_percent("choose: --epsilon", optarg,
					   &s->epsilon);
	case 'm': return bench_rule_max_isa(&s->rule, optarg);
	case 'r': return parse_require(optarg, &s->rule);
	case 'w':
		bench_weights_free(s->weights);
		s->weights = bench_weights_read(optarg);
		return s->weights ? BENCH_OK : BENCH_USAGE;
	case ':':
		return bench_error(BENCH_USAGE, "choose: %s: expected a value",
				   given);
	default:
		return bench_error(BENCH_USAGE,
				   "choose: %s: expected --incumbent=, "
				   "--weights=, --epsilon=, --max-isa=, "
				   "--require= or --out=",
				   given);
	}
}

static int
parse(int argc, char **argv, struct settings *s)
{
	static const struct option options[] = {
		{"incumbent", required_argument, NULL, 'i'},
		{"epsilon", required_argument, NULL, 'e'},
		{"max-isa", required_argument, NULL, 'm'},
		{"require", required_argument, NULL, 'r'},
		{"weights", required_argument, NULL, 'w'},
		{"out", required_argument, NULL, 'o'},
		{0},
	};
	int option, status = BENCH_OK;

	optind = 0; /* glibc: start afresh, whoever has parsed before */
	while (!status &&
	       (option = getopt_long(argc, argv, ":", options, NULL)) != -1)
		status = parse_option(option, argv[MAX(optind - 1, 1)], s);
	if (status)
		return status;
	s->runs = argv + optind;
	s->n_runs = (size_t)(argc - optind);
	return bench_runs_check("choose", s->n_runs, s->out);
}

/* A name that is in no cell is a typing error, unless nobody has given it. */
static int
check_incumbent(const struct bench_incumbent *incumbent,
		const struct bench_summary *s)
{
	const char *text = bench_incumbent_text(incumbent);

	if (strcmp(text, BENCH_INCUMBENT_DEFAULT) == 0)
		return BENCH_OK;
	for (size_t i = 0; i < s->n_cells; i++)
		if (bench_incumbent_in(incumbent, &s->cells[i]))
			return BENCH_OK;
	return bench_error(BENCH_USAGE,
			   "choose: --incumbent='%s': expected a candidate of "
			   "%s, or a policy.json that names one",
			   text, s->run_dir);
}

static int
print(const struct bench_policy *policy, const char *dir)
{
	struct bench_doc *doc = bench_doc_new("framebench choose");

	bench_choice_table(policy->choice, doc);
	bench_choice_totals(policy->choice, doc);
	bench_choice_notes(policy->choice, doc);
	bench_coverage_add(doc, policy->summary, policy->options->weights);
	for (size_t i = 0; i < doc->n_items; i++)
		bench_doc_write_item(&doc->items[i], stdout);
	printf("\n%s, %s\nwrote %s/policy.h and %s/policy.json\n",
	       policy->provenance->machine, policy->provenance->date, dir, dir);
	bench_doc_free(doc);
	return bench_flush(stdout, "standard output");
}

static int
choose(const struct settings *settings, struct bench_summary *s,
       const struct bench_incumbent *incumbent)
{
	const struct bench_choose_options options = {
		incumbent, settings->epsilon, settings->weights};
	struct bench_provenance provenance =
		bench_provenance_of(s->run_dir, s->manifest);
	char *dir = settings->out ? bench_strdup(settings->out)
				  : bench_printf("%s/defaults", s->run_dir);

	bench_rule_apply(&settings->rule, s);
	struct bench_choice *choice = bench_choose(s, &options);
	struct bench_policy policy = {s, &settings->rule, &options, choice,
				      &provenance};
	int status = bench_policy_write(&policy, dir);
	if (!status)
		status = print(&policy, dir);
	bench_choice_free(choice);
	bench_provenance_free(&provenance);
	free(dir);
	return status;
}

static int
read_and_choose(const struct settings *settings,
		const struct bench_incumbent *incumbent)
{
	struct bench_summary *s =
		bench_runs_read(settings->runs, settings->n_runs);

	if (!s)
		return BENCH_USAGE;
	int status = check_incumbent(incumbent, s);
	if (!status && s->n_cells == 0)
		status = bench_error(BENCH_USAGE,
				     "choose: %s: expected at least one cell",
				     s->run_dir);
	if (!status)
		status = choose(settings, s, incumbent);
	bench_summary_free(s);
	return status;
}

int
bench_cmd_choose(int argc, char **argv)
{
	struct settings settings = {
		.incumbent = BENCH_INCUMBENT_DEFAULT,
		.epsilon = BENCH_EPSILON,
	};
	int status = parse(argc, argv, &settings);
	struct bench_incumbent *incumbent = NULL;

	if (!status) {
		incumbent = bench_incumbent_read(settings.incumbent);
		status = incumbent ? read_and_choose(&settings, incumbent)
				   : BENCH_USAGE;
	}
	if (incumbent)
		bench_incumbent_free(incumbent);
	bench_weights_free(settings.weights);
	return status;
}
