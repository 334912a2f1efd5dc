/* test_bench_legal.c - the table of what can meet, and that it is obeyed */
// SPDX-License-Identifier: BSD-3-Clause
#include "test_util.h"

#include <string.h>

#include "bench_legal.h"

/* The row that has the client, or else the first of that name. */
static const struct bench_op *
find(const char *name, enum bench_client client)
{
	for (size_t i = 0; bench_ops[i]; i++)
		if (strcmp(bench_ops[i]->name, name) == 0 &&
		    bench_ops[i]->clients >> client & 1)
			return bench_ops[i];
	return bench_op_find(name);
}

static const char *
refusal(const char *op, enum bench_client client, enum bench_phase phase,
	enum bench_population population)
{
	struct bench_experiment x = {.op = find(op, client),
				     .client = client,
				     .phase = phase,
				     .population = population};

	assert_non_null(x.op);
	return bench_legal_refusal(&x);
}

#define LEGAL(op, client, phase, population)                    \
	assert_null(refusal(op, CLIENT_##client, BENCH_##phase, \
			    POPULATION_##population))
#define ILLEGAL(op, client, phase, population, why)                         \
	do {                                                                \
		const char *r = refusal(op, CLIENT_##client, BENCH_##phase, \
					POPULATION_##population);           \
		assert_non_null(r);                                         \
		assert_non_null(strstr(r, why));                            \
	} while (0)

/* What the README says, row by row. */
static void
test_what_can_meet(void **state)
{
	(void)state;
	LEGAL("memclr", RAW, OFF, NIL);
	LEGAL("memmove", RAW, MARK, NIL);
	LEGAL("memclr", RAW, SWEEP, NIL);
	ILLEGAL("memclr", RAW, STRADDLE, NIL, "only typed clears");
	ILLEGAL("memclr", FRAME, OFF, NIL, "does not have that client");

	LEGAL("typedmemclr", FRAME, STRADDLE, WHITE_COLD);
	LEGAL("typedmemclrpartial", FRAME, SWEEP, WHITE);
	LEGAL("typedmemclrpartial", FRAME, OFF, NOSCAN_REPEATED);
	LEGAL("typedmemclrpartial", FRAME, MARK, MARKED_COLD);
	LEGAL("typedmemclr", FRAME, MARK, NIL);
	ILLEGAL("typedmemclr", FRAME, MARK, WHITE, "shaded them");
	ILLEGAL("typedmemclrpartial", FRAME, MARK, NOSCAN, "shaded them");
	ILLEGAL("typedmemclrpartial", FRAME, MARK, WHITE_COLD, "shaded them");
	ILLEGAL("typedmemclrpartial", FRAME, MARK, WHITE_REPEATED,
		"shaded them");

	LEGAL("typedmemmove", FRAME, MARK, WHITE);
	LEGAL("call", FRAME, MARK, WHITE_COLD);
	LEGAL("call", FRAME, SWEEP, WHITE);
	ILLEGAL("call", FRAME, STRADDLE, WHITE, "only clears of frames");
	ILLEGAL("call", SLICE, OFF, WHITE, "does not have that client");

	LEGAL("typedmemclr", SLICE, MARK, WHITE);
	LEGAL("typedmemmove", SLICE, SWEEP, NOSCAN);
	ILLEGAL("typedmemclr", SLICE, STRADDLE, WHITE, "only clears of frames");
	LEGAL("typedmemclr", MAP, MARK, WHITE_COLD);
	LEGAL("typedmemclr", MAP_BUCKET, SWEEP, NOSCAN);
	LEGAL("typedmemclr", CHAN, MARK, WHITE_REPEATED);
	LEGAL("typedmemmove", APPEND, SWEEP, WHITE);
	ILLEGAL("typedmemclr", CHAN, STRADDLE, WHITE, "only clears of frames");
	ILLEGAL("typedmemmove", MAP, MARK, WHITE, "does not have that client");
	ILLEGAL("typedmemclrpartial", SLICE, MARK, MARKED,
		"does not have that client");
}

/* No clear is measured in mark termination, and nothing else by its op. */
static void
test_termination_is_apart(void **state)
{
	(void)state;
	LEGAL("terminate", FRAME, TERMINATION, WHITE);
	LEGAL("terminate", FRAME, TERMINATION, NIL);
	ILLEGAL("terminate", FRAME, TERMINATION, WHITE_COLD, "neither");
	ILLEGAL("terminate", FRAME, MARK, WHITE, "only `terminate`");
	for (size_t i = 0; bench_ops[i]; i++) {
		const struct bench_op *op = bench_ops[i];

		for (int c = 0; c < CLIENT_COUNT; c++)
			assert_true(op->protocol ||
				    refusal(op->name, (enum bench_client)c,
					    BENCH_TERMINATION, POPULATION_NIL));
	}
}

static bool
has_row(enum bench_client client, const char *op)
{
	const struct bench_legal *row;

	for (size_t k = 0; (row = bench_legal_row(k)); k++)
		if (row->client == client && bench_legal_has_op(row, op))
			return true;
	return false;
}

/* In any of the rows of that name. */
static bool
has_client(const char *op, int client)
{
	for (size_t i = 0; bench_ops[i]; i++)
		if (strcmp(bench_ops[i]->name, op) == 0 &&
		    bench_ops[i]->clients >> client & 1)
			return true;
	return false;
}

/* A client of an operation without any row could never be measured. */
static void
test_each_op_and_client_has_a_row(void **state)
{
	(void)state;
	for (size_t i = 0; bench_ops[i]; i++)
		for (int c = 0; c < CLIENT_COUNT; c++) {
			bool row = has_row((enum bench_client)c,
					   bench_ops[i]->name);

			assert_int_equal(row,
					 has_client(bench_ops[i]->name, c));
		}
}

/* Each row names operations that exist, and says why where it is not all. */
static void
test_rows_are_whole(void **state)
{
	const struct bench_legal *row;

	(void)state;
	for (size_t i = 0; (row = bench_legal_row(i)); i++) {
		char *ops = strdup(row->ops), *rest = ops, *op;
		unsigned all = (1u << POPULATION_COUNT) - 1;

		while ((op = strsep(&rest, " "))) {
			assert_non_null(bench_op_find(op));
			assert_true(bench_legal_has_op(row, op));
		}
		free(ops);
		assert_false(bench_legal_has_op(row, "typedmem"));
		assert_true(row->phases != 0);
		assert_int_equal(row->populations != 0 &&
					 row->populations != all,
				 row->why != NULL);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_what_can_meet),
		cmocka_unit_test(test_termination_is_apart),
		cmocka_unit_test(test_each_op_and_client_has_a_row),
		cmocka_unit_test(test_rows_are_whole),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
