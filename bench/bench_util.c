/* bench_util.c - messages, memory, streams and directories for every command */
// SPDX-License-Identifier: BSD-3-Clause
#include "bench.h"

#include <ctype.h>
#include <errno.h>
#include <ftw.h>
#include <getopt.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

int
bench_error(int status, const char *format, ...)
{
	va_list args;
	char *text;

	va_start(args, format);
	text = bench_vprintf(format, args);
	va_end(args);
	/* One message is one line, whatever the input that it quotes, and even
	 * when threads report at once: stdio locks a call. */
	for (char *p = text; *p; p++)
		*p = iscntrl((unsigned char)*p) ? '?' : *p;
	fprintf(stderr, "framebench: %s\n", text);
	free(text);
	return status;
}

const char *
bench_refused_option(char **argv)
{
	const char *now = argv[optind];

	if (optopt && now && now[0] == '-' && now[1] != '-' &&
	    strchr(now, optopt))
		return now;
	return argv[optind - 1];
}

int
bench_parse_run_and(int argc, char **argv, const char *option,
		    const char *expected, const char **run, const char **value)
{
	const struct option options[] = {
		{option, required_argument, NULL, 'o'},
		{0},
	};
	int found;

	*value = NULL;
	optind = 0; /* glibc: start afresh, whoever has parsed before */
	opterr = 0;
	while ((found = getopt_long(argc, argv, "", options, NULL)) != -1) {
		if (found != 'o')
			return bench_error(BENCH_USAGE, "%s: %s: expected %s",
					   argv[0], bench_refused_option(argv),
					   expected);
		*value = optarg;
	}
	if (argc - optind != 1)
		return bench_error(BENCH_USAGE,
				   "%s: expected one run directory, found %d",
				   argv[0], argc - optind);
	*run = argv[optind];
	if (*value)
		return BENCH_OK;
	return bench_error(BENCH_USAGE, "%s: expected %s", argv[0], expected);
}

void
bench_out_of_memory(size_t asked, size_t limit, size_t live)
{
	exit(bench_error(BENCH_CANNOT,
			 "out of memory: %zu bytes asked, heap limit %zu "
			 "bytes, live %zu bytes",
			 asked, limit, live));
}

int
bench_parse_percent(const char *option, const char *text, double *fraction)
{
	char *end;
	double percent = strtod(text, &end);

	if (end == text || (*end && strcmp(end, "%") != 0) ||
	    !(percent >= 0 && percent <= 100))
		return bench_error(BENCH_USAGE,
				   "%s='%s': expected a percentage from 0 to "
				   "100",
				   option, text);
	*fraction = percent / 100;
	return BENCH_OK;
}

int
bench_parse_json(const char *option, const char *text, bool *json)
{
	*json = strcmp(text, "json") == 0;
	if (*json || strcmp(text, "text") == 0)
		return BENCH_OK;
	return bench_error(BENCH_USAGE, "%s='%s': expected text or json",
			   option, text);
}

int
bench_parse_time(const char *option, const char *text, double *seconds)
{
	static const char units[] = "smh";
	static const double factors[] = {1, 60, 3600};
	const char *unit;
	char *end;
	double n = strtod(text, &end);

	unit = *end && !end[1] ? strchr(units, *end) : NULL;
	if (!unit || !(n > 0) || n > 1e6)
		return bench_error(BENCH_USAGE,
				   "%s=%s: expected a time such as 90s, 5m or "
				   "2h",
				   option, text);
	*seconds = n * factors[unit - units];
	return BENCH_OK;
}

int
bench_parse_uint(const char *option, const char *text, uint64_t min,
		 uint64_t max, uint64_t *n)
{
	char *end;

	errno = 0;
	*n = strtoull(text, &end, 0);
	/* strtoull also takes signs and leading space. */
	if (!errno && isdigit((unsigned char)*text) && !*end && *n >= min &&
	    *n <= max)
		return BENCH_OK;
	return bench_error(
		BENCH_USAGE, "%s=%s: expected a number from %llu to %llu",
		option, text, (unsigned long long)min, (unsigned long long)max);
}

int
bench_flush(FILE *f, const char *name)
{
	/* An earlier write may have failed, and its errno is gone by now. */
	errno = 0;
	if (fflush(f) == 0 && !ferror(f))
		return BENCH_OK;
	return bench_error(BENCH_USAGE, "%s: expected to be written, found: %s",
			   name, errno ? strerror(errno) : "data was lost");
}

void *
bench_alloc(size_t size)
{
	return bench_realloc(NULL, size);
}

void *
bench_realloc(void *p, size_t size)
{
	/* realloc(p, 0) may return NULL without having failed. */
	p = realloc(p, MAX(size, 1));
	CHECK(p);
	return p;
}

char *
bench_strdup(const char *s)
{
	char *copy = strdup(s);

	CHECK(copy);
	return copy;
}

char *
bench_vprintf(const char *format, va_list args)
{
	char *s;

	CHECK(vasprintf(&s, format, args) >= 0);
	return s;
}

char *
bench_printf(const char *format, ...)
{
	va_list args;

	va_start(args, format);
	char *s = bench_vprintf(format, args);
	va_end(args);
	return s;
}

/* Success also when it is there already and is a directory. */
static bool
make_dir(const char *path)
{
	struct stat st;

	if (mkdir(path, 0777) == 0)
		return true;
	if (errno != EEXIST)
		return false;
	if (stat(path, &st) == 0 && S_ISDIR(st.st_mode))
		return true;
	errno = ENOTDIR;
	return false;
}

int
bench_make_dirs(const char *path)
{
	size_t n = 0;
	bool made;

	/* One more name at a time, with the slashes before it. */
	do {
		n += strspn(path + n, "/");
		n += strcspn(path + n, "/");
		char *part = bench_printf("%.*s", (int)n, path);
		made = make_dir(part);
		if (!made)
			bench_error(BENCH_USAGE,
				    "'%s': expected a directory, found: %s",
				    part, strerror(errno));
		free(part);
	} while (made && path[n]);
	return made ? BENCH_OK : BENCH_USAGE;
}

static int
remove_one(const char *path, const struct stat *st, int type, struct FTW *ftw)
{
	(void)st, (void)type, (void)ftw;
	return remove(path);
}

bool
bench_remove_tree(const char *path)
{
	/* Directories that are open at a time: more than a run has levels. */
	return nftw(path, remove_one, 16, FTW_DEPTH | FTW_PHYS) == 0;
}
