/* bench_cmd_topo.c - `framebench topo`: which relations a machine's CPU pairs
 * have
 */
// SPDX-License-Identifier: BSD-3-Clause
#include <getopt.h>
#include <string.h>

#include "bench_topo.h"

static void
print_row(const char *relation, uint64_t pairs, const unsigned cpus[2])
{
	printf("%-40s %10llu  %u-%u\n", relation, (unsigned long long)pairs,
	       cpus[0], cpus[1]);
}

static void
print_text(const struct bench_topo *topo)
{
	static const struct bench_relation self = {.self = true};
	unsigned cpus[2];

	printf("%s: %zu CPU%s of %d kind%s", topo->source, topo->n_cpus,
	       topo->n_cpus == 1 ? "" : "s", topo->n_kinds,
	       topo->n_kinds == 1 ? "" : "s");
	if (topo->n_left_out > 0)
		printf("; %zu more that this process may not run on",
		       topo->n_left_out);
	printf("\n%-40s %10s  %s\n", "relation", "pairs", "representative");
	bench_topo_find(topo, &self, cpus);
	print_row("self", topo->n_cpus, cpus);
	for (size_t i = 0; i < topo->n_classes; i++) {
		char word[BENCH_RELATION_WORD_SIZE];

		bench_relation_word(&topo->classes[i].relation, word);
		print_row(word, topo->classes[i].pairs, topo->classes[i].cpus);
	}
}

/* Pairs only: self is no pair. */
static void
print_tsv(const struct bench_topo *topo)
{
	for (int level = 0; level < LEVEL_COUNT; level++)
		printf("%s\t", bench_level_names[level]);
	printf("kinds\tpairs\trepresentative\n");
	for (size_t i = 0; i < topo->n_classes; i++) {
		const struct bench_topo_class *class = &topo->classes[i];
		const int *kinds = class->relation.kinds;

		for (int level = 0; level < LEVEL_COUNT; level++)
			printf("%d\t", class->relation.shared >> level & 1);
		if (kinds[0] == BENCH_ONE_KIND)
			printf("-");
		else
			printf("%d-%d", kinds[0], kinds[1]);
		printf("\t%llu\t%u-%u\n", (unsigned long long)class->pairs,
		       class->cpus[0], class->cpus[1]);
	}
}

static int
parse_options(int argc, char **argv, const char **source, const char **format)
{
	static const struct option options[] = {
		{"topology", required_argument, NULL, 't'},
		{"format", required_argument, NULL, 'f'},
		{0},
	};
	int option;

	optind = 0; /* glibc: start anew, whoever parsed before */
	while ((option = getopt_long(argc, argv, ":", options, NULL)) != -1) {
		if (option == 't')
			*source = optarg;
		else if (option == 'f')
			*format = optarg;
		else if (option == ':')
			return bench_error(BENCH_USAGE,
					   "topo: %s: a value is missing",
					   bench_refused_option(argv));
		else
			return bench_error(BENCH_USAGE,
					   "topo: %s: expected --topology= or "
					   "--format=",
					   bench_refused_option(argv));
	}
	if (optind < argc)
		return bench_error(BENCH_USAGE,
				   "topo: %s: expected options only",
				   argv[optind]);
	if (strcmp(*format, "text") != 0 && strcmp(*format, "tsv") != 0)
		return bench_error(BENCH_USAGE,
				   "topo: --format=%s: expected text or tsv",
				   *format);
	return BENCH_OK;
}

int
bench_cmd_topo(int argc, char **argv)
{
	const char *source = "this", *format = "text";
	struct bench_topo *topo;
	int status = parse_options(argc, argv, &source, &format);

	if (status == BENCH_OK)
		status = bench_topo_load(&topo, source);
	if (status != BENCH_OK)
		return status;
	if (strcmp(format, "tsv") == 0)
		print_tsv(topo);
	else
		print_text(topo);
	bench_topo_free(topo);
	return bench_flush(stdout, "standard output");
}
