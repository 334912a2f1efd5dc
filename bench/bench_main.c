/* bench_main.c - framebench: the table of commands */
// SPDX-License-Identifier: BSD-3-Clause
#include <fcntl.h>
#include <string.h>
#include <unistd.h>

#include "bench_text.h"
#include "strategy.h"

static const struct command {
	const char *name, *usage, *summary;
	bench_command_fn *run;
} commands[] = {
	{"doctor", "", "what this machine can measure and prove",
	 bench_cmd_doctor},
	{"list",
	 "strategies|sets|workloads|clients|phases|populations|prestates|"
	 "legal|plans [--format=text|tsv|json]",
	 "what there is, a line each", bench_cmd_list},
	{"layout", "[--abi=stack|register] [FILE]",
	 "frame layouts of Go signatures", bench_cmd_layout},
	{"topo",
	 "[--topology=this|FILE.xml|synthetic:DESC] [--format=text|tsv]",
	 "what pairs of CPUs share", bench_cmd_topo},
	{"plan", "PLAN [--topology=] [--shards=N] [--print-shards]",
	 "cells and time of a plan; runs nothing", bench_cmd_plan},
	{"run",
	 "[PLAN] [--op= --client= --abi= --workload= --population= --phase= "
	 "--relation= --prestate= --mutators= --markers= --strategy=] "
	 "[--budget=TIME] "
	 "[--epsilon=PCT] [--uniform] [--launches=N] [--layouts=N] [--seed=N] "
	 "[--shard=i/N] "
	 "[--out=DIR] [--resume] [--strict]",
	 "measures", bench_cmd_run},
	{"verify",
	 "[STRATEGY...] [--seconds=S] [--seed=N] [--unmap] [--mutants]",
	 "soundness and correctness", bench_cmd_verify},
	{"selftest", "[--budget=TIME] [--trials=N] [--seed=N]",
	 "power and false positives of this machine's measurement",
	 bench_cmd_selftest},
	{"explain", "RUN --cell=ID", "everything known of one cell",
	 bench_cmd_explain},
	{"report", "RUN... [--questions] [--out=DIR]",
	 "plots, a page, and the same as text", bench_cmd_report},
	{"compare",
	 "RUN_A RUN_B [--threshold=PCT] [--different=machine,system,build,abi] "
	 "[--format=text|json]",
	 "ratios with intervals; status 1 where B is slower",
	 bench_cmd_compare},
	{"choose",
	 "RUN... [--incumbent=] [--weights=WORKLOAD] [--epsilon=PCT] "
	 "[--max-isa=] "
	 "[--require=architectural] [--out=DIR]",
	 "defaults, each with its regret bound", bench_cmd_choose},
	{"check",
	 "POLICY [--budget=TIME] [--layouts=N] [--out=DIR] "
	 "[--format=text|json]",
	 "re-measures a policy's witness cells; status 1 when it is stale",
	 bench_cmd_check},
	{"merge", "OUT RUN...", "joins shards, and machines side by side",
	 bench_cmd_merge},
	{"export", "RUN --format=csv|gbench|go", "tables for other tools",
	 bench_cmd_export},
};

/* NULL, after a message, where there is none of that name. */
static const struct command *
find(const char *name)
{
	for (size_t i = 0; i < ARRAY_LEN(commands); i++)
		if (strcmp(commands[i].name, name) == 0)
			return &commands[i];
	bench_error(BENCH_USAGE,
		    "'%s': expected a command (see framebench help)", name);
	return NULL;
}

static void
say_usage(const struct command *c)
{
	printf("  %-9s%s\n", c->name, c->summary);
	if (*c->usage)
		bench_text_wrap(stdout, "\t   ", "\t   ", c->usage, 80);
}

/* Of one command, or of all where name is NULL. */
static int
help(const char *name)
{
	const struct command *one = name ? find(name) : NULL;

	if (name && !one)
		return BENCH_USAGE;
	printf("usage: framebench %s ...\n\n", name ? name : "COMMAND");
	for (size_t i = 0; i < ARRAY_LEN(commands); i++)
		if (!one || one == &commands[i])
			say_usage(&commands[i]);
	printf("\nExit status: 0 done, 1 the thing checked does not hold, "
	       "2 bad input,\n3 this machine cannot do it.\n");
	return bench_flush(stdout, "standard output");
}

static bool
is_help_flag(const char *word)
{
	return strcmp(word, "--help") == 0 || strcmp(word, "-h") == 0;
}

/* A stream that was closed would become the next file that is opened, and
 * messages would end in a journal. Opened so that writing still fails. */
static void
occupy_streams(void)
{
	int fd;

	do
		fd = open("/dev/null", O_RDONLY);
	while (fd >= 0 && fd <= STDERR_FILENO);
	if (fd >= 0)
		close(fd);
}

int
main(int argc, char **argv)
{
	const struct command *command;

	occupy_streams();
	strategy_check_all();
	if (argc < 2)
		return bench_error(BENCH_USAGE, "expected a command (see "
						"framebench help)");
	if (strcmp(argv[1], "help") == 0 || is_help_flag(argv[1]))
		return help(argv[2]);
	command = find(argv[1]);
	if (command && argc == 3 && is_help_flag(argv[2]))
		return help(argv[1]);
	return command ? command->run(argc - 1, argv + 1) : BENCH_USAGE;
}
