/* bench_workload.c - which sizes and shapes an operation meets, and how often
 */
// SPDX-License-Identifier: BSD-3-Clause
#include "bench_workload.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "bench_go_std.h"

/* What a frame's life clears: all, or the arguments when results stay live. */
static size_t
cleared_size(const struct call_layout *layout)
{
	return layout->n_results ? layout->retoffset : layout->frame.size;
}

static void
add_shape(struct bench_workload *w, struct bench_shape shape)
{
	w->shapes = bench_realloc(w->shapes,
				  (w->n_shapes + 1) * sizeof(*w->shapes));
	w->shapes[w->n_shapes++] = shape;
	w->words = w->words && shape.size % WORD_SIZE == 0;
}

/* BENCH_OK, or a status after a message that quotes the spec. */
static int
add_signature(struct bench_workload *w, const char *receiver,
	      const char *signature, uint64_t weight)
{
	struct bench_shape shape = {.weight = weight};
	struct call_layout_error error;
	bool has_receiver = receiver && strcmp(receiver, "-") != 0;

	if (!call_key_parse(&shape.key, receiver, signature, w->abi, &error) ||
	    !call_key_parse(&shape.method, has_receiver ? receiver : "*byte",
			    signature, w->abi, &error))
		return bench_error(BENCH_USAGE, "workload %s: column %zu: %s",
				   w->spec, error.column, error.text);
	shape.layout = call_cache_layout(shape.key);
	shape.size = cleared_size(shape.layout);
	if (shape.layout->frame.size > BENCH_FRAME_MAX)
		return bench_error(BENCH_USAGE,
				   "workload %s: expected a frame of at most "
				   "%zu bytes",
				   w->spec, BENCH_FRAME_MAX);
	if (shape.layout->frame.size || !w->framed)
		add_shape(w, shape);
	return BENCH_OK;
}

/* Splits a table's line at its tabs. */
static size_t
split(char *line, char **fields, size_t room)
{
	size_t n = 0;

	while (n < room && (fields[n] = strsep(&line, "\t")))
		n++;
	return n;
}

static int
add_go_std(struct bench_workload *w, enum call_abi abi, bool framed)
{
	char *text = bench_strdup(bench_go_std), *rest = text, *line;
	int status = BENCH_OK;

	w->abi = abi;
	w->own_abi = true;
	w->framed = framed;
	strsep(&rest, "\n"); /* the header */
	while (status == BENCH_OK && (line = strsep(&rest, "\n"))) {
		char *f[13];

		if (*line == '\0')
			continue;
		CHECK(split(line, f, ARRAY_LEN(f)) == ARRAY_LEN(f));
		status =
			add_signature(w, f[0], f[1], strtoull(f[12], NULL, 10));
	}
	free(text);
	return status;
}

/* A whole number of bytes from 1 to max at text, ending at one of `ends`. */
static bool
parse_size(const char *text, const char *ends, size_t max, size_t *size,
	   const char **end)
{
	char *e;
	unsigned long long n;

	errno = 0;
	n = strtoull(text, &e, 10);
	if (errno || e == text || *text < '0' || *text > '9' || n < 1 ||
	    n > max || !strchr(ends, *e))
		return false;
	*size = n;
	*end = e;
	return true;
}

static int
add_size(struct bench_workload *w, const char *text)
{
	char signature[64];
	const char *end;
	size_t size;

	if (!parse_size(text, "", BENCH_RAW_MAX, &size, &end) || *end)
		return bench_error(BENCH_USAGE,
				   "workload %s: expected size:N with N from 1 "
				   "to %zu bytes",
				   w->spec, BENCH_RAW_MAX);
	if (size % WORD_SIZE || size > BENCH_FRAME_MAX) {
		add_shape(w, (struct bench_shape){.size = size, .weight = 1});
		return BENCH_OK;
	}
	snprintf(signature, sizeof(signature), "func([%zu]*byte)",
		 size / WORD_SIZE);
	return add_signature(w, NULL, signature, 1);
}

/* "101" becomes func(*byte, uintptr, *byte). */
static int
add_mask(struct bench_workload *w, const char *bits)
{
	size_t n = strspn(bits, "01");
	char *signature, *p;
	int status;

	if (n == 0 || bits[n] || n > BENCH_FRAME_MAX / WORD_SIZE)
		return bench_error(BENCH_USAGE,
				   "workload %s: expected mask: and 1 to %zu "
				   "digits 0 or 1",
				   w->spec, BENCH_FRAME_MAX / WORD_SIZE);
	p = signature = bench_alloc(n * sizeof("uintptr, ") + sizeof("func()"));
	p = stpcpy(p, "func(");
	for (size_t i = 0; i < n; i++) {
		p = stpcpy(p, i ? ", " : "");
		p = stpcpy(p, bits[i] == '1' ? "*byte" : "uintptr");
	}
	stpcpy(p, ")");
	status = add_signature(w, NULL, signature, 1);
	free(signature);
	return status;
}

/* A size need not be whole words, so these are no frames. */
static int
add_csv(struct bench_workload *w, const char *path)
{
	w->csv = bench_csv_read(path, BENCH_RAW_MAX);
	if (!w->csv)
		return BENCH_USAGE;
	for (size_t i = 0; i < w->csv->sizes.n; i++)
		add_shape(w, (struct bench_shape){
				     .size = w->csv->sizes.values[i],
				     .weight = w->csv->sizes.weights[i]});
	return BENCH_OK;
}

static int
add_shapes(struct bench_workload *w, const char *spec)
{
	if (strcmp(spec, "go-std") == 0)
		return add_go_std(w, CALL_ABI_STACK, false);
	if (strcmp(spec, "go-std-register") == 0)
		return add_go_std(w, CALL_ABI_REGISTER, false);
	if (strcmp(spec, "go-std-register-framed") == 0)
		return add_go_std(w, CALL_ABI_REGISTER, true);
	if (strncmp(spec, "size:", 5) == 0)
		return add_size(w, spec + 5);
	if (strncmp(spec, "sig:", 4) == 0)
		return add_signature(w, NULL, spec + 4, 1);
	if (strncmp(spec, "mask:", 5) == 0)
		return add_mask(w, spec + 5);
	if (strncmp(spec, "csv:", 4) == 0)
		return add_csv(w, spec + 4);
	return bench_error(BENCH_USAGE,
			   "workload '%s': expected go-std, go-std-register, "
			   "go-std-register-framed, size:N, sizes:A-B, "
			   "sig:SIGNATURE, mask:BITS or csv:FILE, then perhaps "
			   "+period=N or +run=N",
			   spec);
}

static int
draw_stream(struct bench_workload *w, uint64_t seed)
{
	uint64_t *weights;

	if (w->n_shapes == 1 && bench_sequence_said(&w->sequence))
		return bench_error(BENCH_USAGE,
				   "workload %s: expected several sizes before "
				   "+period or +run: one has no order",
				   w->spec);
	weights = bench_alloc(w->n_shapes * sizeof(*weights));
	for (size_t i = 0; i < w->n_shapes; i++)
		weights[i] = w->shapes[i].weight;
	w->stream = bench_stream_draw(&w->sequence, weights, w->n_shapes, seed);
	free(weights);
	return BENCH_OK;
}

struct bench_workload *
bench_workload_open_abi(const char *spec, enum call_abi abi, uint64_t seed)
{
	struct bench_workload *w = bench_alloc(sizeof(*w));

	*w = (struct bench_workload){
		.spec = bench_strdup(spec), .abi = abi, .words = true};
	char *base = bench_strdup(spec);
	int status = bench_sequence_cut(spec, base, &w->sequence);

	if (status == BENCH_OK)
		status = add_shapes(w, base);
	if (status == BENCH_OK)
		status = draw_stream(w, seed);
	free(base);
	if (status == BENCH_OK)
		return w;
	bench_workload_close(w);
	return NULL;
}

struct bench_workload *
bench_workload_open(const char *spec, uint64_t seed)
{
	return bench_workload_open_abi(spec, CALL_ABI_STACK, seed);
}

void
bench_workload_close(struct bench_workload *w)
{
	free(w->shapes);
	free(w->stream);
	bench_csv_free(w->csv);
	free(w->spec);
	free(w);
}

size_t
bench_workload_mean(const struct bench_workload *w)
{
	double bytes = 0, weight = 0;

	for (size_t i = 0; i < w->n_shapes; i++) {
		bytes +=
			(double)w->shapes[i].size * (double)w->shapes[i].weight;
		weight += (double)w->shapes[i].weight;
	}
	return (size_t)(bytes / weight);
}

double
bench_workload_stream_mean(const struct bench_workload *w)
{
	double bytes = 0;

	for (size_t i = 0; i < BENCH_STREAM_LENGTH; i++)
		bytes += (double)w->shapes[w->stream[i]].size;
	return bytes / BENCH_STREAM_LENGTH;
}

/* The next power of two, or the middle between two, above size. */
static size_t
next_on_grid(size_t size)
{
	size_t power = 1;

	while (power * 2 <= size)
		power *= 2;
	return size < power + power / 2 ? power + power / 2 : power * 2;
}

size_t
bench_workload_grid(const char *spec, size_t *sizes, size_t room)
{
	const char *end = spec;
	size_t a, b, n = 0;

	if (strncmp(spec, "sizes:", 6) ||
	    !parse_size(spec + 6, "-", BENCH_RAW_MAX, &a, &end) ||
	    *end != '-' || !parse_size(end + 1, "", BENCH_RAW_MAX, &b, &end) ||
	    *end || b < a) {
		bench_error(BENCH_USAGE,
			    "workload %s: expected sizes:A-B with 1 <= A <= B "
			    "<= %zu bytes",
			    spec, BENCH_RAW_MAX);
		return 0;
	}
	while (a < b && n < room - 1) {
		sizes[n++] = a;
		a = next_on_grid(a);
	}
	sizes[n++] = b;
	return n;
}
