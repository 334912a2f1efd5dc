/* gc_pace.c - when a cycle begins by itself, and who pays for marking
 *
 * A mutator that allocates while marking owes scanning. The ratio is fixed when
 * marking starts: by the time that the heap has grown as far as it may, as many
 * bytes have been scanned as the heap then held, and marking is over. Markers
 * and mutators both work that off; a mutator first takes credit for what
 * markers have scanned, as in Go's gcAssistAlloc, and scans itself when there
 * is none. It never waits: a debt that finds nothing grey stays a debt.
 */
// SPDX-License-Identifier: BSD-3-Clause
#include "base_ticks.h"
#include "gc_internal.h"

/* Below this a cycle costs more than it frees: Go's heapMinimum, for 100 %. */
#define HEAP_MINIMUM ((size_t)4 << 20)

/* Scanning that an assist does in advance, so that few allocations assist:
 * Go's gcOverAssistWork. */
#define OVER_WORK ((size_t)64 << 10)

/* What a share of a heap size is, and never less than of the minimum. */
static size_t
percent_of(size_t heap_bytes, unsigned percent)
{
	return MAX(heap_bytes, HEAP_MINIMUM) / 100 * percent;
}

void
gc_pace_cycle_end(struct gc *gc)
{
	pthread_mutex_lock(&gc->heap_lock);
	gc->live_bytes = gc->heap_bytes;
	pthread_mutex_unlock(&gc->heap_lock);
}

size_t
gc_pace_live(struct gc *gc)
{
	size_t bytes;

	pthread_mutex_lock(&gc->heap_lock);
	bytes = gc->live_bytes;
	pthread_mutex_unlock(&gc->heap_lock);
	return bytes;
}

void
gc_pace_set_trigger(struct gc *gc)
{
	unsigned percent = gc->config.trigger_percent;

	pthread_mutex_lock(&gc->heap_lock);
	if (percent)
		gc->trigger_bytes =
			gc->live_bytes + percent_of(gc->live_bytes, percent);
	else
		gc->trigger_bytes = SIZE_MAX;
	pthread_mutex_unlock(&gc->heap_lock);
}

bool
gc_pace_due(struct gc *gc)
{
	if (gc->heap_bytes < gc->trigger_bytes)
		return false;
	gc->trigger_bytes = SIZE_MAX;
	return true;
}

void
gc_pace_cycle_start(struct gc *gc)
{
	unsigned percent = gc->config.trigger_percent;
	size_t room;

	pthread_mutex_lock(&gc->heap_lock);
	gc->trigger_bytes = SIZE_MAX;
	room = gc->config.heap_limit - gc->heap_bytes;
	if (percent)
		room = MIN(room, percent_of(gc->heap_bytes, percent));
	gc->assist_ratio =
		(double)gc->heap_bytes / (double)MAX(room, GC_PAGE_SIZE);
	pthread_mutex_unlock(&gc->heap_lock);
	gc->stolen_bytes = 0;
	gc->assist_scanned = gc->assist_marked = 0;
	for (struct gc_thread *t = gc->threads; t; t = t->next)
		t->assist_debt = t->assist_at = 0;
}

/* Takes up to `want` bytes of what markers have scanned. */
static uint64_t
steal(struct gc *gc, uint64_t want)
{
	uint64_t stolen = gc->stolen_bytes, scanned = 0, take;

	for (unsigned i = 0; i < gc->config.markers; i++)
		scanned += gc->markers[i].bytes;
	do
		/* Others may have seen, and taken, more than was added up. */
		take = stolen < scanned ? MIN(want, scanned - stolen) : 0;
	while (!atomic_compare_exchange_weak(&gc->stolen_bytes, &stolen,
					     stolen + take));
	return take;
}

/* Scans so many bytes or a little more, less when nothing is grey. */
static uint64_t
scan(struct gc_thread *t, uint64_t bytes)
{
	struct gc *gc = t->pub.gc;
	struct gc_marker m = {.gc = gc, .work = t->work};

	gc_mark_assist(&m, bytes);
	t->work = m.work;
	gc->assist_scanned += m.scanned;
	gc->assist_marked += m.marked;
	t->pub.assist.objects += m.scanned;
	t->pub.assist.bytes += m.bytes;
	return m.bytes;
}

static void
assist(struct gc_thread *t)
{
	uint64_t start = base_ticks(), want, stolen;

	want = (uint64_t)t->assist_debt + OVER_WORK;
	stolen = steal(t->pub.gc, want);
	t->assist_debt -= (double)(stolen + scan(t, want - stolen));
	/* Who could not pay asks again later, not at each allocation. */
	t->assist_at = t->assist_debt > 0 ? t->assist_debt + OVER_WORK : 0;
	t->pub.assist.assists++;
	t->pub.assist.stolen_bytes += stolen;
	t->pub.assist.ticks += base_ticks() - start;
}

void
gc_pace_pay(struct gc_thread *t, size_t bytes)
{
	t->assist_debt += t->pub.gc->assist_ratio * (double)bytes;
	if (t->assist_debt > t->assist_at)
		assist(t);
}
