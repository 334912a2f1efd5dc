/* test_bench_machine.c - a fingerprint has every field, tells machines apart
 * and names nobody
 */
// SPDX-License-Identifier: BSD-3-Clause
#include "bench_machine.h"

#include <string.h>
#include <unistd.h>

#include "fake_root.h"
#include "test_util.h"

#define SMALL "synthetic:pack:1 l3:1(size=8MiB) l2:2(size=1MiB) core:1 pu:1"

static json_t *
fingerprint(const char *source, const char *root)
{
	struct bench_topo *topo;
	json_t *machine;

	assert_int_equal(bench_topo_load(&topo, source), BENCH_OK);
	machine = bench_machine_fingerprint(topo, root);
	bench_topo_free(topo);
	return machine;
}

static const char *
text(const json_t *machine, const char *key)
{
	return json_string_value(json_object_get(machine, key));
}

static void
every_field_is_there(void **state)
{
	static const char *const keys[] = {
		"arch",         "vendor",     "family",
		"model",        "stepping",   "model_name",
		"microcode",    "features",   "hypervisor",
		"cpus",         "kinds",      "hypervisor_vendor",
		"caches",       "page_bytes", "caches_verified",
		"memory_bytes", "thp",        "cache_doubt",
		"kernel",       "libc",       "governor",
		"turbo",        "smt",        "aslr",
		"compiler",
	};
	char *nowhere = fake_root_new();
	json_t *here = fingerprint("this", "");
	json_t *bare = fingerprint(SMALL, nowhere);

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(keys); i++) {
		assert_non_null(json_object_get(here, keys[i]));
		assert_non_null(json_object_get(bare, keys[i]));
	}
	assert_int_equal(json_object_size(here), ARRAY_LEN(keys));
	assert_true(json_is_null(json_object_get(bare, "vendor")));
	assert_true(json_is_null(json_object_get(bare, "hypervisor")));
	json_decref(here);
	json_decref(bare);
	fake_root_free(nowhere);
}

static void
cpu_is_read(void **state)
{
	char *root = fake_root_new();
	json_t *machine;

	(void)state;
	fake_root_file(root, "/proc/cpuinfo",
		       "vendor_id\t: AuthenticAMD\ncpu family\t: 25\n"
		       "model\t\t: 17\nmodel name\t: AMD EPYC 9654\n"
		       "stepping\t: 1\nmicrocode\t: 0xa101144\n"
		       "flags\t\t: fpu tsc\n");
	fake_root_file(root, "/proc/meminfo", "MemTotal:     1024 kB\n");
	machine = fingerprint(SMALL, root);
	assert_string_equal(text(machine, "vendor"), "AuthenticAMD");
	assert_string_equal(text(machine, "family"), "25");
	assert_string_equal(text(machine, "model"), "17");
	assert_string_equal(text(machine, "model_name"), "AMD EPYC 9654");
	assert_string_equal(text(machine, "stepping"), "1");
	assert_string_equal(text(machine, "microcode"), "0xa101144");
	assert_true(json_is_false(json_object_get(machine, "hypervisor")));
	assert_int_equal(
		json_integer_value(json_object_get(machine, "memory_bytes")),
		1 << 20);
	json_decref(machine);
	fake_root_free(root);
}

static void
arm_has_other_words(void **state)
{
	char *root = fake_root_new();
	json_t *machine;

	(void)state;
	fake_root_file(root, "/proc/cpuinfo",
		       "processor\t: 0\nFeatures\t: fp asimd sve\n"
		       "CPU implementer\t: 0x41\nCPU architecture: 8\n"
		       "CPU part\t: 0xd4f\nCPU revision\t: 0\n");
	machine = fingerprint(SMALL, root);
	assert_string_equal(text(machine, "vendor"), "0x41");
	assert_string_equal(text(machine, "model"), "0xd4f");
	assert_non_null(text(machine, "features"));
	json_decref(machine);
	fake_root_free(root);
}

static json_t *
with_flags(const char *root, const char *flags)
{
	fake_root_file(root, "/proc/cpuinfo", flags);
	return fingerprint(SMALL, root);
}

/* A model number may be made up; the flags are what code can use. */
static void
flags_tell_machines_apart(void **state)
{
	char *root = fake_root_new();
	json_t *a = with_flags(root, "flags : fpu tsc erms\n");
	json_t *same = with_flags(root, "flags : erms fpu  tsc\n");
	json_t *more = with_flags(root, "flags : fpu tsc erms fsrm\n");
	json_t *joined = with_flags(root, "flags : fpu tscerms\n");

	(void)state;
	assert_int_equal(strlen(text(a, "features")), 16);
	assert_string_equal(text(a, "features"), text(same, "features"));
	assert_string_not_equal(text(a, "features"), text(more, "features"));
	assert_string_not_equal(text(a, "features"), text(joined, "features"));
	json_decref(a);
	json_decref(same);
	json_decref(more);
	json_decref(joined);
	fake_root_free(root);
}

static void
caches_are_advertised_only(void **state)
{
	json_t *machine = fingerprint(SMALL, "");
	json_t *l3 = json_array_get(json_object_get(machine, "caches"), 1);
	json_t *big = fingerprint("synthetic:l3:1(size=480MiB) pu:2", "");
	int level, cpus, bytes;

	(void)state;
	assert_int_equal(json_unpack(l3, "{s:i, s:i, s:i}", "level", &level,
				     "bytes", &bytes, "cpus", &cpus),
			 0);
	assert_int_equal(level, 3);
	assert_int_equal(bytes, 8 << 20);
	assert_int_equal(cpus, 2);
	assert_true(json_is_false(json_object_get(machine, "caches_verified")));
	assert_true(json_is_null(json_object_get(machine, "cache_doubt")));
	assert_non_null(strstr(text(big, "cache_doubt"), "480 MiB"));
	json_decref(machine);
	json_decref(big);
}

/* Published with every result: no value but a kernel's release may hold the
 * host's name by chance, and none may be a path. */
static void
nobody_is_named(void **state)
{
	json_t *machine = fingerprint("this", "");
	char name[256] = "";
	const char *key;
	json_t *value;

	(void)state;
	assert_int_equal(gethostname(name, sizeof(name) - 1), 0);
	json_object_foreach (machine, key, value) {
		const char *string = json_string_value(value);

		if (!string || strcmp(key, "kernel") == 0)
			continue;
		assert_string_not_equal(string, name);
		assert_true(string[0] != '/');
	}
	json_decref(machine);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_field_is_there),
		cmocka_unit_test(cpu_is_read),
		cmocka_unit_test(arm_has_other_words),
		cmocka_unit_test(flags_tell_machines_apart),
		cmocka_unit_test(caches_are_advertised_only),
		cmocka_unit_test(nobody_is_named),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
