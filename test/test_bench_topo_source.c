/* test_bench_topo_source.c - bad input is named, and taken for no machine */
// SPDX-License-Identifier: BSD-3-Clause
#include "bench_topo_source.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base_random.h"
#include "capture.h"
#include "test_util.h"
#include "topo_fixture.h"

/* Status 2 and one line that names the input, up to its first tab: a message
 * has no control characters. */
static void
expect_refused(const char *source)
{
	size_t printable = strcspn(source, "\t");
	struct bench_topo *topo;
	struct capture c;
	char *message;
	int status;

	capture_start(&c, STDERR_FILENO);
	status = bench_topo_load(&topo, source);
	message = capture_end(&c);
	if (status != BENCH_USAGE ||
	    !memmem(message, strlen(message), source, printable) ||
	    strchr(message, '\n') != strrchr(message, '\n'))
		fail_msg("%s: status %d and message '%s'", source, status,
			 message);
	free(message);
}

static void
bad_sources_are_refused(void **state)
{
	static const char *const sources[] = {
		"",
		"/",
		"/nonexistent.xml",
		"/dev/null",
		"/proc/self/exe",
		"synthetic:",
		"synthetic:nonsense",
		"synthetic:pkg:2 pu:2",
		"synthetic:pack:2 core:4",
		"synthetic:pack:0 pu:2",
		"synthetic:pack:-1 pu:2",
		"synthetic:pack:2 pu:2(",
		"synthetic:pack:100 core:100 pu:1",
		"synthetic:pack:2 pu:0x4000",
		"synthetic:pack:2 pu: 99999999",
		"synthetic:pack:4294967296 core:4294967296 pu:4294967296",
		"synthetic:2\t9999\t9999",
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(sources); i++)
		expect_refused(sources[i]);
}

static void
write_file(const char *path, const char *text, size_t size)
{
	FILE *f = fopen(path, "w");

	assert_non_null(f);
	assert_int_equal(fwrite(text, 1, size, f), size);
	assert_int_equal(fclose(f), 0);
}

static char *
read_file(const char *path, size_t *size)
{
	FILE *f = fopen(path, "r");
	char *text = bench_alloc(1 << 20);

	assert_non_null(f);
	*size = fread(text, 1, 1 << 20, f);
	fclose(f);
	return text;
}

/* Empties a value, writes over a byte, or cuts a piece out: what a careless
 * hand does to a file. */
static size_t
damage(char *text, size_t size, struct base_random *random)
{
	size_t at = base_random_below(random, size);
	size_t left = size - at, n = base_random_below(random, MIN(left, 200));
	char *value = memchr(text + at, '"', left);

	switch (base_random_below(random, 3)) {
	case 0: text[at] = (char)base_random_next(random); return size;
	case 1:
		if (!value)
			return size;
		at = (size_t)(value + 1 - text);
		n = strcspn(value + 1, "\"<>\n");
		break;
	default: break;
	}
	memmove(text + at, text + at + n, size - at - n);
	return size - n;
}

/* hwloc 2.9 alone crashes on every tenth of these. */
static void
damaged_files_never_crash(void **state)
{
	char *path = topo_fixture_new("pack:2 [numa] l3:2 core:2 pu:2", NULL,
				      NULL, 0);
	size_t size;
	char *whole = read_file(path, &size), *text = bench_alloc(size + 1);
	struct base_random random = {test_seed()};

	(void)state;
	for (int i = 0; i < 200; i++) {
		struct bench_topo *topo;
		struct capture c;
		int status;

		memcpy(text, whole, size);
		text[size] = '\0';
		write_file(path, text, damage(text, size, &random));
		capture_start(&c, STDERR_FILENO);
		status = bench_topo_load(&topo, path);
		free(capture_end(&c));
		assert_true(status == BENCH_OK || status == BENCH_USAGE);
		if (status == BENCH_OK)
			bench_topo_free(topo);
	}
	unlink(path);
	free(path);
	free(whole);
	free(text);
}

/* Else another machine's relations would be reported as this one's. */
static void
environment_is_not_this_machine(void **state)
{
	struct bench_topo *topo;
	struct capture c;
	int status;
	char *message;

	(void)state;
	setenv("HWLOC_SYNTHETIC", "pack:2 core:2 pu:2", 1);
	capture_start(&c, STDERR_FILENO);
	status = bench_topo_load(&topo, "this");
	message = capture_end(&c);
	unsetenv("HWLOC_SYNTHETIC");
	assert_int_equal(status, BENCH_CANNOT);
	assert_non_null(strstr(message, "HWLOC_SYNTHETIC"));
	free(message);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(bad_sources_are_refused),
		cmocka_unit_test(damaged_files_never_crash),
		cmocka_unit_test(environment_is_not_this_machine),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
