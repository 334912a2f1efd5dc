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

	*p = (struct bench_progress){.first = done,
				     .done = done,
				     .total = total,
				     .started_s = now,
				     .deadline_s = now + budget_s,
				     .step = total ? done * STEPS / total : 0,
				     .terminal = isatty(STDERR_FILENO)};
}

/* Seconds left: what the units so far took, but never past the cap. */
static double
eta_s(const struct bench_progress *p)
{
	double now = bench_now_s(), spent = now - p->started_s;
	size_t done = p->done - p->first;
	double rest = done ? spent / (double)done * (double)(p->total - p->done)
			   : p->deadline_s - now;

	return MAX(0, MIN(rest, p->deadline_s - now));
}

static void
print_bar(const struct bench_progress *p, double eta, const char *what)
{
	int filled = (int)(p->done * BAR_WIDTH / p->total);

	fprintf(stderr, "\r[%.*s%.*s] %3zu %%  ETA %3.0f s  %-24.24s", filled,
		"##############################", BAR_WIDTH - filled,
		"..............................", p->done * 100 / p->total, eta,
		what);
	fflush(stderr);
}

void
bench_progress_tick(struct bench_progress *p, const char *what)
{
	size_t step;
	double eta;

	p->done++;
	step = p->done * STEPS / p->total;
	eta = eta_s(p);
	if (p->terminal) {
		print_bar(p, eta, what);
	} else if (step != p->step) {
		fprintf(stderr, "%zu of %zu blocks, ETA %.0f s\n", p->done,
			p->total, eta);
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
