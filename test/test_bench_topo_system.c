/* test_bench_topo_system.c - caches are doubted where they must be, a thread
 * runs where it was bound, and a file of a topology names nobody
 */
// SPDX-License-Identifier: BSD-3-Clause
#include "bench_topo.h"

#include <sched.h>
#include <signal.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "capture.h"
#include "test_util.h"

static struct bench_topo *
load(const char *source)
{
	struct bench_topo *topo;

	assert_int_equal(bench_topo_load(&topo, source), BENCH_OK);
	return topo;
}

static void
caches_are_as_described(void **state)
{
	struct bench_topo *topo =
		load("synthetic:pack:2 l3:1(size=32MiB) l2:4(size=1MiB) "
		     "l1d:1(size=48KiB) core:1 pu:2");
	const struct bench_cache want[] = {
		{48 << 10, 2}, {1 << 20, 2}, {32 << 20, 8}};

	(void)state;
	for (int level = 1; level <= BENCH_CACHE_LEVELS; level++) {
		struct bench_cache cache = bench_topo_cache(topo, 15, level);

		assert_int_equal(cache.size, want[level - 1].size);
		assert_int_equal(cache.cpus, want[level - 1].cpus);
	}
	bench_topo_free(topo);
}

static void
missing_cache_has_no_size(void **state)
{
	struct bench_topo *topo = load("synthetic:pack:1 core:2 pu:1");

	(void)state;
	assert_int_equal(bench_topo_cache(topo, 0, 3).size, 0);
	bench_topo_free(topo);
}

static void
impossible_caches_are_doubted(void **state)
{
	static const struct {
		const char *source, *doubt;
	} cases[] = {
		/* What a cloud's guest of two CPUs was shown. */
		{"synthetic:pack:1 l3:1(size=480MiB) core:2 pu:1",
		 "480 MiB is advertised for 2 CPUs"},
		{"synthetic:pack:1 l3:1(size=97MiB) core:1 pu:1",
		 "97 MiB is advertised for 1 CPU,"},
		{"synthetic:pack:1 l3:1(size=1MiB) l2:1(size=2MiB) core:4 pu:1",
		 "larger than the next"},
		{"synthetic:pack:1 l2:1(size=32KiB) l1d:1(size=48KiB) core:1 "
		 "pu:1",
		 "larger than the next"},
		{"synthetic:l3:1(size=8MiB) pack:2 core:2 pu:1",
		 "different packages"},
		/* Real ones: EPYC 9684X, Xeon 6980P, Xeon E5. */
		{"synthetic:pack:2 l3:12(size=96MiB) l2:8(size=1MiB) core:1 "
		 "pu:2",
		 NULL},
		{"synthetic:pack:1 l3:1(size=504MiB) l2:128(size=2MiB) core:1 "
		 "pu:2",
		 NULL},
		{"synthetic:pack:2 l3:1(size=20MiB) l2:8(size=256KiB) core:1 "
		 "pu:2",
		 NULL},
		{"synthetic:pack:1 core:2 pu:1", NULL},
		{"synthetic:l1d:2(size=48KiB) core:1 pu:1", NULL},
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
		struct bench_topo *topo = load(cases[i].source);
		char *doubt = bench_topo_cache_doubt(topo);

		if (!doubt != !cases[i].doubt ||
		    (doubt && !strstr(doubt, cases[i].doubt)))
			fail_msg("%s: '%s'", cases[i].source,
				 doubt ? doubt : "no doubt");
		free(doubt);
		bench_topo_free(topo);
	}
}

static void
bound_thread_runs_there(void **state)
{
	struct bench_topo *topo = load("this");
	cpu_set_t before, after;

	(void)state;
	assert_int_equal(sched_getaffinity(0, sizeof(before), &before), 0);
	for (size_t i = 0; i < topo->n_cpus; i++) {
		unsigned cpu = topo->cpus[i].number;

		assert_int_equal(bench_topo_bind(topo, cpu), BENCH_OK);
		assert_int_equal(sched_getcpu(), cpu);
		assert_int_equal(sched_getaffinity(0, sizeof(after), &after),
				 0);
		assert_int_equal(CPU_COUNT(&after), 1);
	}
	sched_setaffinity(0, sizeof(before), &before);
	bench_topo_free(topo);
}

static void
absent_cpu_cannot_be_bound_to(void **state)
{
	struct bench_topo *topo = load("this");
	struct capture c;
	char *message;
	int status;

	(void)state;
	capture_start(&c, STDERR_FILENO);
	status = bench_topo_bind(topo, 8191);
	message = capture_end(&c);
	bench_topo_free(topo);
	assert_int_equal(status, BENCH_CANNOT);
	assert_non_null(strstr(message, "CPU 8191"));
	free(message);
}

/* hwloc itself would report success and bind nothing. */
static void
other_machine_cannot_be_bound_to(void **state)
{
	struct bench_topo *topo = load("synthetic:pack:1 core:2 pu:1");
	struct capture c;
	pid_t child;
	int status;

	(void)state;
	capture_start(&c, STDERR_FILENO);
	child = fork();
	if (child == 0) {
		signal(SIGABRT, SIG_DFL);
		bench_topo_bind(topo, 0);
		_exit(0);
	}
	waitpid(child, &status, 0);
	free(capture_end(&c));
	assert_true(WIFSIGNALED(status) && WTERMSIG(status) == SIGABRT);
	bench_topo_free(topo);
}

static char *
export_and_read(const struct bench_topo *topo, const char *path)
{
	char *text = bench_alloc(1 << 20);
	size_t size;
	FILE *f;

	assert_int_equal(bench_topo_export_xml(topo, path), BENCH_OK);
	f = fopen(path, "r");
	assert_non_null(f);
	size = fread(text, 1, (1 << 20) - 1, f);
	text[size] = '\0';
	fclose(f);
	return text;
}

static void
file_names_nobody(void **state)
{
	static const char *const secrets[] = {
		"HostName",         "ProcessName", "LinuxCgroup",
		"DMIProductSerial", "OSVersion",   "InfoOfALaterVersion",
		"CPUModelPlus",
	};
	struct bench_topo *topo = load("this");
	hwloc_obj_t root = hwloc_get_root_obj(topo->hwloc);
	char path[] = "/tmp/framebench-topo-XXXXXX";
	char *xml;

	(void)state;
	assert_true(close(mkstemp(path)) == 0);
	for (size_t i = 0; i < ARRAY_LEN(secrets); i++)
		hwloc_obj_add_info(root, secrets[i], "sec\nret-value");
	hwloc_obj_add_info(root, "CPUModel", "kept-value");
	xml = export_and_read(topo, path);
	for (size_t i = 0; i < ARRAY_LEN(secrets); i++)
		assert_null(strstr(xml, secrets[i]));
	assert_null(strstr(xml, "ret-value"));
	assert_non_null(strstr(xml, "kept-value"));
	free(xml);
	bench_topo_free(topo);
	unlink(path);
}

static void
file_is_the_same_topology(void **state)
{
	struct bench_topo *topo =
		load("synthetic:pack:2 [numa] l3:2(size=8MiB) core:2 pu:2");
	char path[] = "/tmp/framebench-topo-XXXXXX";
	struct bench_topo *again;

	(void)state;
	assert_true(close(mkstemp(path)) == 0);
	assert_int_equal(bench_topo_export_xml(topo, path), BENCH_OK);
	again = load(path);
	unlink(path);
	assert_int_equal(again->n_classes, topo->n_classes);
	for (size_t i = 0; i < topo->n_classes; i++) {
		assert_int_equal(
			bench_relation_compare(&again->classes[i].relation,
					       &topo->classes[i].relation),
			0);
		assert_int_equal(again->classes[i].pairs,
				 topo->classes[i].pairs);
	}
	assert_int_equal(bench_topo_cache(again, 0, 3).size, 8 << 20);
	bench_topo_free(again);
	bench_topo_free(topo);
}

static void
lost_file_is_reported(void **state)
{
	struct bench_topo *topo = load("synthetic:pack:1 core:2 pu:1");
	struct capture c;
	int full, absent;

	(void)state;
	capture_start(&c, STDERR_FILENO);
	full = bench_topo_export_xml(topo, "/dev/full");
	absent = bench_topo_export_xml(topo, "/nonexistent/topology.xml");
	free(capture_end(&c));
	assert_int_equal(full, BENCH_USAGE);
	assert_int_equal(absent, BENCH_USAGE);
	bench_topo_free(topo);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(caches_are_as_described),
		cmocka_unit_test(missing_cache_has_no_size),
		cmocka_unit_test(impossible_caches_are_doubted),
		cmocka_unit_test(bound_thread_runs_there),
		cmocka_unit_test(absent_cpu_cannot_be_bound_to),
		cmocka_unit_test(other_machine_cannot_be_bound_to),
		cmocka_unit_test(file_names_nobody),
		cmocka_unit_test(file_is_the_same_topology),
		cmocka_unit_test(lost_file_is_reported),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
