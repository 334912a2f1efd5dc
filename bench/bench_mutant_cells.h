/* bench_mutant_cells.h - cells of the kill matrix that several mutants share
 */
// SPDX-License-Identifier: BSD-3-Clause
#ifndef BENCH_MUTANT_CELLS_H
#define BENCH_MUTANT_CELLS_H

#include "bench_mutant.h"

/* A barrier beside a loop over words. */
#define ALONE "-/mark:w "
/* Where a pointer that is cleared is kept alive by that alone. */
#define BY_CLEAR "slice+map+map-bucket+chan/mark:ws frame/straddle:ws "
#define WHILE_MARKING \
	"frame+slice+map+map-bucket+chan+append/mark+straddle:nmws "
#define BY_MOVE     "frame+slice+map+map-bucket+chan/mark:ws "
#define STORED      " slice/mark:nmws" /* into a global */
#define TERMINATION "frame/termination:ws"

#endif
