/* bench_topo_source.h - this machine, a file or a description, as hwloc has it
 */
// SPDX-License-Identifier: BSD-3-Clause
#ifndef BENCH_TOPO_SOURCE_H
#define BENCH_TOPO_SOURCE_H

#include "bench_topo.h"

/* Loads hwloc from topo->source and sets this_system. BENCH_OK, or a status
 * after a message that names the source; hwloc may then be left half made, for
 * bench_topo_free. */
int bench_topo_source_load(struct bench_topo *topo);

#endif
