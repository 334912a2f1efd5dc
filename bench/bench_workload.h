/* bench_workload.h - which sizes and shapes an operation meets, and how often
 *
 * - go-std: the frames of Go's standard library, weighted by how many functions
 *   have each: a static census of declarations, not of calls
 * - go-std-register: the same in the register ABI, with calls without a frame
 * - go-std-register-framed: those of them that have a frame, a thirtieth
 * - size:N: N bytes; typed operations see N/8 pointers
 * - sizes:A-B: a cell for each size of a grid from A to B
 * - sig:SIGNATURE: the frame of one Go signature
 * - mask:BITS: a frame with these words, 1 = pointer
 * - csv:FILE: sizes, overlaps and alignments of raw operations (bench_csv.h)
 *
 * Behind those that mix sizes may stand +period=N and +run=N (bench_stream.h).
 */
// SPDX-License-Identifier: BSD-3-Clause
#ifndef BENCH_WORKLOAD_H
#define BENCH_WORKLOAD_H

#include "bench_csv.h"
#include "bench_stream.h"
#include "call_cache.h"

/* The largest size of a frame; the engine's argument areas end here too. */
#define BENCH_FRAME_MAX ((size_t)64 << 10)
/* The largest size of a raw memclr or memmove. */
#define BENCH_RAW_MAX ((size_t)64 << 20)

/* One shape of frame. The layout is NULL for a workload that only raw
 * operations may use, with a size that is not whole words. */
struct bench_shape {
	const struct call_layout *layout;
	/* What it is looked up by: as it is, and with the receiver `*byte`
	 * where it has none. */
	struct call_key key, method;
	size_t size; /* bytes that are cleared or copied */
	uint64_t weight;
};

struct bench_workload {
	char *spec;
	struct bench_shape *shapes;
	size_t n_shapes;
	struct bench_sequence sequence;
	uint16_t *stream;      /* BENCH_STREAM_LENGTH indices of shapes */
	struct bench_csv *csv; /* NULL: from no file */
	enum call_abi abi;     /* of its frames */
	bool own_abi;          /* which the spec says, not who opened it */
	bool framed;           /* signatures without a frame are left out */
	bool words;            /* every size is whole words */
};

/* NULL after a message for a spec that is none. Frames are of the ABI that the
 * spec says, else of `abi`, or the stack's. The seed draws the stream. */
struct bench_workload *
bench_workload_open_abi(const char *spec, enum call_abi abi, uint64_t seed);
struct bench_workload *bench_workload_open(const char *spec, uint64_t seed);
void bench_workload_close(struct bench_workload *w);

/* Bytes of an operation, the mean over the weights. */
size_t bench_workload_mean(const struct bench_workload *w);
/* The mean over the stream, as it was drawn. */
double bench_workload_stream_mean(const struct bench_workload *w);

/* The sizes of the grid: powers of two and their middles, A and B themselves
 * included. Returns how many, at most `room`; 0 after a message when the spec
 * is not "sizes:A-B". */
size_t bench_workload_grid(const char *spec, size_t *sizes, size_t room);

#endif
