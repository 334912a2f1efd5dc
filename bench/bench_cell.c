/* bench_cell.c - the axes of an experiment, and a cell as a value on each */
// SPDX-License-Identifier: BSD-3-Clause
#include "bench_cell.h"

#include <stdlib.h>
#include <string.h>

#include "bench_hash.h"

const char *const bench_axis_names[AXIS_COUNT] = {
	[AXIS_OP] = "op",
	[AXIS_CLIENT] = "client",
	[AXIS_ABI] = "abi",
	[AXIS_WORKLOAD] = "workload",
	[AXIS_SIZE] = "size",
	[AXIS_POPULATION] = "population",
	[AXIS_PHASE] = "phase",
	[AXIS_RELATION] = "relation",
	[AXIS_PRESTATE] = "prestate",
	[AXIS_MUTATORS] = "mutators",
	[AXIS_MARKERS] = "markers",
};

void
bench_cell_id(const struct bench_cell *cell, char id[BENCH_CELL_ID_SIZE])
{
	uint64_t h = BENCH_HASH_INIT;

	for (int i = 0; i < AXIS_COUNT; i++)
		h = bench_hash_string(h, cell->axis[i]);
	snprintf(id, BENCH_CELL_ID_SIZE, "%016llx", (unsigned long long)h);
}

bool
bench_cell_is_id(const char *text)
{
	return strlen(text) == BENCH_CELL_ID_SIZE - 1 &&
	       text[strspn(text, "0123456789abcdef")] == '\0';
}

size_t
bench_cell_size(const struct bench_cell *cell)
{
	return strtoull(cell->axis[AXIS_SIZE], NULL, 10);
}

char *
bench_cell_text(const struct bench_cell *cell)
{
	char *text = bench_strdup("");

	for (int i = 0; i < AXIS_COUNT; i++) {
		if (strcmp(cell->axis[i], "-") == 0)
			continue;
		char *longer = bench_printf("%s%s%s=%s", text, *text ? " " : "",
					    bench_axis_names[i], cell->axis[i]);
		free(text);
		text = longer;
	}
	return text;
}

void
bench_cell_free(struct bench_cell *cell)
{
	for (int i = 0; i < AXIS_COUNT; i++)
		free(cell->axis[i]);
}
