/* strategy_registry.c - the table of strategies, and its check */
// SPDX-License-Identifier: BSD-3-Clause
#include "strategy.h"

#include <string.h>

#include "base_cpu.h"

#define STRATEGY(name) extern const struct strategy name;
#include "strategy_list.h"
#undef STRATEGY

static const struct {
	const struct strategy *strategy;
	const char *symbol;
} registry[] = {
#define STRATEGY(name) {&name, #name},
#include "strategy_list.h"
#undef STRATEGY
};

static const char *const kind_names[STRATEGY_KINDS] = {
	[STRATEGY_MEMCLR] = "memclr",
	[STRATEGY_MEMMOVE] = "memmove",
	[STRATEGY_BARRIER] = "barrier",
};

size_t
strategy_count(void)
{
	return ARRAY_LEN(registry);
}

const struct strategy *
strategy_at(size_t i)
{
	return registry[i].strategy;
}

const struct strategy *
strategy_find(const char *name)
{
	for (size_t i = 0; i < ARRAY_LEN(registry); i++)
		if (strcmp(registry[i].symbol, name) == 0)
			return registry[i].strategy;
	return NULL;
}

const char *
strategy_kind_name(enum strategy_kind kind)
{
	return kind_names[kind];
}

const char *
strategy_atomicity_name(enum strategy_atomicity a)
{
	static const char *const names[] = {
		[ATOMICITY_NONE] = "none",
		[ATOMICITY_CONVENTION] = "convention",
		[ATOMICITY_ARCHITECTURAL] = "architectural",
	};

	return names[a];
}

bool
strategy_usable(const struct strategy *s)
{
	return (base_cpu_features() & s->cpu_needs) == s->cpu_needs;
}

static void
check_one(const struct strategy *s, const char *symbol)
{
	bool is_barrier = s->kind == STRATEGY_BARRIER;

	CHECK(s->name && strcmp(s->name, symbol) == 0);
	CHECK(s->summary && s->summary[0]);
	CHECK(s->kind < STRATEGY_KINDS);
	CHECK(!s->memclr == (s->kind != STRATEGY_MEMCLR));
	CHECK(!s->memmove == (s->kind != STRATEGY_MEMMOVE));
	CHECK(!s->barrier.clear == !is_barrier);
	CHECK(!s->barrier.move == !is_barrier);
	CHECK(!s->entry_words == !s->default_entries);
	/* Every memclr and memmove is named after its kind. */
	CHECK(is_barrier || strncmp(symbol, kind_names[s->kind],
				    strlen(kind_names[s->kind])) == 0);
}

void
strategy_check_all(void)
{
	for (size_t i = 0; i < ARRAY_LEN(registry); i++)
		check_one(registry[i].strategy, registry[i].symbol);
}
