/* fake_root.c - a folder of made-up files in the place of /proc and /sys */
// SPDX-License-Identifier: BSD-3-Clause
#include "fake_root.h"

#include <stdlib.h>
#include <string.h>

#include "bench.h"

char *
fake_root_new(void)
{
	char *root = bench_strdup("/tmp/framebench-root-XXXXXX");

	CHECK(mkdtemp(root));
	return root;
}

void
fake_root_file(const char *root, const char *path, const char *text)
{
	char *name = bench_printf("%s%s", root, path);
	char *slash = strrchr(name, '/');
	FILE *f;

	*slash = '\0';
	CHECK(bench_make_dirs(name) == BENCH_OK);
	*slash = '/';
	f = fopen(name, "w");
	CHECK(f && fputs(text, f) >= 0 && fclose(f) == 0);
	free(name);
}

void
fake_root_free(char *root)
{
	CHECK(bench_remove_tree(root));
	free(root);
}
