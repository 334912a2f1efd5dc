/* bench_report.h - the parts of a report on one run
 *
 * A report is a directory: data/ has the tables that the figures are drawn
 * from, figures/ the figures, index.html the page, report.txt the same as text.
 */
// SPDX-License-Identifier: BSD-3-Clause
#ifndef BENCH_REPORT_H
#define BENCH_REPORT_H

#include "bench_choose.h"
#include "bench_doc.h"
#include "bench_group.h"
#include "bench_provenance.h"

struct bench_figure {
	char *path;  /* below the report's directory */
	bool folded; /* shown on demand */
};

struct bench_report {
	const struct bench_summary *summary;
	const struct bench_provenance *provenance;
	const struct bench_choice *choice;
	const char *dir;
	struct bench_figure *figures; /* those that were drawn */
	size_t n_figures;
};

/* A table for a figure: time and ratio by size and candidate, and the time that
 * the machine's ceiling would take. NAN is written as NaN. BENCH_OK, or a
 * status after a message. */
int bench_report_sizes(const struct bench_group *group, const char *path);
/* The same for barriers: a panel per workload and size, a cluster per phase and
 * population. */
int bench_report_phases(const struct bench_group *group, const char *path);

/* Writes all tables, then draws. BENCH_OK, or the first status after a message;
 * without gnuplot the tables are written all the same. */
int bench_report_figures(struct bench_report *report);

/* Sections of the page, left out where a run has nothing for them: what pure
 * loops reach, and what winners depend on (bench_findings.h). */
void bench_report_ceilings(struct bench_doc *doc,
			   const struct bench_summary *s);
void bench_report_findings(struct bench_doc *doc,
			   const struct bench_summary *s);

/* The page. */
struct bench_doc *bench_report_page(const struct bench_report *report);

#endif
