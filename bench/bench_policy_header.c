/* bench_policy_header.c - a policy as a C header that compiles by itself */
// SPDX-License-Identifier: BSD-3-Clause
#include <ctype.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "bench_coverage.h"
#include "bench_policy.h"
#include "bench_text.h"

#define WIDTH 78

/* A name as part of a macro: MEMCLR_AVX2. */
static char *
macro_part(const char *name)
{
	char *part = bench_strdup(name);

	for (char *p = part; *p; p++)
		*p = isalnum((unsigned char)*p)
			     ? (char)toupper((unsigned char)*p)
			     : '_';
	return part;
}

/* Text from a manifest must not end the comment that it stands in, nor begin
 * another, which compilers warn of. */
static void
write_comment(FILE *f, const char *indent, char *text)
{
	char *first = bench_printf("%s/* ", indent);
	char *next = bench_printf("%s * ", indent);

	for (char *p = text; *p; p++) {
		if (strncmp(p, "*/", 2) == 0 || strncmp(p, "/*", 2) == 0)
			p[0] = '|';
		else if (iscntrl((unsigned char)*p))
			*p = ' ';
	}
	char *whole = bench_printf("%s */", text);
	bench_text_wrap(f, first, next, whole, WIDTH);
	free(first);
	free(next);
	free(whole);
	free(text);
}

static void
write_string(FILE *f, const char *s)
{
	fputc('"', f);
	for (; *s; s++) {
		if (*s == '"' || *s == '\\')
			fputc('\\', f);
		fputc(iscntrl((unsigned char)*s) ? ' ' : *s, f);
	}
	fputc('"', f);
}

/* The name of a band's threshold: MEMCLR_OFF_1_MAX, with the ABI if any. */
static char *
macro_of(const struct bench_choice *choice, size_t i)
{
	const struct bench_band *band = &choice->bands[i];
	char *const *axis = band->axes->axis;
	size_t first = i;

	while (first > 0 && bench_band_continues(choice, first - 1))
		first--;
	char *name = strcmp(axis[AXIS_ABI], "-") == 0
			     ? bench_printf("%s_%s_%zu_MAX", axis[AXIS_OP],
					    axis[AXIS_PHASE], i - first + 1)
			     : bench_printf("%s_%s_%s_%zu_MAX", axis[AXIS_OP],
					    axis[AXIS_ABI], axis[AXIS_PHASE],
					    i - first + 1);
	char *macro = macro_part(name);
	free(name);
	return macro;
}

/* The strategies chosen, each once. */
struct ids {
	const char **names;
	size_t n;
};

static size_t
id_of(const struct ids *ids, const char *name)
{
	for (size_t i = 0; i < ids->n; i++)
		if (strcmp(ids->names[i], name) == 0)
			return i + 1;
	return 0;
}

static struct ids
collect_ids(const struct bench_choice *choice)
{
	struct ids ids = {
		bench_alloc(choice->n_bands * sizeof(*ids.names)),
		0,
	};

	for (size_t i = 0; i < choice->n_bands; i++) {
		const char *name = choice->bands[i].choice;
		if (name && !id_of(&ids, name))
			ids.names[ids.n++] = name;
	}
	return ids;
}

/* A set is named by its members, which is too long for a macro: its number. */
static char *
id_macro(const struct ids *ids, const char *name)
{
	char *part = !name ? bench_strdup("NONE")
		     : strchr(name, '=')
			     ? bench_printf("SET_%zu", id_of(ids, name))
			     : macro_part(name);
	char *macro = bench_printf("FRAMEBENCH_USE_%s", part);

	free(part);
	return macro;
}

static void
write_ids(const struct ids *ids, FILE *f)
{
	fputs("enum framebench_strategy {\n"
	      "\tFRAMEBENCH_USE_NONE = 0, /* nothing may be chosen here */\n",
	      f);
	for (size_t i = 0; i < ids->n; i++) {
		char *macro = id_macro(ids, ids->names[i]);
		fprintf(f, "\t%s = %zu,\n", macro, i + 1);
		free(macro);
	}
	fputs("};\n\n", f);
}

static const char prologue[] =
	"#ifndef FRAMEBENCH_POLICY_H\n"
	"#define FRAMEBENCH_POLICY_H\n\n"
	"#include <stddef.h>\n"
	"#include <stdint.h>\n\n"
	"#define FRAMEBENCH_POLICY_SCHEMA 1\n\n"
	"#ifdef __cplusplus\n"
	"#define FRAMEBENCH_ASSERT static_assert\n"
	"#else\n"
	"#define FRAMEBENCH_ASSERT _Static_assert\n"
	"#endif\n"
	"#ifdef __GNUC__\n"
	"#define FRAMEBENCH_UNUSED __attribute__((unused))\n"
	"#else\n"
	"#define FRAMEBENCH_UNUSED\n"
	"#endif\n\n";
_Static_assert(BENCH_POLICY_SCHEMA == 1, "the prologue says so too");

static char *
origin_text(const struct bench_policy *policy)
{
	const struct bench_manifest *m = policy->summary->manifest;
	const struct bench_provenance *from = policy->provenance;
	struct bench_coverage coverage =
		bench_coverage_of(policy->summary, policy->options->weights);
	char *layouts = bench_coverage_layouts(&coverage);
	char *text = bench_printf(
		"Run %s, %s. Machine: %s. Plan %s, hash %s; commit %s. "
		"Layouts: %s. %s",
		from->run, from->date, from->machine,
		bench_provenance_string(m, "plan"),
		bench_provenance_string(m, "plan_hash"),
		bench_provenance_string(m, "commit"), layouts,
		from->is_virtual ? "Measured on a virtual machine: choose "
				   "again on the real one."
				 : "");

	free(layouts);
	return text;
}

static char *
terms_text(const struct bench_policy *policy)
{
	const struct bench_weights *weights = policy->options->weights;
	char *epsilon = bench_text_percent(policy->options->epsilon);
	char *text = bench_printf(
		"Regret is how much slower a choice can be at most than the "
		"best measured candidate, as a fraction, 95 %% in each cell. "
		"It is about these candidates, these sizes and this machine. "
		"A difference of up to %s counts as a tie, and a tie keeps "
		"what is in use (%s).%s%s%s",
		epsilon, bench_incumbent_text(policy->options->incumbent),
		weights ? " Sizes count as they come in " : "",
		weights ? weights->spec : "",
		weights ? ", and a choice may be slower at a size that takes "
			  "little of its time."
			: "");

	free(epsilon);
	return text;
}

static void
write_head(const struct bench_policy *policy, FILE *f)
{
	fputs("/* policy.h - which implementation to use where\n"
	      " *\n"
	      " * Made by `framebench choose`. Do not edit: measure and choose "
	      "again.\n"
	      " */\n",
	      f);
	write_comment(f, "", origin_text(policy));
	write_comment(f, "", terms_text(policy));
	fputs(prologue, f);
}

static void
write_size(FILE *f, size_t size)
{
	if (size == SIZE_MAX)
		fputs("SIZE_MAX", f);
	else
		fprintf(f, "%zuu", size);
}

static void
write_threshold(const struct bench_choice *choice, size_t i, FILE *f)
{
	char *macro = macro_of(choice, i);

	fprintf(f, "#define FRAMEBENCH_%s ", macro);
	write_size(f, bench_policy_max_size(choice, i));
	fputc('\n', f);
	if (i > 0 && bench_band_continues(choice, i - 1)) {
		char *last = macro_of(choice, i - 1);
		fprintf(f,
			"FRAMEBENCH_ASSERT(FRAMEBENCH_%s <\n"
			"\t\tFRAMEBENCH_%s, \"sizes must rise\");\n",
			last, macro);
		free(last);
	}
	free(macro);
}

static void
write_thresholds(const struct bench_choice *choice, FILE *f)
{
	fputs("/* The largest size, in bytes, of each band. */\n", f);
	for (size_t i = 0; i < choice->n_bands; i++)
		if (choice->bands[i].first > 0)
			write_threshold(choice, i, f);
	fputc('\n', f);
}

/* "8 B, 16 B": every size that was measured, so that no gap is hidden. */
static char *
measured_text(const struct bench_band *band)
{
	char *text = bench_strdup("");

	for (size_t i = 0; i < band->n_cells; i++) {
		size_t size = bench_cell_size(&band->cells[i]->cell->cell);
		if (i > 0 &&
		    size == bench_cell_size(&band->cells[i - 1]->cell->cell))
			continue;
		char *name = bench_text_size(size);
		char *longer =
			bench_printf("%s%s%s", text, i ? ", " : "", name);
		free(name);
		free(text);
		text = longer;
	}
	return text;
}

/* Where the switch to the next band lies is not known between two measured
 * sizes, nor what holds beyond the last one: it is said. */
static char *
limits_text(const struct bench_band *band)
{
	if (band->first == 0)
		return bench_strdup("Sizes as the workload mixes them.");
	char *sizes = measured_text(band);
	char *last = bench_text_size(band->last);
	char *above = bench_text_size(band->above);
	char *text = band->above
			     ? bench_printf("Measured at %s; next at %s, so "
					    "the switch belongs anywhere "
					    "between %s and %s.",
					    sizes, above, last, above)
			     : bench_printf("Measured at %s; nothing was "
					    "measured above.",
					    sizes);

	free(sizes);
	free(last);
	free(above);
	return text;
}

static char *
cells_text(const struct bench_band *band)
{
	char *text = bench_strdup("");

	for (size_t i = 0; i < band->n_cells; i++) {
		char *longer =
			bench_printf("%s %s", text, band->cells[i]->cell->id);
		free(text);
		text = longer;
	}
	return text;
}

static void
write_row_comment(const struct bench_policy *policy,
		  const struct bench_band *band, FILE *f)
{
	const struct bench_provenance *from = policy->provenance;
	char *name = bench_band_name(band), *limits = limits_text(band);
	char *ground = bench_band_ground(band), *cells = cells_text(band);
	char *regret = bench_text_percent(band->regret);
	char *choice = bench_band_choice(band, "none");

	write_comment(
		f, "\t",
		bench_printf("%s: %s, %s. Regret at most %s. %s Cells:%s. Run "
			     "%s, %s, %s.",
			     name, choice, ground, regret, limits, cells,
			     from->run, from->date, from->machine));
	free(name);
	free(choice);
	free(limits);
	free(ground);
	free(cells);
	free(regret);
}

static void
write_row(const struct bench_policy *policy, const struct ids *ids, size_t i,
	  FILE *f)
{
	const struct bench_band *band = &policy->choice->bands[i];
	char *const *axis = band->axes->axis;
	const char *const strings[] = {
		axis[AXIS_OP],
		axis[AXIS_ABI],
		band->first ? "-" : axis[AXIS_WORKLOAD],
		axis[AXIS_PHASE],
	};
	char *id = id_macro(ids, band->choice);

	write_row_comment(policy, band, f);
	fputs("\t{", f);
	for (size_t k = 0; k < ARRAY_LEN(strings); k++) {
		write_string(f, strings[k]);
		fputs(", ", f);
	}
	if (band->first) {
		char *macro = macro_of(policy->choice, i);
		fprintf(f, "FRAMEBENCH_%s", macro);
		free(macro);
	} else {
		fputs("SIZE_MAX", f);
	}
	fputs(",\n\t ", f);
	write_string(f, band->choice ? band->choice : "");
	fprintf(f, ", %s, %.6g},\n", id,
		isnan(band->regret) ? -1 : band->regret);
	free(id);
}

static void
write_table(const struct bench_policy *policy, const struct ids *ids, FILE *f)
{
	fputs("struct framebench_policy_row {\n"
	      "\tconst char *op, *abi, *workload, *phase; /* \"-\": any */\n"
	      "\tsize_t max_size; /* bytes; the first row that holds counts "
	      "*/\n"
	      "\tconst char *strategy;\n"
	      "\tenum framebench_strategy id;\n"
	      "\tdouble regret; /* a fraction; negative: not known */\n"
	      "};\n\n"
	      "FRAMEBENCH_UNUSED\n"
	      "static const struct framebench_policy_row framebench_policy[] ="
	      " {\n",
	      f);
	for (size_t i = 0; i < policy->choice->n_bands; i++)
		write_row(policy, ids, i, f);
	fputs("};\n\n#endif\n", f);
}

void
bench_policy_header(const struct bench_policy *policy, FILE *f)
{
	struct ids ids = collect_ids(policy->choice);

	write_head(policy, f);
	write_ids(&ids, f);
	write_thresholds(policy->choice, f);
	write_table(policy, &ids, f);
	free(ids.names);
}
