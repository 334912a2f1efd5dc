/* capture.h - what a call writes to standard output and standard error */
// SPDX-License-Identifier: BSD-3-Clause
#ifndef CAPTURE_H
#define CAPTURE_H

#include <stdio.h>

struct capture {
	FILE *file;
	int fd, saved;
};

/* From here on what is written to fd (1 or 2) is kept instead of shown. */
void capture_start(struct capture *c, int fd);
/* Until here. Returns it, 0-terminated; the caller frees. */
char *capture_end(struct capture *c);

#endif
