/* bench_company.h - what other CPUs do while a batch is timed
 *
 * Either the same operation on memory of their own, for a cell of several
 * mutators: then a figure is what one of them takes while all are at work. Or,
 * for a pre-state that says `busy`, a copy of memory that fits no cache, on one
 * other CPU.
 *
 * Each thread goes on until it is told to rest, so it is at work from before a
 * batch to after it. They wait on a condition and never spin.
 */
// SPDX-License-Identifier: BSD-3-Clause
#ifndef BENCH_COMPANY_H
#define BENCH_COMPANY_H

#include "bench_op.h"

struct bench_company;

/* For a fixture that has been opened on its CPU: the company that its
 * experiment asks for, at rest; f->company stays NULL where it asks for none.
 * BENCH_OK, or a status after a message. */
int bench_company_open(struct bench_fixture *f, const struct bench_topo *topo,
		       unsigned cpu);
void bench_company_close(struct bench_fixture *f);

/* All of them are at work, with the functions that the fixture has now. */
void bench_company_work(struct bench_fixture *f);
/* None of them is. */
void bench_company_rest(struct bench_fixture *f);

#endif
