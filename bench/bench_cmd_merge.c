/* bench_cmd_merge.c - framebench merge: joins shards, and machines side by side
 */
// SPDX-License-Identifier: BSD-3-Clause
#include <errno.h>
#include <getopt.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "bench_block.h"
#include "bench_merge.h"
#include "bench_provenance.h"
#include "bench_summary.h"
#include "bench_table.h"

/* Ends with the stream closed. BENCH_OK, or BENCH_USAGE after a message. */
static int
finish(FILE *f, const char *path)
{
	int status = bench_flush(f, path);

	if (!status && fsync(fileno(f)) != 0)
		status = bench_error(BENCH_USAGE,
				     "%s: expected to be written, found: %s",
				     path, strerror(errno));
	fclose(f);
	return status;
}

static FILE *
create(const char *path)
{
	FILE *f = fopen(path, "we");

	if (!f)
		bench_error(BENCH_USAGE,
			    "%s: expected to be written, found: %s", path,
			    strerror(errno));
	return f;
}

static void
write_block(const struct bench_class *c, const struct bench_source_block *b,
	    FILE *f)
{
	json_t *json = bench_block_to_json(b->block);

	json_object_set_new(json, "launch",
			    json_integer(bench_merge_launch(c, b)));
	json_dumpf(json, f, JSON_COMPACT);
	fputc('\n', f);
	json_decref(json);
}

static int
write_journal(const struct bench_class *c, const char *dir)
{
	char *path = bench_printf("%s/samples.jsonl", dir);
	FILE *f = create(path);
	int status = f ? BENCH_OK : BENCH_USAGE;

	for (size_t i = 0; f && i < c->n_blocks; i++)
		write_block(c, &c->blocks[i], f);
	if (f)
		status = finish(f, path);
	free(path);
	return status;
}

static int
write_topology(const struct bench_class *c, const char *dir)
{
	char *path = bench_printf("%s/topology.xml", dir);
	FILE *f = c->topology ? create(path) : NULL;
	int status = c->topology && !f ? BENCH_USAGE : BENCH_OK;

	if (f) {
		fputs(c->topology, f);
		status = finish(f, path);
	}
	free(path);
	return status;
}

static int
write_summary(const char *dir)
{
	struct bench_summary *s = bench_summary_read(dir);
	int status = s ? bench_summary_write(s) : BENCH_USAGE;

	bench_summary_free(s);
	return status;
}

static int
write_class(const struct bench_class *c, const char *dir)
{
	char *path = bench_printf("%s/manifest.json", dir);
	json_t *manifest = bench_merge_manifest(c);
	int status = bench_make_dirs(dir);

	if (!status)
		status = write_topology(c, dir);
	if (!status)
		status = write_journal(c, dir);
	if (!status)
		status = bench_write_json(path, manifest);
	if (!status)
		status = write_summary(dir);
	json_decref(manifest);
	free(path);
	return status;
}

/* The directory of a class in a directory of several. */
static char *
class_dir(const struct bench_merge *m, size_t i, const char *dir)
{
	return m->n_classes == 1
		       ? bench_strdup(dir)
		       : bench_printf("%s/class-%s", dir, m->classes[i].id);
}

static int
write_all(const struct bench_merge *m, const char *dir)
{
	int status = BENCH_OK;

	for (size_t i = 0; i < m->n_classes && !status; i++) {
		char *path = class_dir(m, i, dir);
		status = write_class(&m->classes[i], path);
		free(path);
	}
	return status;
}

static int
refuse_place(const char *out)
{
	return bench_error(BENCH_USAGE, "%s: expected to be written, found: %s",
			   out, strerror(errno));
}

/* Puts what was written in the place of `out`, whole, or leaves that as it is.
 * What was there is moved to `old`. */
static int
replace(const char *draft, const char *old, const char *out)
{
	bool was = rename(out, old) == 0;
	int error;

	if ((was || errno == ENOENT) && rename(draft, out) == 0)
		return BENCH_OK;
	error = errno;
	if (was && rename(old, out) != 0)
		return bench_error(BENCH_USAGE,
				   "%s: expected to be written, found: %s; "
				   "what was there is %s now",
				   out, strerror(error), old);
	errno = error;
	return refuse_place(out);
}

/* A new directory beside `out`, which no one else has, from malloc; NULL after
 * a message. */
static char *
make_workshop(const char *out)
{
	char *parent = bench_strdup(out), *slash = strrchr(parent, '/');
	char *path = bench_printf("%s.XXXXXX", out);
	int status = BENCH_OK;

	if (slash && slash > parent) {
		*slash = '\0';
		status = bench_make_dirs(parent);
	}
	if (!status && !mkdtemp(path))
		status = refuse_place(out);
	free(parent);
	if (!status)
		return path;
	free(path);
	return NULL;
}

/* What cannot be put back stays in the workshop, and that with it. */
static int
write_in(const struct bench_merge *m, const char *workshop, const char *out)
{
	char *draft = bench_printf("%s/new", workshop);
	char *old = bench_printf("%s/old", workshop);
	int status = write_all(m, draft);

	if (!status)
		status = replace(draft, old, out);
	if (!status)
		bench_remove_tree(old);
	bench_remove_tree(draft);
	rmdir(workshop);
	free(draft);
	free(old);
	return status;
}

static void
print_class(struct bench_table *t, const struct bench_class *c, char *dir)
{
	json_t *json = bench_merge_manifest(c);
	struct bench_manifest m = {.json = json};
	struct bench_provenance p = bench_provenance_of(dir, &m);

	bench_table_take(t, dir);
	bench_table_put(t, "%zu", c->n_sources);
	bench_table_put(t, "%zu", json_object_size(c->cells));
	bench_table_put(t, "%zu", c->n_blocks);
	bench_table_put(t, "%s", p.machine);
	bench_provenance_free(&p);
	json_decref(json);
}

static int
print(const struct bench_merge *m, const char *out)
{
	static const char *const columns[] = {"run", ">runs", ">cells",
					      ">blocks", "machine"};
	struct bench_table t = {columns, ARRAY_LEN(columns), NULL, 0};

	for (size_t i = 0; i < m->n_classes; i++)
		print_class(&t, &m->classes[i], class_dir(m, i, out));
	bench_table_print(&t, TABLE_TEXT, stdout);
	bench_table_clear(&t);
	return bench_flush(stdout, "standard output");
}

static int
merge(struct bench_merge *m, const char *out)
{
	int status = bench_merge_settle(m);
	char *workshop = status ? NULL : make_workshop(out);

	if (!workshop)
		return BENCH_USAGE;
	status = write_in(m, workshop, out);
	free(workshop);
	return status ? status : print(m, out);
}

/* What merge has written before stays in. */
static int
add_existing(struct bench_merge *m, const char *out)
{
	if (access(out, F_OK) != 0)
		return BENCH_OK;
	if (bench_merge_is_result(out))
		return bench_merge_add(m, out);
	return bench_error(BENCH_USAGE,
			   "merge: '%s': expected a new directory, or one that "
			   "merge has written",
			   out);
}

int
bench_cmd_merge(int argc, char **argv)
{
	static const struct option options[] = {{0}};
	struct bench_merge m = {NULL, 0};

	optind = 0; /* glibc: start afresh, whoever has parsed before */
	opterr = 0;
	if (getopt_long(argc, argv, "", options, NULL) != -1)
		return bench_error(BENCH_USAGE, "merge: %s: expected no option",
				   bench_refused_option(argv));
	if (argc - optind < 2)
		return bench_error(BENCH_USAGE,
				   "merge: expected a directory to write and "
				   "the runs to join, found %d",
				   argc - optind);
	char *out = bench_strdup(argv[optind]);
	/* "OUT/" would put the draft inside. */
	for (size_t n = strlen(out); n > 1 && out[n - 1] == '/'; n--)
		out[n - 1] = '\0';
	int status = add_existing(&m, out);
	for (int i = optind + 1; i < argc && !status; i++)
		status = bench_merge_add(&m, argv[i]);
	if (!status)
		status = merge(&m, out);
	bench_merge_free(&m);
	free(out);
	return status;
}
