/* bench_runs.c - what report and choose read: one run, or several as one */
// SPDX-License-Identifier: BSD-3-Clause
#include "bench_runs.h"

#include <stdlib.h>
#include <string.h>

#include "bench_merge.h"

/* Runs that a name lists; of more it says how many. */
#define NAMES 3

int
bench_runs_check(const char *command, size_t n, const char *out)
{
	if (n == 0)
		return bench_error(BENCH_USAGE,
				   "%s: expected a run directory, or several",
				   command);
	if (n > 1 && !out)
		return bench_error(BENCH_USAGE,
				   "%s: expected --out=DIR, for %zu runs",
				   command, n);
	if (out && !*out) /* else it would be the root directory */
		return bench_error(BENCH_USAGE,
				   "%s: --out='': expected a directory",
				   command);
	return BENCH_OK;
}

static const char *
last_name(const char *path)
{
	const char *slash = strrchr(path, '/');

	return slash && slash[1] ? slash + 1 : path;
}

/* "A+B", or "A+B+C and 4 more". From malloc. */
static char *
name_of(char *const *dirs, size_t n)
{
	char *name = bench_strdup(last_name(dirs[0])), *longer;

	for (size_t i = 1; i < MIN(n, NAMES); i++) {
		longer = bench_printf("%s+%s", name, last_name(dirs[i]));
		free(name);
		name = longer;
	}
	if (n <= NAMES)
		return name;
	longer = bench_printf("%s and %zu more", name, n - NAMES);
	free(name);
	return longer;
}

/* The blocks become the summary's. */
static struct bench_block **
take_blocks(struct bench_class *c)
{
	struct bench_block **blocks =
		bench_alloc(c->n_blocks * sizeof(struct bench_block *));

	for (size_t i = 0; i < c->n_blocks; i++) {
		unsigned launch = bench_merge_launch(c, &c->blocks[i]);

		blocks[i] = c->blocks[i].block;
		blocks[i]->launch = launch;
		c->blocks[i].block = NULL;
	}
	return blocks;
}

static struct bench_summary *
summarize(struct bench_class *c, const char *name)
{
	json_t *json = bench_merge_manifest(c);
	char *why = NULL;
	struct bench_manifest *m = bench_manifest_of(json, &why);
	struct bench_summary *s = NULL;

	if (m)
		s = bench_summary_of(name, m, take_blocks(c), c->n_blocks);
	else
		bench_error(BENCH_USAGE, "%s: %s", name, why);
	json_decref(json);
	free(why);
	return s;
}

static struct bench_summary *
refuse_classes(const struct bench_merge *m)
{
	bench_error(BENCH_USAGE,
		    "%s and %s: expected runs of one machine, system and "
		    "build, found %zu kinds; merge keeps them apart",
		    m->classes[0].sources[0]->dir,
		    m->classes[1].sources[0]->dir, m->n_classes);
	return NULL;
}

struct bench_summary *
bench_runs_read(char *const *dirs, size_t n)
{
	struct bench_merge m = {NULL, 0};
	struct bench_summary *s = NULL;
	int status = BENCH_OK;
	char *name;

	if (n == 1)
		return bench_summary_read(dirs[0]);
	name = name_of(dirs, n);
	for (size_t i = 0; i < n && !status; i++)
		status = bench_merge_add(&m, dirs[i]);
	if (!status)
		status = bench_merge_settle(&m);
	if (!status)
		s = m.n_classes == 1 ? summarize(&m.classes[0], name)
				     : refuse_classes(&m);
	bench_merge_free(&m);
	free(name);
	return s;
}
