/* bench.h - exit statuses, messages and the commands
 *
 * A message is one line on standard error that names the input, the place in
 * it and what was expected. Data goes to standard output or --out, progress to
 * standard error. Whatever was measured before an error stays on disk.
 */
// SPDX-License-Identifier: BSD-3-Clause
#ifndef BENCH_H
#define BENCH_H

#include <stdarg.h>
#include <stdio.h>

#include "base.h"

enum bench_status {
	BENCH_OK = 0,
	BENCH_FAILED = 1, /* the thing checked does not hold */
	BENCH_USAGE = 2,  /* bad input or usage */
	BENCH_CANNOT = 3, /* this machine cannot do it */
};

/* Prints "framebench: " and the message, and returns status, so that a caller
 * can say `return bench_error(BENCH_USAGE, "...", ...);`. */
int bench_error(int status, const char *format, ...)
	__attribute__((format(printf, 2, 3)));

/* The argument that getopt_long has just refused. In the middle of one such as
 * "-xy" optind has not moved on yet. */
const char *bench_refused_option(char **argv);

/* For a command that takes one run and needs one option: which run, and the
 * option's value. `expected` is the option with what may stand behind it, as
 * "--cell=ID". BENCH_OK, or BENCH_USAGE after a message. */
int bench_parse_run_and(int argc, char **argv, const char *option,
			const char *expected, const char **run,
			const char **value);

/* A command: argv[0] is its own name. Returns a bench_status. */
typedef int bench_command_fn(int argc, char **argv);

bench_command_fn bench_cmd_check, bench_cmd_choose, bench_cmd_compare,
	bench_cmd_doctor, bench_cmd_explain, bench_cmd_export, bench_cmd_layout,
	bench_cmd_list, bench_cmd_merge, bench_cmd_plan, bench_cmd_report,
	bench_cmd_run, bench_cmd_selftest, bench_cmd_topo, bench_cmd_verify;

/* What a heap does that has no room even after collections (gc_config): one
 * line, and the program ends with BENCH_CANNOT. What was journalled stays. */
_Noreturn void bench_out_of_memory(size_t asked, size_t limit, size_t live);

/* Parses "5" or "5%", the value of an option such as "choose: --epsilon", into
 * a fraction. BENCH_OK, or BENCH_USAGE after a message: above 100 % it is taken
 * for a typing error. */
int bench_parse_percent(const char *option, const char *text, double *fraction);
/* The same for a time such as 90s, 5m or 2h, above 0, in seconds; and for a
 * whole number from min to max. */
int bench_parse_time(const char *option, const char *text, double *seconds);
int bench_parse_uint(const char *option, const char *text, uint64_t min,
		     uint64_t max, uint64_t *n);
/* And for whether an output is "json", not "text". */
int bench_parse_json(const char *option, const char *text, bool *json);

/* Flushes a stream that data was written to, and says so when it was lost (a
 * full disk, a closed pipe): BENCH_OK or BENCH_USAGE. */
int bench_flush(FILE *f, const char *name);

/* malloc, realloc, strdup and printf to a new string, that abort without
 * memory. */
void *bench_alloc(size_t size);
void *bench_realloc(void *p, size_t size);
char *bench_strdup(const char *s);
char *bench_printf(const char *format, ...)
	__attribute__((format(printf, 1, 2)));
char *bench_vprintf(const char *format, va_list args);

/* Creates a directory and its parents. BENCH_OK or BENCH_USAGE after a
 * message. */
int bench_make_dirs(const char *path);
/* Removes a file, or a directory with all that is in it. False where something
 * of it is left, with errno. */
bool bench_remove_tree(const char *path);

#endif
