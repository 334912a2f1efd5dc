/* bench_gnuplot.c - drawing a figure from a table, in a process of its own */
// SPDX-License-Identifier: BSD-3-Clause
#include "bench_gnuplot.h"

#include <errno.h>
#include <fcntl.h>
#include <libgen.h>
#include <spawn.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#define PLOTS_ENV "FRAMEBENCH_PLOTS"

extern char **environ;

static bool
has_plots(const char *dir)
{
	char *path = bench_printf("%s/common.gp", dir);
	bool found = access(path, R_OK) == 0;

	free(path);
	return found;
}

/* The program is build/NAME/framebench of its tree. */
static char *
beside_program(void)
{
	char *program = realpath("/proc/self/exe", NULL);
	char *dir = bench_printf("%s/../../plots",
				 program ? dirname(program) : ".");

	free(program);
	return dir;
}

char *
bench_gnuplot_dir(void)
{
	const char *given = getenv(PLOTS_ENV);

	if (given && !has_plots(given)) {
		bench_error(BENCH_USAGE,
			    PLOTS_ENV "='%s': expected a directory with "
				      "common.gp in it",
			    given);
		return NULL;
	}
	if (given)
		return bench_strdup(given);
	if (has_plots("plots"))
		return bench_strdup("plots");
	char *dir = beside_program();
	if (has_plots(dir))
		return dir;
	bench_error(BENCH_USAGE,
		    "plots: expected the figures' directory here or in %s; "
		    "set " PLOTS_ENV,
		    dir);
	free(dir);
	return NULL;
}

/* This environment in a locale that has every character: in C's own, gnuplot
 * complains of the degree sign whatever its encoding. From malloc. */
static char **
utf8_environment(void)
{
	static char locale[] = "LC_ALL=C.UTF-8";
	size_t n = 0;
	char **copy;

	while (environ[n])
		n++;
	copy = bench_alloc((n + 2) * sizeof(*copy));
	/* The first of a name is the one that counts. */
	copy[0] = locale;
	memcpy(copy + 1, environ, (n + 1) * sizeof(*copy));
	return copy;
}

/* Starts gnuplot with its messages going to a pipe, of which *messages is the
 * end to read. Returns an errno. */
static int
start(const char *const argv[], pid_t *pid, int *messages)
{
	posix_spawn_file_actions_t actions;
	char **environment;
	int ends[2];

	if (pipe2(ends, O_CLOEXEC) != 0)
		return errno;
	environment = utf8_environment();
	posix_spawn_file_actions_init(&actions);
	posix_spawn_file_actions_addopen(&actions, STDIN_FILENO, "/dev/null",
					 O_RDONLY, 0);
	posix_spawn_file_actions_adddup2(&actions, ends[1], STDOUT_FILENO);
	posix_spawn_file_actions_adddup2(&actions, ends[1], STDERR_FILENO);
	int error = posix_spawnp(pid, argv[0], &actions, NULL,
				 (char *const *)argv, environment);
	free(environment);
	posix_spawn_file_actions_destroy(&actions);
	close(ends[1]);
	*messages = ends[0];
	if (error)
		close(ends[0]);
	return error;
}

/* Reads to the end and keeps the first line that says something. */
static char *
first_line(int messages)
{
	FILE *f = fdopen(messages, "r");
	char *line = NULL, *first = NULL;
	size_t size = 0;

	CHECK(f);
	while (getline(&line, &size, f) >= 0) {
		line[strcspn(line, "\n")] = '\0';
		if (!first && line[strspn(line, " \t^")])
			first = bench_strdup(line);
	}
	free(line);
	fclose(f);
	return first;
}

static int
run(const char *const argv[], const char *output)
{
	int messages = -1, state = 0;
	pid_t pid;
	int error = start(argv, &pid, &messages);

	if (error)
		return bench_error(BENCH_CANNOT,
				   "gnuplot: expected it to be installed, to "
				   "draw the figures: %s",
				   strerror(error));
	char *said = first_line(messages);
	while (waitpid(pid, &state, 0) < 0 && errno == EINTR)
		continue;
	bool good = WIFEXITED(state) && WEXITSTATUS(state) == 0;
	if (said || !good)
		bench_error(BENCH_CANNOT, "gnuplot: %s: %s", output,
			    said ? said : "failed without a word");
	free(said);
	return good ? BENCH_OK : BENCH_CANNOT;
}

int
bench_gnuplot_draw(const char *plots, const char *script, const char *data,
		   const char *output, const char *title, const char *subtitle)
{
	char *path = bench_printf("%s/%s.gp", plots, script);
	/* -d: nobody's own settings. */
	const char *const argv[] = {"gnuplot", "-d",  "-c",     path, data,
				    output,    title, subtitle, NULL};
	int status = run(argv, output);

	free(path);
	return status;
}
