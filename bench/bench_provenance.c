/* bench_provenance.c - where a run comes from, as reports and policies say it
 */
// SPDX-License-Identifier: BSD-3-Clause
#include "bench_provenance.h"

#include <stdlib.h>
#include <string.h>

/* The last name of the path, links followed. */
static char *
run_name(const char *run_dir)
{
	char *path = realpath(run_dir, NULL);
	const char *whole = path ? path : run_dir;
	const char *slash = strrchr(whole, '/');
	char *name = bench_strdup(slash && slash[1] ? slash + 1 : whole);

	free(path);
	return name;
}

static const char *
string_or(const json_t *object, const char *key, const char *otherwise)
{
	const char *s = json_string_value(json_object_get(object, key));

	return s && s[0] ? s : otherwise;
}

const char *
bench_provenance_string(const struct bench_manifest *m, const char *name)
{
	return string_or(m->json, name, "-");
}

static char *
machine_text(const json_t *machine)
{
	const json_t *cpus = json_object_get(machine, "cpus");
	const json_t *hypervisor = json_object_get(machine, "hypervisor");
	char *count =
		json_is_integer(cpus)
			? bench_printf(", %lld CPUs",
				       (long long)json_integer_value(cpus))
			: bench_strdup("");
	char *text = bench_printf(
		"%s%s%s", string_or(machine, "model_name", "unknown CPU"),
		count,
		json_is_true(hypervisor)    ? ", virtual machine"
		: json_is_false(hypervisor) ? ""
					    : ", perhaps a virtual machine");

	free(count);
	return text;
}

struct bench_provenance
bench_provenance_of(const char *run_dir, const struct bench_manifest *m)
{
	const json_t *machine = json_object_get(m->json, "machine");

	return (struct bench_provenance){
		.run = run_name(run_dir),
		.date = bench_strdup(
			string_or(m->json, "date", "date not recorded")),
		.machine = machine_text(machine),
		.is_virtual =
			json_is_true(json_object_get(machine, "hypervisor")),
	};
}

void
bench_provenance_free(struct bench_provenance *p)
{
	free(p->run);
	free(p->date);
	free(p->machine);
}
