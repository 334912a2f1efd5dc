/* bench_journal.c - the journal's file: appending a line, reading them all */
// SPDX-License-Identifier: BSD-3-Clause
#include "bench_journal.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "bench_block.h"

struct bench_journal {
	int fd;
	char *path;
};

static char *
journal_path(const char *run_dir)
{
	return bench_printf("%s/samples.jsonl", run_dir);
}

/* Writes all of it, in one write(2) unless the system cuts that short.
 * Returns 0 or an errno. */
static int
write_all(int fd, const char *data, size_t size)
{
	while (size > 0) {
		ssize_t n = write(fd, data, size);
		if (n < 0 && errno != EINTR)
			return errno;
		if (n > 0) {
			data += n;
			size -= (size_t)n;
		}
	}
	return 0;
}

/* Ends a last line that has no line end. Returns 0 or an errno. */
static int
end_last_line(int fd)
{
	struct stat st;
	char last;

	if (fstat(fd, &st) != 0)
		return errno;
	if (st.st_size == 0)
		return 0;
	ssize_t n = pread(fd, &last, 1, st.st_size - 1);
	if (n != 1)
		return n < 0 ? errno : EIO;
	return last == '\n' ? 0 : write_all(fd, "\n", 1);
}

struct bench_journal *
bench_journal_open(const char *run_dir)
{
	char *path = journal_path(run_dir);
	int fd = open(path, O_RDWR | O_CREAT | O_APPEND | O_CLOEXEC, 0666);
	int error = fd < 0 ? errno : end_last_line(fd);

	if (!error) {
		struct bench_journal *j = bench_alloc(sizeof(*j));
		*j = (struct bench_journal){.fd = fd, .path = path};
		return j;
	}
	bench_error(BENCH_USAGE, "%s: expected a file to append to, found: %s",
		    path, strerror(error));
	if (fd >= 0)
		close(fd);
	free(path);
	return NULL;
}

/* Returns 0 or an errno; the file is then as it was before. */
static int
append_line(int fd, const char *line, size_t size)
{
	off_t before = lseek(fd, 0, SEEK_END);
	int error = write_all(fd, line, size);

	if (!error && fdatasync(fd) != 0)
		error = errno;
	/* Where this fails too (a device), the next open ends the line. */
	if (error && before >= 0 && ftruncate(fd, before) != 0)
		return error;
	return error;
}

int
bench_journal_append(struct bench_journal *j, const struct bench_block *block)
{
	json_t *json = bench_block_to_json(block);
	char *text = json_dumps(json, JSON_COMPACT);

	CHECK(text);
	char *line = bench_printf("%s\n", text);
	int error = append_line(j->fd, line, strlen(line));
	free(line);
	free(text);
	json_decref(json);
	if (!error)
		return BENCH_OK;
	return bench_error(BENCH_USAGE,
			   "%s: expected to append block %u of cell %s, "
			   "found: %s",
			   j->path, block->block, block->cell, strerror(error));
}

void
bench_journal_close(struct bench_journal *j)
{
	if (!j)
		return;
	close(j->fd);
	free(j->path);
	free(j);
}

/* NULL and a reason when the line is no block. */
static struct bench_block *
parse_line(const char *line, size_t size, char **why)
{
	json_error_t error;
	json_t *json = json_loadb(line, size, JSON_REJECT_DUPLICATES, &error);

	if (!json) {
		*why = bench_printf("column %d: %s", error.column, error.text);
		return NULL;
	}
	struct bench_block *block = bench_block_parse(json, why);
	json_decref(json);
	return block;
}

/* A journal that is being read. */
struct reader {
	const char *path;
	size_t line;   /* its number */
	json_t *lines; /* that of each block, by what it is */
	struct bench_block **blocks;
	size_t n_blocks, skipped;
};

/* Returns the line on which the same block of the same launch stood before, or
 * 0 and notes that it stands here. */
static size_t
find_before(struct reader *r, const struct bench_block *b)
{
	char *key = bench_printf("%s %u %u", b->cell, b->launch, b->block);
	const json_t *before = json_object_get(r->lines, key);
	size_t line = (size_t)json_integer_value(before);

	if (!before)
		json_object_set_new(r->lines, key,
				    json_integer((json_int_t)r->line));
	free(key);
	return line;
}

static void
skip_line(struct reader *r, char *why)
{
	bench_error(BENCH_USAGE, "%s:%zu: skipped: %s", r->path, r->line, why);
	r->skipped++;
	free(why);
}

static void
read_line(struct reader *r, const char *line, size_t size)
{
	char *why;
	struct bench_block *b = parse_line(line, size, &why);
	size_t before = b ? find_before(r, b) : 0;

	if (!b) {
		skip_line(r, why);
	} else if (before) {
		skip_line(r,
			  bench_printf("block %u of cell %s, launch %u: "
				       "expected once, found on line %zu",
				       b->block, b->cell, b->launch, before));
		bench_block_free(b);
	} else {
		r->blocks = bench_realloc(
			r->blocks, (r->n_blocks + 1) * sizeof(*r->blocks));
		r->blocks[r->n_blocks++] = b;
	}
}

int
bench_journal_read(const char *run_dir, struct bench_block ***blocks,
		   size_t *n_blocks, size_t *skipped)
{
	char *path = journal_path(run_dir), *line = NULL;
	struct reader r = {.path = path, .lines = json_object()};
	FILE *f = fopen(path, "re");
	size_t capacity = 0;
	int status = BENCH_OK;
	ssize_t size;

	while (f && (size = getline(&line, &capacity, f)) > 0) {
		r.line++;
		read_line(&r, line, (size_t)size);
	}
	if (!f || ferror(f))
		status = bench_error(BENCH_USAGE,
				     "%s: expected a journal, found: %s", path,
				     strerror(errno));
	if (f)
		fclose(f);
	json_decref(r.lines);
	free(line);
	free(path);
	*blocks = r.blocks;
	*n_blocks = r.n_blocks;
	*skipped = r.skipped;
	return status;
}

unsigned
bench_journal_next_launch(const char *run_dir)
{
	char *path = journal_path(run_dir), *line = NULL, *why;
	FILE *f = fopen(path, "re");
	size_t capacity = 0;
	unsigned next = 0;
	ssize_t size;

	while (f && (size = getline(&line, &capacity, f)) > 0) {
		struct bench_block *b = parse_line(line, (size_t)size, &why);

		if (b)
			next = MAX(next, b->launch + 1);
		else
			free(why);
		bench_block_free(b);
	}
	if (f)
		fclose(f);
	free(line);
	free(path);
	return next;
}
