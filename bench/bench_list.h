/* bench_list.h - words separated by ",", as the flags take them */
// SPDX-License-Identifier: BSD-3-Clause
#ifndef BENCH_LIST_H
#define BENCH_LIST_H

#include "bench.h"

struct bench_list {
	char **words;
	size_t n;
};

/* Splits at each "," that stands in no bracket, so that a signature is one
 * word. */
struct bench_list bench_list_split(const char *text);
void bench_list_add(struct bench_list *list, const char *word);
/* The words of both lists, as a list from malloc; NULL when there are none. */
char *bench_list_common(const char *a, const char *b);
bool bench_list_has(const struct bench_list *list, const char *word);
void bench_list_free(struct bench_list *list);

#endif
