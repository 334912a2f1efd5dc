/* program.c - the program under test as a child, its streams kept */
// SPDX-License-Identifier: BSD-3-Clause
#include "program.h"

#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "bench.h"
#include "heap_stress.h"

void
program_require(void)
{
	const char *name = getenv("FRAMEBENCH");
	char *path = name ? realpath(name, NULL) : NULL;

	if (heap_stress()) {
		printf("its heaps are the program's, which no mode reaches\n");
		exit(77);
	}
	if (!path || access(path, X_OK) != 0) {
		printf("FRAMEBENCH names no program to test\n");
		exit(77);
	}
	/* Tests may leave the directory. */
	setenv("FRAMEBENCH", path, 1);
	free(path);
}

static void
execute(const struct program *p, const char *const *arguments,
	void (*prepare)(void))
{
	const char *argv[PROGRAM_ARGUMENTS] = {"framebench"};

	for (size_t i = 0; arguments[i]; i++) {
		CHECK(i + 2 < PROGRAM_ARGUMENTS);
		argv[i + 1] = arguments[i];
	}
	dup2(fileno(p->out), STDOUT_FILENO);
	dup2(fileno(p->err), STDERR_FILENO);
	if (prepare)
		prepare();
	execv(getenv("FRAMEBENCH"), (char **)argv);
	_exit(127);
}

struct program
program_start(const char *const *arguments, void (*prepare)(void))
{
	struct program p = {.out = tmpfile(), .err = tmpfile()};

	CHECK(p.out && p.err);
	fflush(NULL);
	p.pid = fork();
	CHECK(p.pid >= 0);
	if (p.pid == 0)
		execute(&p, arguments, prepare);
	return p;
}

static char *
read_all(FILE *f)
{
	long size;
	char *text;

	CHECK(fseek(f, 0, SEEK_END) == 0);
	size = ftell(f);
	rewind(f);
	text = bench_alloc((size_t)size + 1);
	CHECK(fread(text, 1, (size_t)size, f) == (size_t)size);
	text[size] = '\0';
	fclose(f);
	return text;
}

struct program_result
program_end(struct program *p)
{
	struct program_result r;
	int status;

	CHECK(waitpid(p->pid, &status, 0) == p->pid);
	r.status = WIFEXITED(status) ? WEXITSTATUS(status)
				     : 128 + WTERMSIG(status);
	r.out = read_all(p->out);
	r.err = read_all(p->err);
	return r;
}

struct program_result
program_run(const char *const *arguments, void (*prepare)(void))
{
	struct program p = program_start(arguments, prepare);

	return program_end(&p);
}

void
program_result_free(struct program_result *r)
{
	free(r->out);
	free(r->err);
}

size_t
program_errors(const struct program_result *r)
{
	size_t n = 0;

	for (const char *p = r->err; p && *p; p = strchr(p, '\n'), p += !!p)
		n += strncmp(p, "framebench: ", 12) == 0;
	return n;
}
