/* bench_company.c - what other CPUs do while a batch is timed */
// SPDX-License-Identifier: BSD-3-Clause
#include "bench_company.h"

#include <pthread.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>

/* A piece of work, after which a thread looks whether it may rest: some 10 us
 * of operations. */
#define PIECE_BYTES ((size_t)64 << 10)

/* What is copied from one half to the other: more than a private cache has, so
 * that it is the memory, or a cache that all share, that is kept busy. */
#define BUSY_BYTES ((size_t)64 << 20)

enum orders { REST, WORK, END };

struct member {
	struct bench_company *company;
	pthread_t thread;
	unsigned cpu;
	struct bench_fixture f; /* its own; of a mutator */
	uint64_t at;            /* in its operations, or its memory */
	unsigned char *memory;  /* BUSY_BYTES; NULL: a mutator */
};

struct bench_company {
	const struct bench_topo *topo;
	pthread_mutex_t lock;
	pthread_cond_t changed;
	_Atomic enum orders orders;
	size_t n, n_ready, n_at_work;
	int status; /* of what went wrong first */
	struct member *members;
};

static void
do_piece(struct member *m)
{
	size_t mean, n;

	if (m->memory) {
		size_t half = BUSY_BYTES / 2;

		memcpy(m->memory + half + m->at, m->memory + m->at,
		       PIECE_BYTES);
		m->at = (m->at + PIECE_BYTES) % half;
		return;
	}
	mean = MAX(bench_workload_mean(m->f.x->workload), 1);
	n = MAX(PIECE_BYTES / mean, 1);
	m->f.op->batch(&m->f, m->at, n);
	m->at += n;
}

/* On its own CPU, which is where its memory is touched first. */
static int
set_up(struct member *m)
{
	int status = bench_topo_bind(m->company->topo, m->cpu);

	if (status != BENCH_OK)
		return status;
	if (m->memory) {
		memset(m->memory, 1, BUSY_BYTES);
		return BENCH_OK;
	}
	return m->f.op->open(&m->f);
}

/* Sets how many there are of something, and says so. */
static void
count(struct bench_company *c, size_t *n, int by)
{
	*n += (size_t)by;
	pthread_cond_broadcast(&c->changed);
}

static void *
run_member(void *arg)
{
	struct member *m = arg;
	struct bench_company *c = m->company;
	int status = set_up(m);

	pthread_mutex_lock(&c->lock);
	if (status != BENCH_OK)
		c->status = status;
	count(c, &c->n_ready, 1);
	for (;;) {
		while (c->orders == REST)
			pthread_cond_wait(&c->changed, &c->lock);
		if (c->orders == END)
			break;
		count(c, &c->n_at_work, 1);
		pthread_mutex_unlock(&c->lock);
		do
			do_piece(m);
		while (atomic_load(&c->orders) == WORK);
		pthread_mutex_lock(&c->lock);
		count(c, &c->n_at_work, -1);
	}
	pthread_mutex_unlock(&c->lock);
	if (m->f.data)
		m->f.op->close(&m->f);
	return NULL;
}

/* The i-th CPU but for one. */
static unsigned
other_cpu(const struct bench_topo *topo, unsigned cpu, size_t i)
{
	size_t k = 0;

	while (topo->cpus[k].number == cpu || i-- > 0)
		k++;
	return topo->cpus[k].number;
}

static void
start(struct bench_company *c, struct bench_fixture *f, unsigned cpu)
{
	for (size_t i = 0; i < c->n; i++) {
		struct member *m = &c->members[i];

		*m = (struct member){.company = c,
				     .cpu = other_cpu(c->topo, cpu, i),
				     .f = {.op = f->op,
					   .x = f->x,
					   .buffer_offset = f->buffer_offset}};
		if (f->x->prestate.busy)
			m->memory = bench_alloc(BUSY_BYTES);
		CHECK(pthread_create(&m->thread, NULL, run_member, m) == 0);
	}
}

static void
wait_for(struct bench_company *c, const size_t *n, size_t want)
{
	while (*n != want)
		pthread_cond_wait(&c->changed, &c->lock);
}

static void
order(struct bench_company *c, enum orders orders)
{
	atomic_store(&c->orders, orders);
	pthread_cond_broadcast(&c->changed);
}

int
bench_company_open(struct bench_fixture *f, const struct bench_topo *topo,
		   unsigned cpu)
{
	size_t n = f->x->prestate.busy ? 1 : MAX(f->x->mutators, 1) - 1;
	struct bench_company *c;

	f->company = NULL;
	if (n == 0)
		return BENCH_OK;
	CHECK(n < topo->n_cpus);
	c = bench_alloc(sizeof(*c));
	*c = (struct bench_company){.topo = topo, .n = n};
	pthread_mutex_init(&c->lock, NULL);
	pthread_cond_init(&c->changed, NULL);
	c->members = bench_alloc(n * sizeof(*c->members));
	f->company = c;
	start(c, f, cpu);
	pthread_mutex_lock(&c->lock);
	wait_for(c, &c->n_ready, n);
	pthread_mutex_unlock(&c->lock);
	return c->status;
}

void
bench_company_close(struct bench_fixture *f)
{
	struct bench_company *c = f->company;

	if (!c)
		return;
	pthread_mutex_lock(&c->lock);
	order(c, END);
	pthread_mutex_unlock(&c->lock);
	for (size_t i = 0; i < c->n; i++) {
		pthread_join(c->members[i].thread, NULL);
		free(c->members[i].memory);
	}
	pthread_cond_destroy(&c->changed);
	pthread_mutex_destroy(&c->lock);
	free(c->members);
	free(c);
	f->company = NULL;
}

void
bench_company_work(struct bench_fixture *f)
{
	struct bench_company *c = f->company;

	if (!c)
		return;
	pthread_mutex_lock(&c->lock);
	for (size_t i = 0; i < c->n; i++) {
		c->members[i].f.memclr = f->memclr;
		c->members[i].f.memmove = f->memmove;
	}
	order(c, WORK);
	wait_for(c, &c->n_at_work, c->n);
	pthread_mutex_unlock(&c->lock);
}

void
bench_company_rest(struct bench_fixture *f)
{
	struct bench_company *c = f->company;

	if (!c)
		return;
	pthread_mutex_lock(&c->lock);
	order(c, REST);
	wait_for(c, &c->n_at_work, 0);
	pthread_mutex_unlock(&c->lock);
}
