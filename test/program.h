/* program.h - the program under test as a child, its streams kept */
// SPDX-License-Identifier: BSD-3-Clause
#ifndef PROGRAM_H
#define PROGRAM_H

#include <stdio.h>
#include <sys/types.h>

/* Most arguments of a call, the end included. */
#define PROGRAM_ARGUMENTS 16

struct program {
	pid_t pid;
	FILE *out, *err;
};

struct program_result {
	int status; /* of its exit, or 128 + the signal that ended it */
	char *out, *err;
};

/* Ends the test program, as skipped, when the environment does not say where
 * the program is (FRAMEBENCH, see scripts/run-tests.sh), or stresses heaps
 * (heap_stress.h): all of them are the program's. */
void program_require(void);

/* Starts it with arguments that end with NULL. prepare, if any, runs in the
 * child when its streams are set up. */
struct program program_start(const char *const *arguments,
			     void (*prepare)(void));
/* Waits for it. */
struct program_result program_end(struct program *p);
struct program_result program_run(const char *const *arguments,
				  void (*prepare)(void));
void program_result_free(struct program_result *r);

/* How many lines of its messages begin with "framebench: ". */
size_t program_errors(const struct program_result *r);

#endif
