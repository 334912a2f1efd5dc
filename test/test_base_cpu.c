/* test_base_cpu.c - CPU features can be hidden, and only by their names
 *
 * The environment is read once in a process, so each case is a child.
 */
// SPDX-License-Identifier: BSD-3-Clause
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

#include "base_cpu.h"

/* Runs base_cpu_features with the variable set to hide, or unset for NULL.
 * Returns the exit status; text is what it wrote on standard error. */
static int
features_in_child(const char *hide, uint64_t *features, char text[512])
{
	int out[2], err[2], status;
	ssize_t got;
	pid_t child;

	CHECK(pipe(out) == 0 && pipe(err) == 0);
	fflush(NULL);
	child = fork();
	CHECK(child >= 0);
	if (child == 0) {
		uint64_t found;

		dup2(err[1], STDERR_FILENO);
		if (hide)
			setenv("FRAMEBENCH_DISABLE_CPU", hide, 1);
		else
			unsetenv("FRAMEBENCH_DISABLE_CPU");
		found = base_cpu_features();
		_exit(write(out[1], &found, sizeof(found)) != sizeof(found));
	}
	close(out[1]);
	close(err[1]);
	if (read(out[0], features, sizeof(*features)) != sizeof(*features))
		*features = 0;
	got = read(err[0], text, 511);
	text[MAX(got, 0)] = '\0';
	close(out[0]);
	close(err[0]);
	CHECK(waitpid(child, &status, 0) == child && WIFEXITED(status));
	return WEXITSTATUS(status);
}

static uint64_t
features_hiding(const char *hide)
{
	char text[512];
	uint64_t features;

	assert_int_equal(features_in_child(hide, &features, text), 0);
	assert_string_equal(text, "");
	return features;
}

/* The kernel's own list, as far as it uses our words. */
static bool
kernel_lists(const char *feature)
{
	char line[8192], word[32];
	FILE *f = fopen("/proc/cpuinfo", "r");
	bool found = false;

	snprintf(word, sizeof(word), " %s ", feature);
	while (f && !found && fgets(line, sizeof(line), f)) {
		line[strcspn(line, "\n")] = ' ';
		found = strncmp(line, "flags", 5) == 0 && strstr(line, word);
	}
	if (f)
		fclose(f);
	return found;
}

static void
test_finds_what_the_kernel_lists(void **state)
{
	uint64_t features = features_hiding(NULL);

	(void)state;
	for (size_t i = 0; i < base_cpu_feature_count(); i++) {
		const struct base_cpu_feature *f = base_cpu_feature_at(i);

		/* Linux 6.1 does not list these two yet. */
		if (f->bit & (CPU_FSRS | CPU_FZRM))
			continue;
		if (kernel_lists(f->name) != ((features & f->bit) != 0))
			fail_msg("%s: the kernel says %d", f->name,
				 kernel_lists(f->name));
	}
}

static void
test_names_and_bits_are_distinct(void **state)
{
	uint64_t seen = 0;

	(void)state;
	assert_true(base_cpu_feature_count() > 0);
	for (size_t i = 0; i < base_cpu_feature_count(); i++) {
		const struct base_cpu_feature *f = base_cpu_feature_at(i);

		assert_int_equal(seen & f->bit, 0);
		assert_int_equal(f->bit & (f->bit - 1), 0);
		seen |= f->bit;
		for (size_t j = 0; j < i; j++)
			assert_string_not_equal(f->name,
						base_cpu_feature_at(j)->name);
	}
	assert_int_equal(features_hiding(NULL) & ~seen, 0);
}

static void
test_hides_each_feature_alone(void **state)
{
	uint64_t all = features_hiding(NULL);

	(void)state;
	assert_int_equal(features_hiding(""), all);
	for (size_t i = 0; i < base_cpu_feature_count(); i++) {
		const struct base_cpu_feature *f = base_cpu_feature_at(i);

		assert_int_equal(features_hiding(f->name), all & ~f->bit);
	}
}

static void
test_hides_a_list(void **state)
{
	uint64_t all = features_hiding(NULL);

	(void)state;
	assert_int_equal(features_hiding("avx512f,avx2"),
			 all & ~(uint64_t)(CPU_AVX512F | CPU_AVX2));
	assert_int_equal(features_hiding("avx2,erms,avx2"),
			 all & ~(uint64_t)(CPU_AVX2 | CPU_ERMS));
}

static void
test_unknown_word_ends_with_status_2(void **state)
{
	static const char *const bad[] = {
		"avx3",  "avx",        "avx2x",     "AVX2",
		" avx2", "avx2 ",      ",",         "avx2,",
		",avx2", "avx2,,sse2", "avx2,avx3", "avx2;sse2",
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(bad); i++) {
		char text[512];
		uint64_t features;
		int status = features_in_child(bad[i], &features, text);

		if (status != 2)
			fail_msg("'%s': status %d, want 2", bad[i], status);
		/* One line, which names the variable and what it may hold. */
		assert_ptr_equal(strchr(text, '\n'), text + strlen(text) - 1);
		assert_non_null(strstr(text, "FRAMEBENCH_DISABLE_CPU"));
		assert_non_null(strstr(text, "avx512f"));
	}
}

static void
test_message_quotes_the_word(void **state)
{
	char text[512];
	uint64_t features;

	(void)state;
	features_in_child("avx2,avx513,sse2", &features, text);
	assert_non_null(strstr(text, "'avx513'"));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_finds_what_the_kernel_lists),
		cmocka_unit_test(test_names_and_bits_are_distinct),
		cmocka_unit_test(test_hides_each_feature_alone),
		cmocka_unit_test(test_hides_a_list),
		cmocka_unit_test(test_unknown_word_ends_with_status_2),
		cmocka_unit_test(test_message_quotes_the_word),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
