/* test_bench_sys.c - the kernel's files are read as they are written */
// SPDX-License-Identifier: BSD-3-Clause
#include "bench_sys.h"

#include "fake_root.h"
#include "test_util.h"

static int
set_up(void **state)
{
	*state = fake_root_new();
	return 0;
}

static int
tear_down(void **state)
{
	fake_root_free(*state);
	return 0;
}

static void
ticks(void **state)
{
	struct bench_sys_ticks t;

	assert_false(bench_sys_ticks(*state, &t));
	fake_root_file(*state, "/proc/stat", "cpu  1 2 3\n");
	assert_false(bench_sys_ticks(*state, &t));
	fake_root_file(*state, "/proc/stat",
		       "cpu  1 2 3 4 5 6 7 8 0 0\ncpu0 9 9 9 9 9 9 9 9 0 0\n");
	assert_true(bench_sys_ticks(*state, &t));
	assert_int_equal(t.stolen, 8);
	assert_int_equal(t.all, 36);
}

/* Compares and frees. */
static void
expect(char *text, const char *want)
{
	if (want) {
		assert_non_null(text);
		assert_string_equal(text, want);
	} else {
		assert_null(text);
	}
	free(text);
}

static void
lines(void **state)
{
	fake_root_file(*state, "/two", "first \nsecond\n");
	fake_root_file(*state, "/cut", "no end");
	fake_root_file(*state, "/blank", "\n");
	fake_root_file(*state, "/empty", "");
	expect(bench_sys_line(*state, "/two"), "first ");
	expect(bench_sys_line(*state, "/cut"), "no end");
	expect(bench_sys_line(*state, "/blank"), "");
	expect(bench_sys_line(*state, "/empty"), NULL);
	expect(bench_sys_line(*state, "/absent"), NULL);
	expect(bench_sys_line(*state, "/"), NULL);
}

static void
values(void **state)
{
	fake_root_file(*state, "/f",
		       "model name\t: A B\nmodel\t\t: 167\nmodel\t: 168\n"
		       "empty\t:\nMemTotal:       12 kB\nnocolon 5\n");
	expect(bench_sys_value(*state, "/f", "model"), "167");
	expect(bench_sys_value(*state, "/f", "model name"), "A B");
	expect(bench_sys_value(*state, "/f", "empty"), "");
	expect(bench_sys_value(*state, "/f", "MemTotal"), "12 kB");
	expect(bench_sys_value(*state, "/f", "nocolon"), NULL);
	expect(bench_sys_value(*state, "/f", "mod"), NULL);
	expect(bench_sys_value(*state, "/absent", "model"), NULL);
}

static void
numbers(void **state)
{
	fake_root_file(*state, "/n", "17\n");
	fake_root_file(*state, "/word", "off\n");
	fake_root_file(*state, "/minus", "-5\n");
	assert_int_equal(bench_sys_number(*state, "/n"), 17);
	assert_int_equal(bench_sys_number(*state, "/word"), -1);
	assert_int_equal(bench_sys_number(*state, "/minus"), -1);
	assert_int_equal(bench_sys_number(*state, "/absent"), -1);
}

static void
choices(void **state)
{
	fake_root_file(*state, "/c", "always [madvise] never\n");
	fake_root_file(*state, "/open", "always [madvise\n");
	fake_root_file(*state, "/none", "always madvise\n");
	expect(bench_sys_choice(*state, "/c"), "madvise");
	expect(bench_sys_choice(*state, "/open"), "madvise");
	expect(bench_sys_choice(*state, "/none"), NULL);
}

#define FLAGS(words) "processor\t: 0\nflags\t\t: fpu " words "\n"

static void
virtual_machines(void **state)
{
	assert_int_equal(bench_sys_is_virtual(*state), -1);
	fake_root_file(*state, "/proc/cpuinfo", FLAGS("tsc"));
	assert_int_equal(bench_sys_is_virtual(*state), 0);
	fake_root_file(*state, "/proc/cpuinfo", FLAGS("hypervisor tsc"));
	assert_int_equal(bench_sys_is_virtual(*state), 1);
	/* aarch64 has no such flag. */
	fake_root_file(*state, "/proc/cpuinfo", "Features\t: fp asimd\n");
	assert_int_equal(bench_sys_is_virtual(*state), -1);
	fake_root_file(*state, "/sys/hypervisor/type", "xen\n");
	assert_int_equal(bench_sys_is_virtual(*state), 1);
}

static void
turbo(void **state)
{
	const char *intel = "/sys/devices/system/cpu/intel_pstate/no_turbo";
	const char *others = "/sys/devices/system/cpu/cpufreq/boost";

	assert_int_equal(bench_sys_turbo(*state), -1);
	fake_root_file(*state, others, "1\n");
	assert_int_equal(bench_sys_turbo(*state), 1);
	fake_root_file(*state, others, "0\n");
	assert_int_equal(bench_sys_turbo(*state), 0);
	fake_root_file(*state, intel, "0\n");
	assert_int_equal(bench_sys_turbo(*state), 1);
	fake_root_file(*state, intel, "1\n");
	assert_int_equal(bench_sys_turbo(*state), 0);
}

static void
smt_and_governor(void **state)
{
	assert_int_equal(bench_sys_smt(*state), -1);
	fake_root_file(*state, "/sys/devices/system/cpu/smt/active", "1\n");
	assert_int_equal(bench_sys_smt(*state), 1);
	expect(bench_sys_governor(*state, 3), NULL);
	fake_root_file(*state,
		       "/sys/devices/system/cpu/cpu3/cpufreq/scaling_governor",
		       "powersave\n");
	expect(bench_sys_governor(*state, 3), "powersave");
}

static void
aslr(void **state)
{
	const char *path = "/proc/sys/kernel/randomize_va_space";

	assert_int_equal(bench_sys_aslr(*state), -1);
	fake_root_file(*state, path, "1\n");
	assert_int_equal(bench_sys_aslr(*state), 0);
	fake_root_file(*state, path, "2\n");
	assert_int_equal(bench_sys_aslr(*state), 1);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int
main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(lines), TEST(values),  TEST(numbers),
		TEST(ticks), TEST(choices), TEST(virtual_machines),
		TEST(turbo), TEST(aslr),    TEST(smt_and_governor),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
