/* bench_machine.c - which machine a run was made on, for its manifest */
// SPDX-License-Identifier: BSD-3-Clause
#include "bench_machine.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>
#include <sys/utsname.h>
#include <unistd.h>

#if defined(__GLIBC__)
#include <gnu/libc-version.h>
#endif
#if defined(__x86_64__)
#include <cpuid.h>
#endif

#include "bench_hash.h"
#include "bench_sys.h"

#define CPUINFO "/proc/cpuinfo"

/* Takes a string from malloc; NULL, and what is not UTF-8, is null. */
static void
set_text(json_t *machine, const char *key, char *text)
{
	json_t *value = text ? json_string(text) : NULL;

	CHECK(json_object_set_new(machine, key, value ? value : json_null()) ==
	      0);
	free(text);
}

static void
set_number(json_t *machine, const char *key, uint64_t value)
{
	CHECK(json_object_set_new(machine, key,
				  json_integer((json_int_t)value)) == 0);
}

/* x86-64's name of a field in /proc/cpuinfo, and aarch64's. */
static const struct {
	const char *key, *names[2];
} cpu_fields[] = {
	{"vendor", {"vendor_id", "CPU implementer"}},
	{"family", {"cpu family", "CPU architecture"}},
	{"model", {"model", "CPU part"}},
	{"stepping", {"stepping", "CPU revision"}},
	{"model_name", {"model name", "Processor"}},
	{"microcode", {"microcode", NULL}},
};

static char *
cpu_value(const char *root, const char *const names[2])
{
	char *value = bench_sys_value(root, CPUINFO, names[0]);

	if (!value && names[1])
		value = bench_sys_value(root, CPUINFO, names[1]);
	return value;
}

static int
compare_words(const void *a, const void *b)
{
	return strcmp(*(char *const *)a, *(char *const *)b);
}

/* In alphabetical order, because kernels differ in theirs. */
static char *
hash_words(char *text)
{
	size_t n = 0;
	char **words = bench_alloc((strlen(text) / 2 + 2) * sizeof(*words));
	uint64_t hash = BENCH_HASH_INIT;

	while ((words[n] = strtok_r(text, " ", &text)))
		n++;
	qsort(words, n, sizeof(*words), compare_words);
	for (size_t i = 0; i < n; i++)
		hash = bench_hash_string(hash, words[i]);
	free(words);
	return bench_printf("%016llx", (unsigned long long)hash);
}

static char *
feature_hash(const char *root)
{
	static const char *const names[2] = {"flags", "Features"};
	char *flags = cpu_value(root, names);
	char *hash = flags ? hash_words(flags) : NULL;

	free(flags);
	return hash;
}

static void
set_cpu(json_t *machine, const char *root)
{
	struct utsname system;

	CHECK(uname(&system) == 0);
	set_text(machine, "arch", bench_strdup(system.machine));
	for (size_t i = 0; i < ARRAY_LEN(cpu_fields); i++)
		set_text(machine, cpu_fields[i].key,
			 cpu_value(root, cpu_fields[i].names));
	set_text(machine, "features", feature_hash(root));
}

/* Hypervisors sign leaf 0x40000000 with twelve characters. */
static char *
hypervisor_vendor(void)
{
	char name[13] = "";
#if defined(__x86_64__)
	unsigned a, b, c, d;

	__cpuid(0x40000000, a, b, c, d);
	memcpy(name, &b, 4);
	memcpy(name + 4, &c, 4);
	memcpy(name + 8, &d, 4);
#endif
	for (const char *p = name; *p; p++)
		if (!isprint((unsigned char)*p))
			return NULL;
	return name[0] ? bench_strdup(name) : NULL;
}

static void
set_hypervisor(json_t *machine, const char *root)
{
	int virtual = bench_sys_is_virtual(root);
	json_t *flag = virtual < 0 ? json_null() : json_boolean(virtual);

	CHECK(json_object_set_new(machine, "hypervisor", flag) == 0);
	set_text(machine, "hypervisor_vendor",
		 virtual > 0 ? hypervisor_vendor() : NULL);
}

static json_t *
caches_json(const struct bench_topo *topo)
{
	json_t *caches = json_array();

	for (int level = 1; level <= BENCH_CACHE_LEVELS; level++) {
		struct bench_cache cache =
			bench_topo_cache(topo, topo->cpus[0].number, level);

		if (cache.size == 0)
			continue;
		CHECK(json_array_append_new(
			      caches,
			      json_pack("{s:i, s:I, s:i}", "level", level,
					"bytes", (json_int_t)cache.size, "cpus",
					cache.cpus)) == 0);
	}
	return caches;
}

static void
set_topology(json_t *machine, const struct bench_topo *topo)
{
	set_number(machine, "cpus", topo->n_cpus);
	set_number(machine, "kinds", (uint64_t)topo->n_kinds);
	CHECK(json_object_set_new(machine, "caches", caches_json(topo)) == 0);
	CHECK(json_object_set_new(machine, "caches_verified", json_false()) ==
	      0);
	set_text(machine, "cache_doubt", bench_topo_cache_doubt(topo));
}

static void
set_memory(json_t *machine, const char *root)
{
	char *kib = bench_sys_value(root, "/proc/meminfo", "MemTotal");

	set_number(machine, "memory_bytes",
		   kib ? strtoull(kib, NULL, 10) * 1024 : 0);
	free(kib);
	set_number(machine, "page_bytes", (uint64_t)sysconf(_SC_PAGESIZE));
	set_text(machine, "thp",
		 bench_sys_choice(
			 root, "/sys/kernel/mm/transparent_hugepage/enabled"));
}

static char *
libc_version(void)
{
#if defined(__GLIBC__)
	return bench_printf("glibc %s", gnu_get_libc_version());
#else
	return NULL;
#endif
}

static char *
compiler_version(void)
{
#if defined(__clang__)
	return bench_strdup("clang " __clang_version__);
#else
	return bench_strdup("gcc " __VERSION__);
#endif
}

/* Takes what bench_sys.h answers. */
static void
set_switch(json_t *machine, const char *key, int state)
{
	set_text(machine, key,
		 state < 0 ? NULL : bench_strdup(state ? "on" : "off"));
}

static void
set_system(json_t *machine, const struct bench_topo *topo, const char *root)
{
	struct utsname system;

	CHECK(uname(&system) == 0);
	set_text(machine, "kernel", bench_strdup(system.release));
	set_text(machine, "libc", libc_version());
	set_text(machine, "compiler", compiler_version());
	set_text(machine, "governor",
		 bench_sys_governor(root, topo->cpus[0].number));
	set_switch(machine, "turbo", bench_sys_turbo(root));
	set_switch(machine, "smt", bench_sys_smt(root));
	set_switch(machine, "aslr", bench_sys_aslr(root));
}

json_t *
bench_machine_fingerprint(const struct bench_topo *topo, const char *root)
{
	json_t *machine = json_object();

	CHECK(machine);
	set_cpu(machine, root);
	set_hypervisor(machine, root);
	set_topology(machine, topo);
	set_memory(machine, root);
	set_system(machine, topo, root);
	return machine;
}
