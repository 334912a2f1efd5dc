/* bench_list.c - words separated by ",", as the flags take them */
// SPDX-License-Identifier: BSD-3-Clause
#include "bench_list.h"

#include <stdlib.h>
#include <string.h>

/* The end of the word at text. */
static const char *
word_end(const char *text)
{
	int depth = 0;

	for (; *text && (*text != ',' || depth > 0); text++) {
		if (strchr("([{", *text))
			depth++;
		if (strchr(")]}", *text))
			depth--;
	}
	return text;
}

static void
add(struct bench_list *list, char *word)
{
	list->words = bench_realloc(list->words,
				    (list->n + 1) * sizeof(*list->words));
	list->words[list->n++] = word;
}

struct bench_list
bench_list_split(const char *text)
{
	struct bench_list list = {NULL, 0};

	for (;;) {
		const char *end = word_end(text);

		add(&list, bench_printf("%.*s", (int)(end - text), text));
		if (!*end)
			return list;
		text = end + 1;
	}
}

void
bench_list_add(struct bench_list *list, const char *word)
{
	add(list, bench_strdup(word));
}

bool
bench_list_has(const struct bench_list *list, const char *word)
{
	for (size_t i = 0; i < list->n; i++)
		if (strcmp(list->words[i], word) == 0)
			return true;
	return false;
}

char *
bench_list_common(const char *a, const char *b)
{
	struct bench_list these = bench_list_split(a);
	struct bench_list those = bench_list_split(b);
	char *common = NULL;

	for (size_t i = 0; i < these.n; i++) {
		char *shorter = common;

		if (!bench_list_has(&those, these.words[i]))
			continue;
		common = bench_printf("%s%s%s", shorter ? shorter : "",
				      shorter ? "," : "", these.words[i]);
		free(shorter);
	}
	bench_list_free(&these);
	bench_list_free(&those);
	return common;
}

void
bench_list_free(struct bench_list *list)
{
	for (size_t i = 0; i < list->n; i++)
		free(list->words[i]);
	free(list->words);
}
