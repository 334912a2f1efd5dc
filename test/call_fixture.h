/* call_fixture.h - an engine on a small heap, with layouts from Go's tables */
// SPDX-License-Identifier: BSD-3-Clause
#ifndef CALL_FIXTURE_H
#define CALL_FIXTURE_H

#include "base_random.h"
#include "call.h"
#include "gc_heap_fixture.h"

#define CALL_FIXTURE_TARGETS 512

struct call_fixture {
	struct gc_heap_fixture heap;
	struct call_engine *engine;
	struct base_random random;
	struct call_layout *layouts[CALL_FIXTURE_TARGETS];
	struct call_target *targets[CALL_FIXTURE_TARGETS];
	size_t n_targets;
	uint32_t unsound; /* a set that was bound says so */
};

/* The mutator is running, the set `default` is bound. */
void call_fixture_open(struct call_fixture *f, uint64_t seed);
/* Fails where heap_check does, unless an unsound set was bound. */
void call_fixture_close(struct call_fixture *f);
/* The set of a text that must name one. */
struct call_set call_fixture_set(const char *text);
/* Binds a set that must be sound where a marker may look. */
void call_fixture_bind(struct call_fixture *f, const char *set);

/* These add targets; no cycle may be running. */
struct call_target *call_fixture_target(struct call_fixture *f,
					const char *receiver,
					const char *signature,
					enum call_abi abi);
/* Two targets: of a method, with the receiver or without any with `*byte`, and
 * of the function value that a caller of it has. */
void call_fixture_method(struct call_fixture *f, const char *receiver,
			 const char *signature, enum call_abi abi);
/* As many random rows of each of Go's two tables, in either ABI; as they are,
 * or two targets each. */
void call_fixture_random_targets(struct call_fixture *f, size_t rows);
void call_fixture_random_methods(struct call_fixture *f, size_t rows);

#endif
