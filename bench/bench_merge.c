/* bench_merge.c - the blocks of several runs put in one order */
// SPDX-License-Identifier: BSD-3-Clause
#include "bench_merge.h"

#include <stdlib.h>
#include <string.h>

static int
compare_sources(const void *a, const void *b)
{
	const struct bench_source *const *x = a, *const *y = b;

	return strcmp((*x)->key, (*y)->key);
}

/* By cell, number and content: what is twice stands side by side. */
static int
compare_content(const void *a, const void *b)
{
	const struct bench_source_block *x = a, *y = b;
	int order = strcmp(x->block->cell, y->block->cell);

	if (order == 0)
		order = strcmp(x->text, y->text);
	return order ? order : strcmp(x->source->key, y->source->key);
}

/* As they were measured: by source and launch, and in each cell by number. */
static int
compare_place(const void *a, const void *b)
{
	const struct bench_source_block *x = a, *y = b;
	int order = strcmp(x->source->key, y->source->key);

	if (order == 0 && x->block->launch != y->block->launch)
		order = x->block->launch < y->block->launch ? -1 : 1;
	if (order == 0 && x->block->block != y->block->block)
		order = x->block->block < y->block->block ? -1 : 1;
	return order ? order : strcmp(x->block->cell, y->block->cell);
}

static void
free_block(struct bench_source_block *b)
{
	free(b->text);
	bench_block_free(b->block);
}

/* The same times in two sources were not measured twice. */
static int
blame_copy(const struct bench_source_block *a,
	   const struct bench_source_block *b)
{
	return bench_error(BENCH_USAGE,
			   "merge: %s and %s: expected the same manifest, for "
			   "block %u of cell %s is the same in both",
			   a->source->dir, b->source->dir, b->block->block,
			   b->block->cell);
}

/* Leaves each block of a source once. */
static int
drop_copies(struct bench_class *c)
{
	size_t kept = 0;
	int status = BENCH_OK;

	qsort(c->blocks, c->n_blocks, sizeof(*c->blocks), compare_content);
	for (size_t i = 0; i < c->n_blocks; i++) {
		struct bench_source_block *b = &c->blocks[i];
		bool copy = kept > 0 &&
			    strcmp(c->blocks[kept - 1].text, b->text) == 0;
		if (copy && c->blocks[kept - 1].source == b->source) {
			free_block(b);
			continue;
		}
		if (copy && !status)
			status = blame_copy(&c->blocks[kept - 1], b);
		c->blocks[kept++] = *b;
	}
	c->n_blocks = kept;
	return status;
}

static int
check_places(const struct bench_class *c)
{
	for (size_t i = 1; i < c->n_blocks; i++) {
		const struct bench_source_block *b = &c->blocks[i];
		if (compare_place(b - 1, b) == 0)
			return bench_error(
				BENCH_USAGE,
				"merge: two copies of run %s contradict one "
				"another: block %u of cell %s, launch %u, is "
				"not the same",
				b->source->dir, b->block->block, b->block->cell,
				b->block->launch);
	}
	return BENCH_OK;
}

/* They are numbered through all sources. */
static int
check_launches(const struct bench_class *c)
{
	uint64_t n = 0;

	for (size_t i = 0; i < c->n_sources; i++)
		n += c->sources[i]->launches;
	if (n <= BENCH_LAUNCHES_MAX)
		return BENCH_OK;
	return bench_error(BENCH_USAGE,
			   "merge: %s: expected no more than %u launches in "
			   "all runs, found %llu",
			   c->sources[0]->dir, BENCH_LAUNCHES_MAX,
			   (unsigned long long)n);
}

/* All that is compared must come from one program. */
static int
check_commit(const struct bench_merge *m)
{
	const struct bench_source *first = NULL;

	for (size_t i = 0; i < m->n_classes; i++)
		for (size_t k = 0; k < m->classes[i].n_sources; k++) {
			const struct bench_source *s = m->classes[i].sources[k];
			const json_t *commit =
				json_object_get(s->head, "commit");
			if (!first)
				first = s;
			if (json_equal((json_t *)commit,
				       json_object_get(first->head, "commit")))
				continue;
			return bench_error(
				BENCH_USAGE,
				"merge: %s and %s: expected runs of the same "
				"commit, found %s and %s; compare holds two "
				"against each other",
				first->dir, s->dir,
				json_string_value(
					json_object_get(first->head, "commit")),
				json_string_value(commit));
		}
	return BENCH_OK;
}

static int
compare_classes(const void *a, const void *b)
{
	return strcmp(((const struct bench_class *)a)->id,
		      ((const struct bench_class *)b)->id);
}

int
bench_merge_settle(struct bench_merge *m)
{
	int status = check_commit(m);

	qsort(m->classes, m->n_classes, sizeof(*m->classes), compare_classes);
	for (size_t i = 0; i < m->n_classes && !status; i++) {
		struct bench_class *c = &m->classes[i];
		qsort(c->sources, c->n_sources, sizeof(struct bench_source *),
		      compare_sources);
		status = check_launches(c);
		if (status || c->n_blocks == 0)
			continue;
		status = drop_copies(c);
		if (status)
			break;
		qsort(c->blocks, c->n_blocks, sizeof(*c->blocks),
		      compare_place);
		status = check_places(c);
	}
	return status;
}

static void
free_class(struct bench_class *c)
{
	for (size_t i = 0; i < c->n_sources; i++) {
		json_decref(c->sources[i]->head);
		free(c->sources[i]->dir);
		free(c->sources[i]);
	}
	for (size_t i = 0; i < c->n_blocks; i++)
		free_block(&c->blocks[i]);
	free(c->sources);
	free(c->blocks);
	free(c->topology);
	json_decref(c->cells);
}

void
bench_merge_free(struct bench_merge *m)
{
	for (size_t i = 0; i < m->n_classes; i++)
		free_class(&m->classes[i]);
	free(m->classes);
}

unsigned
bench_merge_launch(const struct bench_class *c,
		   const struct bench_source_block *b)
{
	unsigned first = 0;

	for (size_t i = 0; c->sources[i] != b->source; i++)
		first += c->sources[i]->launches;
	return first + b->block->launch;
}
