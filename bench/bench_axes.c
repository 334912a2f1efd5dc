/* bench_axes.c - the words of the axes that the runner acts on */
// SPDX-License-Identifier: BSD-3-Clause
#include "bench_axes.h"

#include <stdlib.h>
#include <string.h>

const char *const bench_population_names[POPULATION_COUNT] = {
	[POPULATION_NIL] = "nil",
	[POPULATION_MARKED] = "marked",
	[POPULATION_WHITE] = "white",
	[POPULATION_NOSCAN] = "noscan",
	[POPULATION_MARKED_COLD] = "marked-cold",
	[POPULATION_WHITE_COLD] = "white-cold",
	[POPULATION_NOSCAN_COLD] = "noscan-cold",
	[POPULATION_MARKED_REPEATED] = "marked-repeated",
	[POPULATION_WHITE_REPEATED] = "white-repeated",
	[POPULATION_NOSCAN_REPEATED] = "noscan-repeated",
};

const struct bench_population_kind bench_population_kinds[POPULATION_COUNT] = {
	[POPULATION_NIL] = {POPULATION_NIL, false, false, "nil"},
	[POPULATION_MARKED] = {POPULATION_MARKED, false, false,
			       "objects that the cycle has marked"},
	[POPULATION_WHITE] = {POPULATION_WHITE, false, false,
			      "objects with pointers that nothing has marked"},
	[POPULATION_NOSCAN] = {POPULATION_NOSCAN, false, false,
			       "unmarked objects without pointers"},
	[POPULATION_MARKED_COLD] = {POPULATION_MARKED, true, false,
				    "marked, in spans that are out of cache"},
	[POPULATION_WHITE_COLD] = {POPULATION_WHITE, true, false,
				   "white, in spans that are out of cache"},
	[POPULATION_NOSCAN_COLD] = {POPULATION_NOSCAN, true, false,
				    "noscan, in spans that are out of cache"},
	[POPULATION_MARKED_REPEATED] = {POPULATION_MARKED, false, true,
					"marked, each in 64 slots in a row"},
	[POPULATION_WHITE_REPEATED] = {POPULATION_WHITE, false, true,
				       "white, each in 64 slots in a row"},
	[POPULATION_NOSCAN_REPEATED] = {POPULATION_NOSCAN, false, true,
					"noscan, each in 64 slots in a row"},
};

const char *const bench_phase_names[BENCH_PHASES] = {
	[BENCH_OFF] = "off",
	[BENCH_MARK] = "mark",
	[BENCH_STRADDLE] = "straddle",
	[BENCH_SWEEP] = "sweep",
	[BENCH_TERMINATION] = "termination",
};

const char *const bench_phase_summaries[BENCH_PHASES] = {
	[BENCH_OFF] = "no collection is running; barriers are off",
	[BENCH_MARK] = "barriers are on, the marker is at work",
	[BENCH_STRADDLE] = "filled with marking off, cleared with marking on",
	[BENCH_SWEEP] = "barriers are off again, spans are being swept",
	[BENCH_TERMINATION] = "nothing is grey, marking is to end",
};

bool
bench_phase_marks(enum bench_phase phase)
{
	return phase == BENCH_MARK || phase == BENCH_STRADDLE ||
	       phase == BENCH_TERMINATION;
}

const char *const bench_client_names[CLIENT_COUNT] = {
	[CLIENT_RAW] = "-",
	[CLIENT_FRAME] = "frame",
	[CLIENT_SLICE] = "slice",
	[CLIENT_MAP] = "map",
	[CLIENT_MAP_BUCKET] = "map-bucket",
	[CLIENT_CHAN] = "chan",
	[CLIENT_APPEND] = "append",
};

const char *const bench_client_summaries[CLIENT_COUNT] = {
	[CLIENT_RAW] = "memory that is no heap: memclr, memmove",
	[CLIENT_FRAME] = "frames of reflect calls: fill, clear, call",
	[CLIENT_SLICE] = "slices: clear, overwrite",
	[CLIENT_MAP] = "maps in groups of 8 (Go 1.24 and later): delete",
	[CLIENT_MAP_BUCKET] = "maps in buckets of 8 (before): delete",
	[CLIENT_CHAN] = "buffered channels: receive",
	[CLIENT_APPEND] = "slices that grow into a new array",
};

const char *const bench_abi_names[CALL_ABIS] = {
	[CALL_ABI_STACK] = "stack",
	[CALL_ABI_REGISTER] = "register",
};

int
bench_axis_word(const char *axis, const char *word, const char *const *table,
		size_t n)
{
	char *list = bench_strdup(table[0]);

	for (size_t i = 0; i < n; i++)
		if (strcmp(table[i], word) == 0) {
			free(list);
			return (int)i;
		}
	for (size_t i = 1; i < n; i++) {
		char *longer = bench_printf("%s, %s", list, table[i]);

		free(list);
		list = longer;
	}
	bench_error(BENCH_USAGE, "--%s=%s: expected one of %s", axis, word,
		    list);
	free(list);
	return -1;
}
