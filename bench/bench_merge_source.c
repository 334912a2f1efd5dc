/* bench_merge_source.c - runs taken apart into sources and their blocks */
// SPDX-License-Identifier: BSD-3-Clause
#include "bench_merge.h"

#include <dirent.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "bench_alike.h"
#include "bench_block.h"
#include "bench_hash.h"
#include "bench_json.h"

static void
hash_json(const json_t *json, char hash[BENCH_CELL_ID_SIZE])
{
	char *text = json_dumps(json, JSON_COMPACT | JSON_SORT_KEYS);

	CHECK(text);
	snprintf(hash, BENCH_CELL_ID_SIZE, "%016llx",
		 (unsigned long long)bench_hash_string(BENCH_HASH_INIT, text));
	free(text);
}

static struct bench_class *
class_of(struct bench_merge *m, const json_t *manifest)
{
	char id[BENCH_CELL_ID_SIZE];

	bench_alike_class(manifest, id);
	for (size_t i = 0; i < m->n_classes; i++)
		if (strcmp(m->classes[i].id, id) == 0)
			return &m->classes[i];
	m->classes = bench_realloc(m->classes,
				   (m->n_classes + 1) * sizeof(*m->classes));
	struct bench_class *c = &m->classes[m->n_classes++];
	*c = (struct bench_class){.cells = json_object()};
	memcpy(c->id, id, sizeof(id));
	return c;
}

/* The source of that key, which may be known already. */
static struct bench_source *
add_source(struct bench_class *c, const char *key, const json_t *head,
	   const char *dir)
{
	for (size_t i = 0; i < c->n_sources; i++)
		if (strcmp(c->sources[i]->key, key) == 0)
			return c->sources[i];
	c->sources = bench_realloc(c->sources,
				   (c->n_sources + 1) * sizeof(*c->sources));
	struct bench_source *s = bench_alloc(sizeof(*s));
	*s = (struct bench_source){.head = json_deep_copy(head),
				   .dir = bench_strdup(dir)};
	snprintf(s->key, sizeof(s->key), "%s", key);
	c->sources[c->n_sources++] = s;
	return s;
}

/* One whole run, as it was measured. */
static struct bench_source *
add_whole(struct bench_class *c, const json_t *manifest, const char *dir)
{
	json_t *head = json_copy((json_t *)manifest);
	char key[BENCH_CELL_ID_SIZE];

	hash_json(manifest, key);
	json_object_del(head, "cells");
	struct bench_source *s = add_source(c, key, head, dir);
	json_decref(head);
	return s;
}

/* Sources by the launches that a run numbers through. */
struct span {
	struct bench_source *source;
	unsigned first, n;
};

/* The sources of a run, from malloc, and how many. */
static struct span *
read_sources(struct bench_class *c, const json_t *manifest, const char *dir,
	     size_t *n)
{
	json_t *list = json_object_get(manifest, "sources"), *source;
	struct span *spans =
		bench_alloc(MAX(json_array_size(list), 1) * sizeof(*spans));
	unsigned first = 0;
	size_t i;

	*n = 1;
	if (!list) {
		*spans = (struct span){add_whole(c, manifest, dir), 0, ~0u};
		return spans;
	}
	*n = json_array_size(list);
	json_array_foreach (list, i, source) {
		const json_t *launches = json_object_get(source, "launches");

		spans[i].source = add_source(
			c, json_string_value(json_object_get(source, "key")),
			json_object_get(source, "manifest"), dir);
		spans[i].first = first;
		spans[i].n = (unsigned)json_integer_value(launches);
		first += spans[i].n;
	}
	return spans;
}

static char *
block_text(const struct bench_block *b)
{
	json_t *json = bench_block_to_json(b);
	char *text = json_dumps(json, JSON_COMPACT | JSON_SORT_KEYS);

	CHECK(text);
	json_decref(json);
	return text;
}

/* Takes a block over, under the launch that it has in its source. */
static bool
add_block(struct bench_class *c, struct bench_block *b,
	  const struct span *spans, size_t n)
{
	size_t i = 0;

	while (i < n && b->launch - spans[i].first >= spans[i].n)
		i++;
	if (i == n)
		return false;
	b->launch -= spans[i].first;
	spans[i].source->launches =
		MAX(spans[i].source->launches, b->launch + 1);
	c->blocks = bench_realloc(c->blocks,
				  (c->n_blocks + 1) * sizeof(*c->blocks));
	c->blocks[c->n_blocks++] =
		(struct bench_source_block){spans[i].source, block_text(b), b};
	return true;
}

static int
add_blocks(struct bench_class *c, const char *dir, const struct span *spans,
	   size_t n_spans)
{
	struct bench_block **blocks;
	size_t n, skipped;
	int status = bench_journal_read(dir, &blocks, &n, &skipped);

	for (size_t i = 0; i < n; i++) {
		if (!status && add_block(c, blocks[i], spans, n_spans))
			continue;
		if (!status)
			status = bench_error(
				BENCH_USAGE,
				"merge: %s: launch %u: expected one of "
				"its sources'",
				dir, blocks[i]->launch);
		bench_block_free(blocks[i]);
	}
	free(blocks);
	return status;
}

static int
add_cells(struct bench_class *c, const json_t *manifest, const char *dir)
{
	json_t *cell;
	char *why = NULL;
	size_t i;

	json_array_foreach (json_object_get(manifest, "cells"), i, cell)
		if (!why)
			bench_merge_cell(c->cells, cell, &why);
	if (!why)
		return BENCH_OK;
	bench_error(BENCH_USAGE, "merge: %s: %s", dir, why);
	free(why);
	return BENCH_USAGE;
}

/* Of files that differ the same one is taken, whoever came first. */
static void
add_topology(struct bench_class *c, const char *dir)
{
	char *path = bench_printf("%s/topology.xml", dir), *text = NULL;
	FILE *f = fopen(path, "re");
	size_t capacity = 0;
	ssize_t n = f ? getdelim(&text, &capacity, '\0', f) : -1;

	if (f)
		fclose(f);
	free(path);
	if (n >= 0 && (!c->topology || strcmp(text, c->topology) < 0)) {
		free(c->topology);
		c->topology = text;
		return;
	}
	free(text);
}

static int
add_run(struct bench_merge *m, const char *dir)
{
	struct bench_manifest *manifest = bench_manifest_read(dir);
	size_t n;

	if (!manifest)
		return BENCH_USAGE;
	struct bench_class *c = class_of(m, manifest->json);
	struct span *spans = read_sources(c, manifest->json, dir, &n);
	int status = add_cells(c, manifest->json, dir);
	if (!status)
		status = add_blocks(c, dir, spans, n);
	add_topology(c, dir);
	free(spans);
	bench_manifest_free(manifest);
	return status;
}

/* What merge calls the directory of a class. */
static int
is_class(const struct dirent *entry)
{
	return strncmp(entry->d_name, "class-", 6) == 0;
}

static bool
is_run(const char *dir)
{
	char *path = bench_printf("%s/manifest.json", dir);
	bool is = access(path, F_OK) == 0;

	free(path);
	return is;
}

int
bench_merge_add(struct bench_merge *m, const char *dir)
{
	struct dirent **entries;
	int n = is_run(dir) ? 0 : scandir(dir, &entries, is_class, alphasort);
	int status = BENCH_OK;

	if (n <= 0)
		return add_run(m, dir);
	for (int i = 0; i < n; i++) {
		char *path = bench_printf("%s/%s", dir, entries[i]->d_name);
		if (!status)
			status = add_run(m, path);
		free(path);
		free(entries[i]);
	}
	free(entries);
	return status;
}

bool
bench_merge_is_result(const char *dir)
{
	char *path = bench_printf("%s/manifest.json", dir);
	json_t *json = json_load_file(path, 0, NULL);
	bool is = json_object_get(json, "sources");
	struct dirent **entries;
	int n = json ? 0 : scandir(dir, &entries, is_class, alphasort);

	for (int i = 0; i < n; i++)
		free(entries[i]);
	if (n > 0)
		free(entries);
	json_decref(json);
	free(path);
	return is || n > 0;
}
