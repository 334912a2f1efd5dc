/* bench_progress.c - how far a run is, on standard error */
// SPDX-License-Identifier: BSD-3-Clause
#include "bench_progress.h"

#include <string.h>
#include <time.h>
#include <unistd.h>

#define BAR_WIDTH 30

/* Lines of a run that is not on a terminal. */
#define STEPS 10

double
bench_now_s(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (double)t.tv_sec + (double)t.tv_nsec * 1e-9;
}

void
bench_progress_start(struct bench_progress *p, size_t done, size_t total,
		     double budget_s)
{
	double now = bench_now_s();

	*p = (struct bench_progress){.done = done,
				     .total = total,
				     .started_s = now,
				     .deadline_s = now + budget_s,
				     .step = total ? done * STEPS / total : 0,
				     .terminal = isatty(STDERR_FILENO)};
}

/* Seconds to the cap: how long a race takes, nobody knows. */
static double
left_s(const struct bench_progress *p)
{
	return MAX(0, p->deadline_s - bench_now_s());
}

static void
print_bar(const struct bench_progress *p, const char *what)
{
	int filled = (int)(p->done * BAR_WIDTH / p->total);

	fprintf(stderr, "\r[%.*s%.*s] %3zu %%, at most %3.0f s  %-20.20s",
		filled, "##############################", BAR_WIDTH - filled,
		"..............................", p->done * 100 / p->total,
		left_s(p), what);
	fflush(stderr);
}

void
bench_progress_show(struct bench_progress *p, size_t done, const char *what)
{
	size_t step = done * STEPS / p->total;

	p->done = done;
	if (p->terminal) {
		print_bar(p, what);
	} else if (step != p->step) {
		fprintf(stderr, "%zu of %zu cells done, at most %.0f s left\n",
			p->done, p->total, left_s(p));
		p->step = step;
	}
}

void
bench_progress_end(struct bench_progress *p)
{
	if (p->terminal)
		fprintf(stderr, "\r%*s\r", BAR_WIDTH + 50, "");
}

bool
bench_progress_out_of_time(const struct bench_progress *p)
{
	return bench_now_s() >= p->deadline_s;
}
