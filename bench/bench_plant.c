/* bench_plant.c - strategies that are slower than another by a known time */
// SPDX-License-Identifier: BSD-3-Clause
#include "bench_plant.h"

#include <math.h>

#include "bench_clock.h"

/* Operations between two waits: so many that what is waited for beside the
 * chain is small change, so few that every batch has several. */
#define EVERY 64

/* Of every chain, so that one that adds nothing ends like one that does: with a
 * branch that was not foreseen. */
#define LEAST 64

/* The two copies' own, each on a line of its own. */
static struct plant {
	_Alignas(64) uint64_t left; /* operations until the next wait */
	uint64_t links;             /* of the chain */
} plants[BENCH_PLANT_COPIES] = {{EVERY, LEAST}, {EVERY, LEAST}};

/* Waits until all before it is done, stores included, so that none of it is
 * hidden behind the chain. Both copies do it, whatever their chain. */
static inline void
serialize(void)
{
#if defined(__x86_64__)
	/* MFENCE; LFENCE: Intel SDM vol. 3A 9.3. */
	__asm__ volatile("mfence\n\tlfence" ::: "memory");
#elif defined(__aarch64__)
	__asm__ volatile("dsb sy\n\tisb" ::: "memory");
#else
	__atomic_thread_fence(__ATOMIC_SEQ_CST);
#endif
}

/* A cycle a link on any CPU that can add in one. */
static inline void
wait_for_chain(uint64_t links)
{
	for (; links; links--)
		__asm__ volatile("" : "+r"(links));
}

static inline __attribute__((always_inline)) void
work(struct plant *p)
{
	if (--p->left)
		return;
	p->left = EVERY;
	serialize();
	wait_for_chain(p->links);
	serialize();
}

/* Nanoseconds a link: the least of several measurements. */
static double
measure_link(void)
{
	enum { LINKS = 1000000, TIMES = 5 };
	double least = INFINITY;

	for (int i = 0; i < TIMES; i++) {
		uint64_t start = bench_clock_raw_ns();
		wait_for_chain(LINKS);
		double ns = (double)(bench_clock_raw_ns() - start);
		least = fmin(least, ns / LINKS);
	}
	return least;
}

void
bench_plant_set(unsigned copy, double ns)
{
	static double link_ns;

	if (link_ns == 0)
		link_ns = measure_link();
	plants[copy].links = LEAST + (uint64_t)llround(ns * EVERY / link_ns);
}

extern const struct strategy memclr_libc, bulk1;

/* Aligned alike, so that a difference is not that of their alignment. */
#define COPY_CODE __attribute__((noinline, aligned(64)))

#define COPY(n)                                                                \
	COPY_CODE static void memclr_##n(void *ptr, size_t size)               \
	{                                                                      \
		memclr_libc.memclr(ptr, size);                                 \
		work(&plants[n]);                                              \
	}                                                                      \
	COPY_CODE static void clear_##n(struct strategy_ctx *ctx,              \
					const struct gc_type *type, void *ptr, \
					size_t off, size_t size)               \
	{                                                                      \
		bulk1.barrier.clear(ctx, type, ptr, off, size);                \
		work(&plants[n]);                                              \
	}
COPY(0)
COPY(1)

static struct strategy
copy_of(const struct strategy *original, const char *name)
{
	struct strategy s = *original;

	s.name = name;
	return s;
}

const struct strategy *
bench_plant(enum strategy_kind kind, unsigned copy)
{
	static struct strategy copies[2][BENCH_PLANT_COPIES];
	struct strategy *s = copies[kind == STRATEGY_BARRIER];

	if (!s[0].name && kind == STRATEGY_BARRIER) {
		s[0] = copy_of(&bulk1, "bulk1");
		s[1] = copy_of(&bulk1, "bulk1_copy");
		s[0].barrier.clear = clear_0;
		s[1].barrier.clear = clear_1;
	} else if (!s[0].name) {
		s[0] = copy_of(&memclr_libc, "memclr_libc");
		s[1] = copy_of(&memclr_libc, "memclr_libc_copy");
		s[0].memclr = memclr_0;
		s[1].memclr = memclr_1;
	}
	return &s[copy];
}
