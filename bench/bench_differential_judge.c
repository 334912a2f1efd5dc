/* bench_differential_judge.c - the reference, and what a hook has done beside
 * it
 */
// SPDX-License-Identifier: BSD-3-Clause
#include <stdlib.h>
#include <string.h>

#include "bench_differential.h"
#include "gc_barrier.h"

static void
add(struct differential_records *r, uintptr_t word)
{
	if (word)
		r->words[r->n++] = word;
}

void
differential_refer(struct differential *d)
{
	const struct differential_case *c = &d->c;
	char *range = (char *)(d->after + c->first);

	d->want.n = 0;
	for (size_t i = 0; i < differential_words(c); i++) {
		if (!differential_records(c, i))
			continue;
		add(&d->want, d->before[i]);
		if (differential_has_source(c->op))
			add(&d->want, d->stored[i - c->first]);
	}
	for (size_t i = 0; i < c->size; i++)
		range[i] = differential_has_source(c->op)
				   ? ((char *)d->stored)[i]
				   : 0;
}

static void
wrong(struct differential *d, const char *what, size_t word)
{
	size_t size = sizeof(d->result->first);
	int n;

	if (d->result->wrong++)
		return;
	n = snprintf(d->result->first, size, "%s %zu: ", what, word);
	differential_text(&d->c, d->result->first + n, size - (size_t)n);
}

static void
check_memory(struct differential *d)
{
	for (size_t i = 0; i < differential_words(&d->c); i++)
		if (d->dst[i] != d->after[i]) {
			wrong(d, "memory differs in word", i);
			return;
		}
	if (differential_has_source(d->c.op) && !d->c.overlaps &&
	    memcmp(d->src, d->stored, d->c.size) != 0)
		wrong(d, "the source differs, records", d->got.n);
}

static int
compare_words(const void *a, const void *b)
{
	uintptr_t x = *(const uintptr_t *)a, y = *(const uintptr_t *)b;

	return (x > y) - (x < y);
}

static void
sort(struct differential_records *r)
{
	qsort(r->words, r->n, sizeof(*r->words), compare_words);
}

/* A word that one has more often than the other, or the array's end. */
static size_t
first_difference(const struct differential_records *a,
		 const struct differential_records *b)
{
	size_t i = 0;

	while (i < MIN(a->n, b->n) && a->words[i] == b->words[i])
		i++;
	return i;
}

/* Where the array had a word, or the source; the array's length when neither.
 */
static size_t
place_of(const struct differential *d, uintptr_t word)
{
	size_t words = differential_words(&d->c);
	size_t size = ALIGN_UP(d->c.size, WORD_SIZE) / WORD_SIZE;

	for (size_t i = 0; i < words; i++)
		if (d->before[i] == word)
			return i;
	for (size_t i = 0; differential_has_source(d->c.op) && i < size; i++)
		if (d->stored[i] == word)
			return d->c.first + i;
	return words;
}

/* As long as nothing was flushed, the buffer has all. */
static void
check_buffer(struct differential *d)
{
	const struct differential_records *want = &d->want, *got = &d->got;
	size_t i;

	d->got.n = 0;
	for (uintptr_t *p = d->mut->buffer; p < d->mut->buffer_next; p++)
		if (d->got.n < ARRAY_LEN(d->got.words))
			add(&d->got, *p);
	sort(&d->want);
	sort(&d->got);
	i = first_difference(want, got);
	if (i < want->n && (i == got->n || want->words[i] < got->words[i]))
		wrong(d, "too few records of word",
		      place_of(d, want->words[i]));
	else if (i < got->n)
		wrong(d, "too many records of word",
		      place_of(d, got->words[i]));
}

static size_t
index_of(struct differential *d, uintptr_t word)
{
	size_t size;
	struct differential_pooled *p =
		gc_object_of(d->gc, (void *)word, &size);

	return p ? p->index : DIFFERENTIAL_POOL;
}

/* An object is marked when a word that points to it was to be recorded, and as
 * many were found as there are such words. */
static void
check_marks(struct differential *d, uint64_t found)
{
	bool wanted[DIFFERENTIAL_POOL + 1] = {false};
	uint64_t n = 0;

	for (size_t i = 0; i < d->want.n; i++) {
		size_t index = index_of(d, d->want.words[i]);

		n += index < DIFFERENTIAL_POOL;
		wanted[index] = true;
	}
	for (size_t i = d->used_before; i < d->used; i++)
		if (gc_is_marked(d->gc, d->pool[i]) != wanted[i])
			wrong(d,
			      wanted[i] ? "no record of word"
					: "a record of word",
			      place_of(d, (uintptr_t)d->pool[i]));
	if (found != n)
		wrong(d, "objects recorded other than their number, ", n);
}

void
differential_judge(struct differential *d,
		   const struct gc_barrier_stats *before)
{
	struct gc_mutator *mut = d->mut;

	check_memory(d);
	if (d->buffered && mut->stats.flushes == before->flushes)
		check_buffer(d);
	gc_buffer_flush(mut);
	if (d->c.marking)
		check_marks(d, mut->stats.found - before->found);
	else if (mut->stats.entries != before->entries)
		wrong(d, "records while marking is off, ",
		      mut->stats.entries - before->entries);
}
