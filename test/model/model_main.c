/* model_main.c - judges the strategies named, or all: make model
 *
 * model [NAME...]. A sound strategy is searched in all bounds; a wrong one in
 * ever larger ones until it loses an object, and then its trace is shown.
 */
// SPDX-License-Identifier: BSD-3-Clause
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "model.h"

static double
now_s(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (double)t.tv_sec + (double)t.tv_nsec / 1e9;
}

/* Whether the verdict is the expected one. */
static bool
judge(const struct model_case *c)
{
	struct model_verdict v = {0};
	unsigned size;

	printf("%s: %s\n", c->name, c->summary);
	for (size = 0; size < MODEL_SIZES && !v.lost; size++) {
		double start = now_s();

		v = model_search(c, size, stdout);
		printf("  %-6s %s: %zu states, %zu steps, %s %u, %.1f s\n",
		       model_bounds[size].name, v.lost ? "LOSES" : "sound",
		       v.states, v.steps, v.lost ? "trace of" : "depth",
		       v.depth, now_s() - start);
		fflush(stdout);
	}
	if (v.lost ? v.depth == c->steps && size - 1 == c->size : !c->steps)
		return true;
	printf("  expected another verdict\n");
	return false;
}

int
main(int argc, char **argv)
{
	int status = EXIT_SUCCESS;

	for (int i = 1; i < argc; i++)
		if (!model_find(argv[i])) {
			fprintf(stderr,
				"model: '%s' names no strategy of "
				"test/model/model_strategy.c\n",
				argv[i]);
			return 2;
		}
	for (size_t i = 0; i < model_n_cases; i++) {
		bool named = argc == 1;

		for (int j = 1; j < argc; j++)
			named |= strcmp(argv[j], model_cases[i].name) == 0;
		if (named && !judge(&model_cases[i]))
			status = EXIT_FAILURE;
	}
	return status;
}
