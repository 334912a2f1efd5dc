/* bench_gnuplot.h - drawing a figure from a table, in a process of its own */
// SPDX-License-Identifier: BSD-3-Clause
#ifndef BENCH_GNUPLOT_H
#define BENCH_GNUPLOT_H

#include "bench.h"

/* The directory of the *.gp files, from malloc: what FRAMEBENCH_PLOTS says,
 * else plots/ here, else the one of the tree that this program was built in.
 * NULL after a message. */
char *bench_gnuplot_dir(void);

/* Draws OUTPUT.svg and OUTPUT.png with PLOTS/SCRIPT.gp. BENCH_OK, or
 * BENCH_CANNOT after a message that says what gnuplot said first. */
int bench_gnuplot_draw(const char *plots, const char *script, const char *data,
		       const char *output, const char *title,
		       const char *subtitle);

#endif
