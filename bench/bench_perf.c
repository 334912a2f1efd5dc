/* bench_perf.c - what a thread's CPU counts: cycles, instructions, misses */
// SPDX-License-Identifier: BSD-3-Clause
#include "bench_perf.h"

#include <errno.h>
#include <linux/perf_event.h>
#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>

/* Numbers of cache events are put together so (perf_event_open(2)). */
#define L1D_READ_MISS                                                 \
	(PERF_COUNT_HW_CACHE_L1D | PERF_COUNT_HW_CACHE_OP_READ << 8 | \
	 PERF_COUNT_HW_CACHE_RESULT_MISS << 16)

const struct bench_perf_event bench_perf_events[BENCH_PERF_EVENTS] = {
	[PERF_CYCLES] = {"cycles", PERF_TYPE_HARDWARE,
			 PERF_COUNT_HW_CPU_CYCLES},
	[PERF_INSTRUCTIONS] = {"instructions", PERF_TYPE_HARDWARE,
			       PERF_COUNT_HW_INSTRUCTIONS},
	[PERF_BRANCH_MISSES] = {"branch misses", PERF_TYPE_HARDWARE,
				PERF_COUNT_HW_BRANCH_MISSES},
	[PERF_L1D_MISSES] = {"L1d misses", PERF_TYPE_HW_CACHE, L1D_READ_MISS},
};

static int
open_event(const struct bench_perf_event *event)
{
	struct perf_event_attr attr = {
		.type = event->type,
		.size = sizeof(attr),
		.config = event->config,
		.exclude_kernel = 1,
		.exclude_hv = 1,
	};

	return (int)syscall(SYS_perf_event_open, &attr, 0, -1, -1,
			    PERF_FLAG_FD_CLOEXEC);
}

void
bench_perf_open(struct bench_perf *p, const struct bench_perf_event *events,
		size_t n)
{
	p->error = 0;
	for (size_t i = 0; i < BENCH_PERF_EVENTS; i++) {
		p->fd[i] = i < n ? open_event(&events[i]) : -1;
		if (i < n && p->fd[i] < 0 && !p->error)
			p->error = errno;
	}
}

void
bench_perf_close(struct bench_perf *p)
{
	for (size_t i = 0; i < BENCH_PERF_EVENTS; i++)
		if (p->fd[i] >= 0)
			close(p->fd[i]);
}

void
bench_perf_read(const struct bench_perf *p, uint64_t amounts[BENCH_PERF_EVENTS])
{
	for (size_t i = 0; i < BENCH_PERF_EVENTS; i++) {
		amounts[i] = 0;
		if (p->fd[i] >= 0 &&
		    read(p->fd[i], &amounts[i], sizeof(amounts[i])) !=
			    sizeof(amounts[i]))
			amounts[i] = 0;
	}
}

const struct bench_perf *
bench_perf_mine(void)
{
	static __thread struct bench_perf mine;
	static __thread bool open;

	if (!open)
		bench_perf_open(&mine, bench_perf_events,
				ARRAY_LEN(bench_perf_events));
	open = true;
	return &mine;
}

char *
bench_perf_describe(const struct bench_perf *p)
{
	char *text = NULL;

	for (size_t i = 0; i < BENCH_PERF_EVENTS; i++) {
		char *longer;

		if (p->fd[i] < 0)
			continue;
		longer = bench_printf("%s%s%s", text ? text : "",
				      text ? ", " : "",
				      bench_perf_events[i].name);
		free(text);
		text = longer;
	}
	return text ? text : bench_printf("absent: %s", strerror(p->error));
}
