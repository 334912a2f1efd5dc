/* bench_questions.h - what somebody asks who has to choose, and its answers
 *
 * What to choose and at what sizes; what that can cost; what is left up to what
 * the machine can do; where phase, relation and the like matter; what was not
 * decided, and why. In sentences with figures, to be read in a minute.
 */
// SPDX-License-Identifier: BSD-3-Clause
#ifndef BENCH_QUESTIONS_H
#define BENCH_QUESTIONS_H

#include "bench_choose.h"
#include "bench_doc.h"

/* A heading a question. epsilon is that of the choice, a fraction. */
void bench_questions_add(struct bench_doc *doc, const struct bench_summary *s,
			 const struct bench_choice *choice, double epsilon);

/* The parts of bench_questions_add that have a file of their own. */
void bench_question_choice(struct bench_doc *doc,
			   const struct bench_choice *choice);
void bench_question_axes(struct bench_doc *doc, const struct bench_summary *s);
void bench_question_undecided(struct bench_doc *doc,
			      const struct bench_summary *s);

/* "memclr, size 384 B, phase off": enough to know a cell by. From malloc. */
char *bench_question_cell(const struct bench_cell_summary *c);

#endif
