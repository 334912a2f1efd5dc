/* bench_cmd_export.c - framebench export: tables for other tools */
// SPDX-License-Identifier: BSD-3-Clause
#include "bench.h"

#include <string.h>

#include "bench_export.h"

static const struct {
	const char *name;
	bench_export_fn *write;
} formats[] = {
	{"csv", bench_export_csv},
	{"gbench", bench_export_gbench},
	{"go", bench_export_go},
};

static bench_export_fn *
find_format(const char *name)
{
	for (size_t i = 0; i < ARRAY_LEN(formats); i++)
		if (strcmp(formats[i].name, name) == 0)
			return formats[i].write;
	return NULL;
}

static int export(const char *run_dir, bench_export_fn *write)
{
	struct bench_summary *s = bench_summary_read(run_dir);

	if (!s)
		return BENCH_USAGE;
	write(s, stdout);
	bench_summary_free(s);
	return bench_flush(stdout, "standard output");
}

int
bench_cmd_export(int argc, char **argv)
{
	const char *run, *format;
	int status = bench_parse_run_and(argc, argv, "format",
					 "--format=csv, gbench or go", &run,
					 &format);

	if (status)
		return status;
	if (!find_format(format))
		return bench_error(BENCH_USAGE,
				   "export: --format: expected csv, gbench or "
				   "go, found %s",
				   format);
	return export(run, find_format(format));
}
