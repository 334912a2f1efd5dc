/* bench_weights.c - how often a workload has which sizes */
// SPDX-License-Identifier: BSD-3-Clause
#include "bench_weights.h"

#include <stdlib.h>
#include <string.h>

#include "bench_workload.h"

/* From 1 B to 64 MiB in steps and half steps. */
#define GRID_MAX 64

static void
add(struct bench_weights *w, size_t size, double weight)
{
	if (size == 0)
		return;
	w->sizes = bench_realloc(w->sizes, (w->n + 1) * sizeof(*w->sizes));
	w->shares = bench_realloc(w->shares, (w->n + 1) * sizeof(*w->shares));
	w->sizes[w->n] = size;
	w->shares[w->n++] = weight;
}

static void
add_grid(struct bench_weights *w, const char *spec)
{
	size_t sizes[GRID_MAX], n = bench_workload_grid(spec, sizes, GRID_MAX);

	for (size_t i = 0; i < n; i++)
		add(w, sizes[i], 1);
}

static void
add_shapes(struct bench_weights *w, const char *spec)
{
	struct bench_workload *workload = bench_workload_open(spec, 1);

	for (size_t i = 0; workload && i < workload->n_shapes; i++)
		add(w, workload->shapes[i].size,
		    (double)workload->shapes[i].weight);
	if (workload && w->n == 0)
		bench_error(BENCH_USAGE, "workload %s: expected a size above 0",
			    spec);
	if (workload)
		bench_workload_close(workload);
}

struct bench_weights *
bench_weights_read(const char *spec)
{
	struct bench_weights *w = bench_alloc(sizeof(*w));
	double all = 0;

	*w = (struct bench_weights){.spec = bench_strdup(spec)};
	if (strncmp(spec, "sizes:", strlen("sizes:")) == 0)
		add_grid(w, spec);
	else
		add_shapes(w, spec);
	for (size_t i = 0; i < w->n; i++)
		all += w->shares[i];
	for (size_t i = 0; i < w->n; i++)
		w->shares[i] /= all;
	if (w->n > 0)
		return w;
	bench_weights_free(w);
	return NULL;
}

void
bench_weights_free(struct bench_weights *w)
{
	if (!w)
		return;
	free(w->sizes);
	free(w->shares);
	free(w->spec);
	free(w);
}

double
bench_weights_between(const struct bench_weights *w, size_t above, size_t last)
{
	double share = 0;

	for (size_t i = 0; i < w->n; i++)
		if (w->sizes[i] > above && w->sizes[i] <= last)
			share += w->shares[i];
	return share;
}
