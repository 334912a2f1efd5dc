/* bench_resolve.c - what a pre-state means for one experiment on one machine
 */
// SPDX-License-Identifier: BSD-3-Clause
#include "bench_resolve.h"

#include "bench_form.h"

/* Where the sizes of caches are unknown, or more than is sold. */
#define SOME_CACHE ((size_t)1 << 20)

/* The calls of a batch that needs no pre-state brought about again walk over so
 * much: a third of the smallest L1 data cache in use, 48 KiB and 32 KiB, so
 * that two sides of a copy fit beside the stream. */
#define SMALL_REGION ((size_t)8 << 10)

/* Four times a last-level cache is enough that nothing is left of it; more than
 * this would take longer to touch than to measure. */
#define DRAM_REGION_MAX ((size_t)128 << 20)
#define DRAM_REGION_MIN ((size_t)64 << 20)

/* Enough pages that the first fault is one of many. */
#define FRESH_REGION      ((size_t)1 << 20)
#define FRESH_REGION_HUGE ((size_t)8 << 20)

/* Three quarters of a cache: the rest is the stream's and the stack's. */
static bool
fits(size_t footprint, size_t cache)
{
	return cache && footprint <= cache / 4 * 3;
}

static size_t
smallest_place(size_t footprint, const struct bench_topo *topo, unsigned cpu)
{
	for (int level = 1; level <= BENCH_CACHE_LEVELS; level++)
		if (fits(footprint, bench_topo_cache(topo, cpu, level).size))
			return PLACE_L1 + (size_t)level - 1;
	return PLACE_DRAM;
}

static size_t
sides(const struct bench_experiment *x)
{
	return x->op->uses & CALL_USES_MEMMOVE ? 2 : 1;
}

static size_t
largest(const struct bench_workload *w)
{
	size_t max = 1;

	for (size_t i = 0; i < w->n_shapes; i++)
		max = MAX(max, w->shapes[i].size);
	return max;
}

/* Of a call, which may begin anywhere in its first line. A source that overlaps
 * lies less than a size before or behind. */
static size_t
largest_stride(const struct bench_experiment *x)
{
	const struct bench_csv *csv = x->workload->csv;
	size_t size = largest(x->workload);

	if (csv && sides(x) == 2 && bench_csv_overlaps(csv))
		return 2 * ALIGN_UP(size, BENCH_LINE) + BENCH_LINE;
	if (csv || x->prestate.dst != BENCH_AS_IT_COMES ||
	    x->prestate.src != BENCH_AS_IT_COMES)
		return ALIGN_UP(size, BENCH_LINE) + BENCH_LINE;
	return ALIGN_UP(size, WORD_SIZE);
}

/* Half of it in L1 and L2. In L3 no more than is far above any L2, because the
 * share of a CPU is unknown. */
static size_t
cached_region(size_t place, const struct bench_topo *topo, unsigned cpu)
{
	struct bench_cache l2 = bench_topo_cache(topo, cpu, 2);
	struct bench_cache l3 = bench_topo_cache(topo, cpu, 3);

	if (place == PLACE_L1)
		return bench_topo_cache(topo, cpu, 1).size / 2;
	if (place == PLACE_L2)
		return l2.size / 2;
	return MIN(l3.size / 2 / (size_t)MAX(l3.cpus, 1), 8 * l2.size);
}

static size_t
region_of(const struct bench_experiment *x, const struct bench_topo *topo,
	  unsigned cpu)
{
	const struct bench_prestate *p = &x->prestate;

	switch (p->place) {
	case PLACE_DRAM:
		return MIN(MAX(4 * bench_topo_cache(topo, cpu, 3).size,
			       DRAM_REGION_MIN),
			   DRAM_REGION_MAX);
	case PLACE_FRESH: return p->huge ? FRESH_REGION_HUGE : FRESH_REGION;
	default: return cached_region(p->place, topo, cpu) / sides(x);
	}
}

/* What has to be read so that a level holds nothing of what was touched. */
static size_t
evictor_of(size_t place, const struct bench_topo *topo, unsigned cpu)
{
	size_t closer;

	if (place != PLACE_L2 && place != PLACE_L3)
		return 0;
	closer = bench_topo_cache(topo, cpu, place == PLACE_L2 ? 1 : 2).size;
	return 2 * (closer ? closer : SOME_CACHE);
}

/* So many times the cache that is closer is a region of which that holds next
 * to nothing when it is walked over again. */
#define LAP_CLEARS 8

/* Whether a lap leaves the region in L2 and not in L1, with nothing done. Loops
 * of a ceiling may store past all caches. */
static bool
is_far_by_itself(const struct bench_experiment *x,
		 const struct bench_topo *topo, unsigned cpu)
{
	size_t l1 = bench_topo_cache(topo, cpu, 1).size;

	return x->phase == BENCH_OFF && !x->op->ceiling &&
	       x->prestate.place == PLACE_L2 && l1 > 0 &&
	       cached_region(PLACE_L2, topo, cpu) >= LAP_CLEARS * l1;
}

/* Calls leave their memory as they met it, but for what is not zero and is not
 * filled again, and for memory that is to be further away. */
static bool
is_restored(const struct bench_experiment *x, bool far)
{
	const struct bench_prestate *p = &x->prestate;

	return x->phase == BENCH_OFF &&
	       ((p->place != PLACE_L1 && !far) || p->neighbour ||
		(p->content == CONTENT_DATA && p->after != AFTER_REFILL &&
		 x->op->uses & CALL_USES_MEMCLR));
}

/* Whether they say nothing but place and content, and what another CPU does.
 */
static bool
is_bare(const struct bench_prestate *p)
{
	struct bench_prestate usual = bench_prestate_usual;

	usual.place = p->place;
	usual.content = p->content;
	return p->huge == usual.huge && p->dst == usual.dst &&
	       p->src == usual.src && p->skew == usual.skew &&
	       p->after == usual.after && p->neighbour == usual.neighbour &&
	       p->form == usual.form;
}

static const char *
resolve_heap(struct bench_experiment *x, const struct bench_topo *topo,
	     unsigned cpu)
{
	struct bench_prestate *p = &x->prestate;
	size_t place = smallest_place(x->op->footprint(x), topo, cpu);

	if (!is_bare(p) || (p->content && p->content != CONTENT_LIVE) ||
	    (p->place && p->place != place))
		return "what is on the heap lies where the collector has put "
		       "it: that pre-state is for memclr and memmove";
	p->place = place;
	p->content = CONTENT_LIVE;
	return NULL;
}

/* Why the words of a raw operation do not go together. */
static const char *
contradiction(const struct bench_experiment *x)
{
	const struct bench_prestate *p = &x->prestate;

	if (x->op->ceiling &&
	    (p->content == CONTENT_DATA || p->after || p->busy ||
	     p->neighbour || p->form || p->dst != BENCH_AS_IT_COMES ||
	     p->src != BENCH_AS_IT_COMES))
		return "a ceiling's memory begins on a line and is zero, and "
		       "nothing else is done";
	if (p->form && !bench_form_supported())
		return "call forms are made for x86-64 only";
	if (p->content == CONTENT_LIVE)
		return "memclr and memmove meet no live values";
	if (x->workload->csv &&
	    (p->dst != BENCH_AS_IT_COMES || p->src != BENCH_AS_IT_COMES))
		return "the workload's file says where in a line calls begin";
	if (p->place == PLACE_FRESH && p->content)
		return "memory that no one has touched has no other content";
	if (p->after == AFTER_REFILL && p->content == CONTENT_ZERO)
		return "memory that is filled again is not zero";
	if (sides(x) == 1 && (p->src != BENCH_AS_IT_COMES ||
			      p->skew != bench_prestate_usual.skew))
		return "memclr has no source";
	if (sides(x) == 2 && p->after == AFTER_REFILL)
		return "what memmove has stored is no longer filled, but read";
	return NULL;
}

static void
complete(struct bench_experiment *x, size_t needed,
	 const struct bench_topo *topo, unsigned cpu)
{
	struct bench_prestate *p = &x->prestate;
	bool far;

	if (!p->place)
		p->place = smallest_place(needed * sides(x), topo, cpu);
	if (!p->content && p->place != PLACE_FRESH)
		p->content =
			p->after == AFTER_REFILL ? CONTENT_DATA : CONTENT_ZERO;
	far = is_far_by_itself(x, topo, cpu);
	p->restored = is_restored(x, far);
	p->region = far || p->restored ? MAX(region_of(x, topo, cpu), needed)
				       : needed;
	p->evict = p->restored ? evictor_of(p->place, topo, cpu) : 0;
}

static const char *
resolve_raw(struct bench_experiment *x, const struct bench_topo *topo,
	    unsigned cpu)
{
	struct bench_prestate *p = &x->prestate;
	size_t needed = MAX(SMALL_REGION, largest_stride(x));
	bool usual = is_bare(p) && !p->place && !p->content;
	const char *why = contradiction(x);

	if (why)
		return why;
	if (!usual && x->phase != BENCH_OFF)
		return "a pre-state is brought about with marking off only";
	complete(x, needed, topo, cpu);
	if (p->form && (p->restored || p->after || x->mutators > 1))
		return "call forms are for one CPU, and for memory that stays "
		       "as it was";
	if (p->place < smallest_place(needed * sides(x), topo, cpu))
		return "the sizes do not fit the cache that the pre-state "
		       "names";
	return NULL;
}

const char bench_resolve_too_many[] =
	"there are fewer CPUs than threads, and what such threads take is no "
	"timing";

/* Why the threads that it asks for cannot be had; NULL when they can. */
static const char *
refuse_threads(const struct bench_experiment *x, const struct bench_topo *topo)
{
	size_t n = MAX(x->mutators, 1) + x->prestate.busy;

	if (n == 1)
		return NULL;
	if (x->phase != BENCH_OFF)
		return "other CPUs are busy with marking off only: else one is "
		       "the marker's";
	if (x->mutators > 1 && !x->op->raw)
		return "several mutators are for memclr, memmove, store and "
		       "copy";
	if (x->mutators > 1 && x->prestate.busy)
		return "what is busy beside several mutators is they";
	return n > topo->n_cpus ? bench_resolve_too_many : NULL;
}

const char *
bench_resolve_markers(const struct bench_experiment *x,
		      const struct bench_topo *topo, const unsigned cpus[2])
{
	if (x->markers <= 1)
		return NULL;
	if (1 + x->markers > topo->n_cpus)
		return bench_resolve_too_many;
	return cpus[0] == cpus[1] ? "on one CPU, which it shares with the "
				    "mutator, there is one marker"
				  : NULL;
}

const char *
bench_resolve(struct bench_experiment *x, const struct bench_topo *topo,
	      unsigned cpu)
{
	const char *why = refuse_threads(x, topo);

	if (why)
		return why;
	return x->op->raw ? resolve_raw(x, topo, cpu)
			  : resolve_heap(x, topo, cpu);
}
