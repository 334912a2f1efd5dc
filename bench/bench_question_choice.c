/* bench_question_choice.c - what to choose, and at what sizes */
// SPDX-License-Identifier: BSD-3-Clause
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "bench_questions.h"
#include "bench_text.h"

static bool
is_kept(const struct bench_band *band)
{
	return band->choice && band->incumbent &&
	       strcmp(band->choice, band->incumbent) == 0;
}

/* Bands first to last of a group: whether what is in use stays in all. */
static bool
all_kept(const struct bench_choice *choice, size_t first, size_t last)
{
	for (size_t i = first; i <= last; i++)
		if (!is_kept(&choice->bands[i]))
			return false;
	return true;
}

/* A choice that stays for want of an answer. */
static bool
is_undecided(const struct bench_band *band)
{
	return band->choice && band->points[GROUND_UNRESOLVED] > 0;
}

static bool
same_choice(const struct bench_band *a, const struct bench_band *b)
{
	return a->choice && b->choice && strcmp(a->choice, b->choice) == 0;
}

/* "memclr_sse2 up to 8 B, then memclr_avx2". From malloc. */
static char *
choices_text(const struct bench_choice *choice, size_t first, size_t last)
{
	char *text = bench_strdup(""), *longer;

	for (size_t i = first; i <= last; i++) {
		const struct bench_band *band = &choice->bands[i];
		char *name, *limit;

		if (i < last && same_choice(band, &choice->bands[i + 1]) &&
		    is_undecided(band) == is_undecided(&choice->bands[i + 1]))
			continue;
		name = bench_band_choice(band, "no choice");
		limit = bench_text_size(band->last);
		longer = bench_printf("%s%s%s%s%s", text, name,
				      is_undecided(band) ? " (undecided)" : "",
				      i < last ? " up to " : "",
				      i < last ? limit : "");
		free(text);
		text = bench_printf("%s%s", longer, i < last ? ", then " : "");
		free(longer);
		free(limit);
		free(name);
	}
	return text;
}

/* The time over that of what is in use, geometric mean over the bands' cells;
 * NAN without one. */
static double
gain(const struct bench_choice *choice, size_t first, size_t last)
{
	double sum = 0;
	size_t n = 0;

	for (size_t i = first; i <= last; i++) {
		const struct bench_band *band = &choice->bands[i];

		if (isnan(band->ratio))
			continue;
		sum += (double)band->n_cells * log(band->ratio);
		n += band->n_cells;
	}
	return n ? exp(sum / (double)n) : NAN;
}

static void
add_change(struct bench_doc *doc, const struct bench_choice *choice,
	   size_t first, size_t last)
{
	double ratio = gain(choice, first, last);
	char *name = bench_band_name(&choice->bands[first]);
	char *choices = choices_text(choice, first, last);
	char *times = bench_text_number(ratio);

	if (isnan(ratio))
		bench_doc_add(doc, ITEM_BULLET, "%s: %s.", name, choices);
	else
		bench_doc_add(doc, ITEM_BULLET,
			      "%s: %s. %s times the time of what is in use, "
			      "on average.",
			      name, choices, times);
	free(name);
	free(choices);
	free(times);
}

/* The last band of the group that one begins. */
static size_t
last_of(const struct bench_choice *choice, size_t first)
{
	while (bench_band_continues(choice, first))
		first++;
	return first;
}

/* A band's name up to its phase. From malloc. */
static char *
name_without_phase(const struct bench_band *band)
{
	char *name = bench_band_name(band);

	name[strlen(name) - strlen(", phase ") -
	     strlen(band->axes->axis[AXIS_PHASE])] = '\0';
	return name;
}

/* Appends a word to a list from malloc. */
static char *
append(char *list, const char *between, const char *word)
{
	char *longer = bench_printf("%s%s%s", list, between, word);

	free(list);
	return longer;
}

/* "memclr, stack ABI, go-std (off, mark)": groups that keep the same as the one
 * that begins at first, and differ from it in phase only. From malloc. */
static char *
kept_text(const struct bench_choice *choice, size_t first, bool *said)
{
	char *name = name_without_phase(&choice->bands[first]), *other;
	char *text = append(bench_strdup(name), " ", "(");

	for (size_t i = first; i < choice->n_bands;
	     i = last_of(choice, i) + 1) {
		const struct bench_band *band = &choice->bands[i];

		if (said[i] || !all_kept(choice, i, last_of(choice, i)) ||
		    !same_choice(band, &choice->bands[first]))
			continue;
		other = name_without_phase(band);
		said[i] = strcmp(name, other) == 0;
		if (said[i])
			text = append(text, i == first ? "" : ", ",
				      band->axes->axis[AXIS_PHASE]);
		free(other);
	}
	free(name);
	return append(text, ")", "");
}

/* All groups that keep the same as the one that begins at first, in one
 * sentence; said[] is set of each. */
static void
add_kept(struct bench_doc *doc, const struct bench_choice *choice, size_t first,
	 bool *said)
{
	char *list = bench_strdup(""), *text;
	char *name = bench_band_choice(&choice->bands[first], "no choice");

	for (size_t i = first; i < choice->n_bands;
	     i = last_of(choice, i) + 1) {
		if (said[i] || !all_kept(choice, i, last_of(choice, i)) ||
		    !same_choice(&choice->bands[i], &choice->bands[first]))
			continue;
		text = kept_text(choice, i, said);
		list = append(list, *list ? "; " : "", text);
		free(text);
	}
	bench_doc_add(doc, ITEM_BULLET,
		      "Keep %s, for nothing is proved faster: %s.", name, list);
	free(name);
	free(list);
}

void
bench_question_choice(struct bench_doc *doc, const struct bench_choice *choice)
{
	bool *said = bench_alloc((choice->n_bands + 1) * sizeof(*said));

	memset(said, 0, (choice->n_bands + 1) * sizeof(*said));
	bench_doc_add(doc, ITEM_HEADING,
		      "What should I choose, and at what sizes?");
	for (size_t i = 0; i < choice->n_bands; i = last_of(choice, i) + 1)
		if (!all_kept(choice, i, last_of(choice, i)))
			add_change(doc, choice, i, last_of(choice, i));
	for (size_t i = 0; i < choice->n_bands; i = last_of(choice, i) + 1)
		if (!said[i] && all_kept(choice, i, last_of(choice, i)))
			add_kept(doc, choice, i, said);
	free(said);
}
