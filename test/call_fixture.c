/* call_fixture.c - an engine on a small heap, with layouts from Go's tables */
// SPDX-License-Identifier: BSD-3-Clause
#include "call_fixture.h"

#include <string.h>

#include "bench_go_std.h"
#include "test_util.h"

/* Tests run where the tree's root is. */
#define RANDOM_TABLE "test/data/funclayout-random.tsv"
#define MAX_ROWS     2400

void
call_fixture_open(struct call_fixture *f, uint64_t seed)
{
	*f = (struct call_fixture){.random = {seed}};
	heap_open(&f->heap);
	gc_leave(f->heap.mut);
	f->engine = call_engine_new(f->heap.mut);
	gc_enter(f->heap.mut);
	call_fixture_bind(f, "default");
}

void
call_fixture_close(struct call_fixture *f)
{
	if (!f->unsound)
		heap_check(&f->heap);
	gc_leave(f->heap.mut);
	call_engine_free(f->engine);
	gc_enter(f->heap.mut);
	heap_close(&f->heap);
	for (size_t i = 0; i < f->n_targets; i++)
		call_layout_free(f->layouts[i]);
}

struct call_set
call_fixture_set(const char *text)
{
	struct call_set set;
	char error[160];

	if (!call_set_parse(&set, text, error, sizeof(error)))
		fail_msg("%s", error);
	assert_string_equal(set.name, text);
	return set;
}

void
call_fixture_bind(struct call_fixture *f, const char *text)
{
	struct call_set set = call_fixture_set(text);

	f->unsound |= set.barrier->flags & STRATEGY_UNSOUND;
	call_engine_bind(f->engine, &set);
}

struct call_target *
call_fixture_target(struct call_fixture *f, const char *receiver,
		    const char *signature, enum call_abi abi)
{
	struct call_layout_error error;
	struct call_layout *layout =
		call_layout_parse(receiver, signature, abi, &error);
	struct call_target *target;

	if (!layout)
		fail_msg("%s %s: %s", receiver, signature, error.text);
	assert_true(f->n_targets < CALL_FIXTURE_TARGETS);
	gc_leave(f->heap.mut);
	target = call_target_new(f->engine, layout);
	gc_enter(f->heap.mut);
	f->layouts[f->n_targets] = layout;
	f->targets[f->n_targets++] = target;
	return target;
}

/* Adds the targets of a signature. */
typedef void add_fn(struct call_fixture *f, const char *receiver,
		    const char *signature, enum call_abi abi);

static void
add_as_it_is(struct call_fixture *f, const char *receiver,
	     const char *signature, enum call_abi abi)
{
	call_fixture_target(f, receiver, signature, abi);
}

void
call_fixture_method(struct call_fixture *f, const char *receiver,
		    const char *signature, enum call_abi abi)
{
	bool has_receiver = strcmp(receiver, "-") != 0;

	call_fixture_target(f, has_receiver ? receiver : "*byte", signature,
			    abi);
	call_fixture_target(f, "-", signature, abi);
}

/* The first two columns are the receiver and the signature. */
static void
add_row(struct call_fixture *f, const char *row, add_fn *add)
{
	char *receiver, *signature;

	assert_int_equal(sscanf(row, "%m[^\t]\t%m[^\t]", &receiver, &signature),
			 2);
	add(f, receiver, signature,
	    (enum call_abi)base_random_below(&f->random, CALL_ABIS));
	free(receiver);
	free(signature);
}

/* Cuts the table up. */
static void
add_random_rows(struct call_fixture *f, char *table, size_t n, add_fn *add)
{
	static char *rows[MAX_ROWS];
	size_t n_rows = 0;
	char *row;

	strsep(&table, "\n");
	while ((row = strsep(&table, "\n")) && *row) {
		assert_true(n_rows < MAX_ROWS);
		rows[n_rows++] = row;
	}
	for (size_t i = 0; i < n; i++)
		add_row(f, rows[base_random_below(&f->random, n_rows)], add);
}

static void
add_random(struct call_fixture *f, size_t rows, add_fn *add)
{
	char *go_std = strdup(bench_go_std), *table = NULL;
	FILE *file = fopen(RANDOM_TABLE, "r");
	size_t size = 0;

	if (!file)
		fail_msg("cannot open %s", RANDOM_TABLE);
	assert_true(getdelim(&table, &size, '\0', file) > 0);
	fclose(file);
	add_random_rows(f, go_std, rows, add);
	add_random_rows(f, table, rows, add);
	free(go_std);
	free(table);
}

void
call_fixture_random_targets(struct call_fixture *f, size_t rows)
{
	add_random(f, rows, add_as_it_is);
}

void
call_fixture_random_methods(struct call_fixture *f, size_t rows)
{
	add_random(f, rows, call_fixture_method);
}
