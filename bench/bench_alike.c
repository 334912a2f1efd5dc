/* bench_alike.c - whether two runs may be held against one another */
// SPDX-License-Identifier: BSD-3-Clause
#include "bench_alike.h"

#include <stdlib.h>
#include <string.h>

#include "bench_hash.h"

const char *const bench_aspect_names[ASPECT_COUNT] = {
	[ASPECT_MACHINE] = "machine",
	[ASPECT_SYSTEM] = "system",
	[ASPECT_BUILD] = "build",
	[ASPECT_ABI] = "abi",
};

/* The size of the memory is left out: kernels of one machine differ in what
 * they keep of it. */
static const char *const machine_members[] = {
	"arch",     "vendor",     "family",
	"model",    "stepping",   "model_name",
	"features", "hypervisor", "hypervisor_vendor",
	"cpus",     "caches",     "page_bytes",
	NULL};
static const char *const system_members[] = {"microcode", "kernel",   "libc",
					     "thp",       "governor", "turbo",
					     "smt",       "aslr",     NULL};
static const char *const build_members[] = {"compiler", "flags", NULL};

static char *
show(const json_t *value)
{
	char *text = value ? json_dumps(value, JSON_ENCODE_ANY | JSON_COMPACT |
						       JSON_SORT_KEYS)
			   : bench_strdup("not there");

	CHECK(text);
	return text;
}

static char *
difference(const char *name, const json_t *a, const json_t *b)
{
	char *in_a = show(a), *in_b = show(b);
	char *text = bench_printf("%s is %s in one and %s in the other", name,
				  in_a, in_b);

	free(in_a);
	free(in_b);
	return text;
}

static char *
first_difference(const json_t *a, const json_t *b, const char *const *names)
{
	for (; *names; names++) {
		const json_t *in_a = json_object_get(a, *names);
		const json_t *in_b = json_object_get(b, *names);
		if (in_a != in_b && !(in_a && in_b && json_equal(in_a, in_b)))
			return difference(*names, in_a, in_b);
	}
	return NULL;
}

/* The ABIs of a run's cells, each once, in alphabetical order. */
static json_t *
abis(const struct bench_manifest *m)
{
	static const char *const known[] = {"register", "stack"};
	json_t *list = json_array();

	for (size_t k = 0; k < ARRAY_LEN(known); k++)
		for (size_t i = 0; i < m->n_cells; i++)
			if (strcmp(m->cells[i].cell.axis[AXIS_ABI], known[k]) ==
			    0) {
				json_array_append_new(list,
						      json_string(known[k]));
				break;
			}
	return list;
}

static char *
abi_difference(const struct bench_manifest *a, const struct bench_manifest *b)
{
	json_t *in_a = abis(a), *in_b = abis(b);
	char *text = json_equal(in_a, in_b) || !json_array_size(in_a) ||
				     !json_array_size(in_b)
			     ? NULL
			     : difference("abi", in_a, in_b);

	json_decref(in_a);
	json_decref(in_b);
	return text;
}

char *
bench_alike_difference(const struct bench_manifest *a,
		       const struct bench_manifest *b, enum bench_aspect aspect)
{
	const json_t *machine_a = json_object_get(a->json, "machine");
	const json_t *machine_b = json_object_get(b->json, "machine");

	switch (aspect) {
	case ASPECT_MACHINE:
		return first_difference(machine_a, machine_b, machine_members);
	case ASPECT_SYSTEM:
		return first_difference(machine_a, machine_b, system_members);
	case ASPECT_BUILD:
		return first_difference(a->json, b->json, build_members);
	default: return abi_difference(a, b);
	}
}

static uint64_t
hash_members(uint64_t hash, const json_t *object, const char *const *names)
{
	for (; *names; names++) {
		char *text = show(json_object_get(object, *names));
		hash = bench_hash_string(hash, text);
		free(text);
	}
	return hash;
}

void
bench_alike_class(const json_t *manifest, char id[BENCH_CELL_ID_SIZE])
{
	const json_t *machine = json_object_get(manifest, "machine");
	uint64_t hash = BENCH_HASH_INIT;

	hash = hash_members(hash, machine, machine_members);
	hash = hash_members(hash, machine, system_members);
	hash = hash_members(hash, manifest, build_members);
	snprintf(id, BENCH_CELL_ID_SIZE, "%016llx", (unsigned long long)hash);
}
