/* capture.c - what a call writes to standard output and standard error */
// SPDX-License-Identifier: BSD-3-Clause
#include "capture.h"

#include <stdlib.h>
#include <unistd.h>

#include "base.h"

static void
flush_both(void)
{
	fflush(stdout);
	fflush(stderr);
}

void
capture_start(struct capture *c, int fd)
{
	flush_both();
	c->fd = fd;
	c->file = tmpfile();
	CHECK(c->file);
	c->saved = dup(fd);
	CHECK(c->saved >= 0 && dup2(fileno(c->file), fd) == fd);
}

char *
capture_end(struct capture *c)
{
	flush_both();
	CHECK(dup2(c->saved, c->fd) == c->fd);
	close(c->saved);

	CHECK(fseek(c->file, 0, SEEK_END) == 0);
	long size = ftell(c->file);
	CHECK(size >= 0);
	rewind(c->file);
	char *text = malloc((size_t)size + 1);
	CHECK(text && fread(text, 1, (size_t)size, c->file) == (size_t)size);
	text[size] = '\0';
	fclose(c->file);
	return text;
}
