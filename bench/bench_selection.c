/* bench_selection.c - the words of a selection, looked at before they are used
 *
 * All of them, also those that no cell has a use for: a raw operation has no
 * population, but a misspelt one is still a mistake.
 */
// SPDX-License-Identifier: BSD-3-Clause
#include "bench_list.h"
#include "bench_plan.h"

#include <errno.h>
#include <stdlib.h>

unsigned
bench_selection_threads(const char *word)
{
	char *end;
	unsigned long n;

	errno = 0;
	n = strtoul(word, &end, 10);
	if (errno || *word < '0' || *word > '9' || *end ||
	    n > BENCH_TOPO_MAX_CPUS)
		return 0;
	return (unsigned)n;
}

static bool
is_relation(const char *word)
{
	struct bench_relation relation;

	if (bench_relation_parse(word, &relation))
		return true;
	bench_error(BENCH_USAGE,
		    "--relation=%s: expected self, none or levels joined by + "
		    "(see framebench topo)",
		    word);
	return false;
}

static bool
is_op(const char *word)
{
	if (bench_op_find(word))
		return true;
	bench_op_unknown(word);
	return false;
}

static bool
is_client(const char *word)
{
	return bench_axis_word("client", word, bench_client_names,
			       CLIENT_COUNT) >= 0;
}

static bool
is_abi(const char *word)
{
	return bench_axis_word("abi", word, bench_abi_names, CALL_ABIS) >= 0;
}

static bool
is_population(const char *word)
{
	return bench_axis_word("population", word, bench_population_names,
			       POPULATION_COUNT) >= 0;
}

static bool
is_phase(const char *word)
{
	return bench_axis_word("phase", word, bench_phase_names,
			       BENCH_PHASES) >= 0;
}

static bool
is_prestate(const char *word)
{
	struct bench_prestate ignored;

	return bench_prestate_parse(word, &ignored) == BENCH_OK;
}

static bool
is_mutators(const char *word)
{
	if (bench_selection_threads(word) > 0)
		return true;
	bench_error(BENCH_USAGE,
		    "--mutators=%s: expected a number from 1 to %d", word,
		    BENCH_TOPO_MAX_CPUS);
	return false;
}

static bool
is_markers(const char *word)
{
	unsigned n = bench_selection_threads(word);

	if (n > 0 && n <= GC_MARKERS_MAX)
		return true;
	bench_error(BENCH_USAGE, "--markers=%s: expected a number from 1 to %d",
		    word, GC_MARKERS_MAX);
	return false;
}

/* Whether all words of a list are; NULL is none. */
static bool
all_are(const char *words, bool (*is_one)(const char *word))
{
	struct bench_list list;
	bool good = true;

	if (!words)
		return true;
	list = bench_list_split(words);
	for (size_t i = 0; i < list.n && good; i++)
		good = is_one(list.words[i]);
	bench_list_free(&list);
	return good;
}

int
bench_selection_check(const struct bench_selection *s)
{
	return all_are(s->op, is_op) && all_are(s->client, is_client) &&
			       all_are(s->abi, is_abi) &&
			       all_are(s->population, is_population) &&
			       all_are(s->phase, is_phase) &&
			       all_are(s->relation, is_relation) &&
			       all_are(s->prestate, is_prestate) &&
			       all_are(s->mutators, is_mutators) &&
			       all_are(s->markers, is_markers)
		       ? BENCH_OK
		       : BENCH_USAGE;
}
