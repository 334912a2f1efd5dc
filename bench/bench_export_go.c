/* bench_export_go.c - a run in the Go benchmark format, for benchstat
 *
 * golang.org/design/14313-benchmark-format. benchstat keeps results apart whose
 * `key: value` lines differ, so only what makes them incomparable is said that
 * way; everything that may be a row or a column of its table is in the name.
 */
// SPDX-License-Identifier: BSD-3-Clause
#include "bench_export.h"

#include <ctype.h>
#include <string.h>

#include "bench_verified.h"

/* White space would end the name and a slash the part, so these are written as
 * in an URL, and so is what is not ASCII: Unicode has more white space. */
static void
write_part(FILE *f, const char *key, const char *value)
{
	fprintf(f, "/%s=", key);
	for (; *value; value++) {
		unsigned char c = (unsigned char)*value;
		bool plain = c > ' ' && c < 0x7f && c != '/' && c != '%';
		fprintf(f, plain ? "%c" : "%%%02X", c);
	}
}

static void
write_name(FILE *f, const struct bench_repetition *r)
{
	const char *op = r->cell->axis[AXIS_OP];

	fprintf(f, "Benchmark%c%s", toupper((unsigned char)op[0]), op + 1);
	write_part(f, "strategy", r->candidate);
	for (int i = 0; i < AXIS_COUNT; i++)
		if (i != AXIS_OP && strcmp(r->cell->axis[i], "-") != 0)
			write_part(f, bench_axis_names[i], r->cell->axis[i]);
	fprintf(f, "-%u", bench_export_threads(r->cell));
}

/* benchstat knows the unit `ns` where it stands between dashes. */
static void
write_unit(FILE *f, enum bench_counter counter)
{
	for (const char *p = bench_counter_names[counter]; *p; p++)
		fputc(*p == '_' ? '-' : *p, f);
	fputs("/op", f);
}

/* Of the marker's work meanwhile, which is evidence, more is not worse. */
static bool
is_cost(enum bench_counter counter)
{
	return counter != COUNTER_scanned && counter != COUNTER_marker_cpu_ns;
}

struct stream {
	FILE *f;
	struct bench_export_counters counters;
	bool unverified; /* what the last lines are of */
};

/* A key holds until it is set again; without a value there is none. */
static void
write_verification(struct stream *to, bool unverified)
{
	if (unverified != to->unverified)
		fprintf(to->f, "verification:%s\n",
			unverified ? " " BENCH_UNVERIFIED : "");
	to->unverified = unverified;
}

static void
write_line(void *arg, const struct bench_repetition *r)
{
	struct stream *to = arg;

	write_verification(to, r->unverified);
	write_name(to->f, r);
	fprintf(to->f, "\t%llu\t%.6g ns/op", (unsigned long long)r->iters,
		r->ns);
	for (int c = 0; c < BENCH_COUNTER_COUNT; c++)
		if (to->counters.apply[c]) {
			fprintf(to->f, "\t%.6g ",
				(double)r->sample->counters[c] /
					(double)r->iters);
			write_unit(to->f, c);
		}
	fputc('\n', to->f);
}

/* The CPU, by the key that Go itself uses, and its architecture. */
static void
write_machine(const struct bench_summary *s, FILE *f)
{
	static const char *const keys[][2] = {{"arch", "arch"},
					      {"cpu", "model_name"}};
	const json_t *machine = json_object_get(s->manifest->json, "machine");

	for (size_t i = 0; i < ARRAY_LEN(keys); i++) {
		const char *value =
			json_string_value(json_object_get(machine, keys[i][1]));
		if (value && !strchr(value, '\n'))
			fprintf(f, "%s: %s\n", keys[i][0], value);
	}
}

void
bench_export_go(const struct bench_summary *s, FILE *f)
{
	struct stream to = {f, bench_export_find_counters(s), false};

	fputs("pkg: framebench\n", f);
	write_machine(s, f);
	fputs("Unit ns/op better=lower\n", f);
	for (int c = 0; c < BENCH_COUNTER_COUNT; c++)
		if (to.counters.apply[c] && is_cost(c)) {
			fputs("Unit ", f);
			write_unit(f, c);
			fputs(" better=lower\n", f);
		}
	bench_export_repetitions(s, write_line, &to);
}
