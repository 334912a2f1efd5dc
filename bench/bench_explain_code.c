/* bench_explain_code.c - the functions that a cell's candidates are made of */
// SPDX-License-Identifier: BSD-3-Clause
#include "bench_explain.h"

#include <stdlib.h>
#include <string.h>

#include "bench_build.h"
#include "bench_code.h"
#include "bench_op.h"
#include "bench_provenance.h"
#include "bench_verified.h"

#define BYTES_A_LINE 16
#define LINE_BYTES   64 /* of a cache line */

typedef void function(void);

static void
add_bytes(struct bench_doc *doc, const struct bench_code *code)
{
	char line[3 * BYTES_A_LINE + 1];

	for (size_t at = 0; at < code->size; at += BYTES_A_LINE) {
		size_t n = MIN(code->size - at, BYTES_A_LINE);
		for (size_t i = 0; i < n; i++)
			snprintf(line + 3 * i, 4, " %02x", code->bytes[at + i]);
		bench_doc_add(doc, ITEM_CODE, "%06zx %s",
			      (size_t)code->address + at, line);
	}
}

static void
add_function(struct bench_doc *doc, const char *member, const char *hook,
	     function *f)
{
	struct bench_code code;

	if (!f)
		return;
	if (!bench_code_find(f, &code)) {
		bench_doc_add(doc, ITEM_BULLET,
			      "%s %s: its symbol is not to be had", member,
			      hook);
		return;
	}
	size_t first = code.address / LINE_BYTES;
	size_t last = (code.address + code.size - 1) / LINE_BYTES;
	bench_doc_add(doc, ITEM_BULLET,
		      "%s %s: %s, %zu bytes at 0x%zx, aligned to %zu, in %zu "
		      "lines of %d bytes",
		      member, hook, code.symbol, code.size,
		      (size_t)code.address, bench_code_alignment(&code),
		      last - first + 1, LINE_BYTES);
	add_bytes(doc, &code);
	free(code.symbol);
}

static void
add_barrier(struct bench_doc *doc, const struct strategy *s)
{
	const struct barrier_hooks *h = &s->barrier;

	add_function(doc, s->name, "clear", (function *)h->clear);
	add_function(doc, s->name, "move", (function *)h->move);
	add_function(doc, s->name, "copy_fresh", (function *)h->copy_fresh);
	add_function(doc, s->name, "frame_begin", (function *)h->frame_begin);
	add_function(doc, s->name, "frame_fill", (function *)h->frame_fill);
	add_function(doc, s->name, "frame_clear", (function *)h->frame_clear);
	add_function(doc, s->name, "frame_put", (function *)h->frame_put);
	add_function(doc, s->name, "cycle_start", (function *)h->cycle_start);
}

/* A set may have several, by size. */
static void
add_rules(struct bench_doc *doc, const struct call_rule *rules, bool memclr)
{
	const struct call_rule *rule = rules;

	do {
		const struct strategy *s = rule->strategy;
		add_function(doc, s->name, memclr ? "memclr" : "memmove",
			     memclr ? (function *)s->memclr
				    : (function *)s->memmove);
	} while (rule++->max != SIZE_MAX);
}

/* A strategy's bare name is a set that has it as a member. */
static void
add_candidate(struct bench_doc *doc, unsigned uses,
	      const struct bench_estimate *e)
{
	struct call_set set;
	char why[256];
	char *name = bench_verified_name(e);

	bench_doc_add(doc, ITEM_LINE, "%s", name);
	free(name);
	if (!call_set_parse(&set, e->candidate, why, sizeof(why))) {
		bench_doc_add(doc, ITEM_BULLET,
			      "this program has no such set: %s", why);
		return;
	}
	for (int kind = STRATEGY_MEMCLR; kind <= STRATEGY_MEMMOVE; kind++)
		if (uses & 1u << kind)
			add_rules(doc, set.rules[kind],
				  kind == STRATEGY_MEMCLR);
	if (uses & CALL_USES_BARRIER)
		add_barrier(doc, set.barrier);
}

static bool
same_program(const struct bench_manifest *m)
{
	return strcmp(bench_provenance_string(m, "commit"),
		      bench_build_commit) == 0 &&
	       strcmp(bench_provenance_string(m, "compiler"),
		      bench_build_compiler) == 0 &&
	       strcmp(bench_provenance_string(m, "flags"), bench_build_flags) ==
		       0;
}

void
bench_explain_code(struct bench_doc *doc, const struct bench_summary *s,
		   const struct bench_cell_summary *cell)
{
	const struct bench_op *op =
		bench_op_find(cell->cell->cell.axis[AXIS_OP]);
	unsigned uses = op ? op->uses : CALL_USES_ALL;

	bench_doc_add(doc, ITEM_HEADING, "Code");
	bench_doc_add(
		doc, ITEM_LINE,
		same_program(s->manifest)
			? "Of the program that made the run. Addresses are "
			  "those of the file, to which each launch adds a "
			  "multiple of 4096."
			: "Of this program, commit %s, which is not the one "
			  "that made the run. Addresses are those of the file, "
			  "to which each launch adds a multiple of 4096.",
		bench_build_commit);
	for (size_t i = 0; i < cell->n_estimates; i++)
		add_candidate(doc, uses, &cell->estimates[i]);
}
