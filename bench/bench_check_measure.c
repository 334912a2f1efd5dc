/* bench_check_measure.c - this program again, as a run of a policy's witnesses
 */
// SPDX-License-Identifier: BSD-3-Clause
#include "bench_check.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include "bench_layout.h"

static volatile pid_t measuring;
static volatile sig_atomic_t interrupted;

/* The run finishes its block and ends. */
static void
pass_on(int signal)
{
	interrupted = 1;
	kill(measuring, signal);
}

static _Noreturn void
become_run(const struct bench_check_run *r)
{
	double epsilon =
		json_number_value(json_object_get(r->policy, "epsilon"));
	char *argv[] = {
		(char *)"run",
		bench_printf("--out=%s", r->dir),
		bench_printf("--budget=%.3fs", MAX(r->budget_s, 0.001)),
		bench_printf("--layouts=%u", r->layouts),
		bench_printf("--epsilon=%.15g", 100 * epsilon),
		bench_printf("--seed=%s", json_string_value(json_object_get(
						  r->policy, "seed"))),
		(char *)"--",
		(char *)r->path,
		NULL,
	};
	int null = open("/dev/null", O_WRONLY);

	/* Where the run is nobody asked; and it ends with who waits for it. */
	dup2(null, STDOUT_FILENO);
	prctl(PR_SET_PDEATHSIG, SIGTERM);
	bench_layout_start_again(argv);
	bench_error(BENCH_CANNOT,
		    "check: expected to start /proc/self/exe, found: %s",
		    strerror(errno));
	_exit(BENCH_CANNOT);
}

static int
wait_for_end(void)
{
	int status;

	while (waitpid(measuring, &status, 0) < 0)
		CHECK(errno == EINTR);
	if (interrupted)
		return bench_error(
			BENCH_CANNOT,
			"check: interrupted before all was measured");
	if (WIFSIGNALED(status))
		return bench_error(BENCH_CANNOT,
				   "check: measuring was ended by signal %d",
				   WTERMSIG(status));
	return WEXITSTATUS(status);
}

int
bench_check_measure(const struct bench_check_run *r)
{
	struct sigaction action = {.sa_handler = pass_on}, previous[2];
	int status;

	fflush(NULL);
	measuring = fork();
	CHECK(measuring >= 0);
	if (measuring == 0)
		become_run(r);
	sigaction(SIGINT, &action, &previous[0]);
	sigaction(SIGTERM, &action, &previous[1]);
	status = wait_for_end();
	sigaction(SIGINT, &previous[0], NULL);
	sigaction(SIGTERM, &previous[1], NULL);
	return status;
}
