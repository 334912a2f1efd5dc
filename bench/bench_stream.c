/* bench_stream.c - in which order an operation meets the shapes of its workload
 */
// SPDX-License-Identifier: BSD-3-Clause
#include "bench_stream.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base_random.h"

static const struct {
	const char *name;
	size_t member;
} aspects[] = {
	{"period=", offsetof(struct bench_sequence, period)},
	{"run=", offsetof(struct bench_sequence, run)},
};

static bool
parse_power(const char *text, size_t *n)
{
	char *end;

	errno = 0;
	*n = strtoull(text, &end, 10);
	return !errno && *text >= '0' && *text <= '9' && !*end && *n > 0 &&
	       *n <= BENCH_STREAM_LENGTH && (*n & (*n - 1)) == 0;
}

/* The number of the aspect at text, or ARRAY_LEN: what is there belongs to the
 * workload, perhaps to a file's name. */
static size_t
find_aspect(const char *text)
{
	size_t i = 0;

	while (i < ARRAY_LEN(aspects) &&
	       strncmp(text, aspects[i].name, strlen(aspects[i].name)))
		i++;
	return i;
}

int
bench_sequence_cut(const char *spec, char *workload, struct bench_sequence *s)
{
	char *plus;

	*s = (struct bench_sequence){BENCH_STREAM_LENGTH, 1};
	while ((plus = strrchr(workload, '+'))) {
		size_t i = find_aspect(plus + 1), n;

		if (i == ARRAY_LEN(aspects))
			break;
		if (!parse_power(plus + 1 + strlen(aspects[i].name), &n))
			return bench_error(BENCH_USAGE,
					   "workload %s: column %zu: '%s': "
					   "expected %sN with N a power of two "
					   "from 1 to %d",
					   spec, (size_t)(plus - workload) + 2,
					   plus + 1, aspects[i].name,
					   BENCH_STREAM_LENGTH);
		*(size_t *)((char *)s + aspects[i].member) = n;
		*plus = '\0';
	}
	if (s->run <= s->period)
		return BENCH_OK;
	return bench_error(BENCH_USAGE,
			   "workload %s: expected runs no longer than the "
			   "period",
			   spec);
}

bool
bench_sequence_said(const struct bench_sequence *s)
{
	return s->period != BENCH_STREAM_LENGTH || s->run != 1;
}

/* The shape whose share of the weights holds x. */
static uint16_t
shape_at(const uint64_t *weights, uint64_t x)
{
	size_t i = 0;

	while (x >= weights[i])
		x -= weights[i++];
	return (uint16_t)i;
}

static void
shuffle(uint16_t *places, size_t n, struct base_random *r)
{
	for (size_t i = n; i > 1; i--) {
		size_t k = base_random_below(r, i);
		uint16_t t = places[i - 1];

		places[i - 1] = places[k];
		places[k] = t;
	}
}

/* One quantile of the weights for each of n places: the i-th n-th of them, at a
 * point that is the same in all. */
static void
draw_quantiles(uint16_t *places, size_t n, const uint64_t *weights,
	       uint64_t total, struct base_random *r)
{
	uint64_t phase = base_random_next(r);

	for (size_t i = 0; i < n; i++) {
		__uint128_t at = ((__uint128_t)i << 64 | phase) * total / n;

		places[i] = shape_at(weights, (uint64_t)(at >> 64));
	}
	shuffle(places, n, r);
}

uint16_t *
bench_stream_draw(const struct bench_sequence *s, const uint64_t *weights,
		  size_t n, uint64_t seed)
{
	uint16_t *stream = bench_alloc(BENCH_STREAM_LENGTH * sizeof(*stream));
	size_t drawn = s->period / s->run;
	struct base_random r = {seed};
	uint64_t total = 0;

	for (size_t i = 0; i < n; i++)
		total += weights[i];
	if (bench_sequence_said(s))
		draw_quantiles(stream, drawn, weights, total, &r);
	else
		for (size_t i = 0; i < drawn; i++)
			stream[i] =
				shape_at(weights, base_random_below(&r, total));
	/* From the end, so that what is read is not yet written over. */
	for (size_t i = BENCH_STREAM_LENGTH; i-- > 0;)
		stream[i] = stream[i % s->period / s->run];
	return stream;
}
