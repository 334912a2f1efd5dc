/* test_bench_manifest.c - a manifest is read as written, or refused with reason
 */
// SPDX-License-Identifier: BSD-3-Clause
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "capture.h"
#include "schema_check.h"
#include "synthetic_run.h"

static const struct synthetic_candidate candidates[] = {
	{.name = "memclr_avx2", .ns = 1},
	{.name = "memclr_floor", .standing = STANDING_BOUND},
	{.name = "memclr_sse2", .standing = STANDING_REFUSED},
};

static const struct synthetic_cell cells[] = {
	{
		.axis = {[AXIS_OP] = "memclr", [AXIS_SIZE] = "64"},
		.candidates = candidates,
		.n_candidates = ARRAY_LEN(candidates),
	},
	{.axis = {[AXIS_OP] = "call", [AXIS_WORKLOAD] = "sig:func(\"\\\") é"}},
};

struct run {
	char *dir, *path;
	struct bench_manifest *m;
	char *messages;
};

static struct run
new_run(void)
{
	struct run run = {.dir = synthetic_dir()};

	run.path = bench_printf("%s/manifest.json", run.dir);
	return run;
}

static void
read_back(struct run *run)
{
	struct capture c;

	bench_manifest_free(run->m);
	free(run->messages);
	capture_start(&c, STDERR_FILENO);
	run->m = bench_manifest_read(run->dir);
	run->messages = capture_end(&c);
}

static void
end_run(struct run *run)
{
	bench_manifest_free(run->m);
	free(run->messages);
	free(run->path);
	synthetic_remove(run->dir);
}

static void
test_round_trip(void **state)
{
	struct run run = new_run();
	json_t *json = synthetic_manifest(cells, 2);
	char id[BENCH_CELL_ID_SIZE];
	(void)state;

	assert_int_equal(bench_write_json(run.path, json), BENCH_OK);
	read_back(&run);
	assert_non_null(run.m);
	assert_string_equal(run.messages, "");
	assert_true(json_equal(run.m->json, json));
	assert_int_equal(run.m->n_cells, 2);
	for (size_t i = 0; i < 2; i++) {
		synthetic_cell_id(&cells[i], id);
		assert_string_equal(run.m->cells[i].id, id);
		for (int a = 0; a < AXIS_COUNT; a++)
			assert_string_equal(run.m->cells[i].cell.axis[a],
					    cells[i].axis[a] ? cells[i].axis[a]
							     : "-");
	}
	assert_int_equal(run.m->cells[1].n_entrants, 0);
	assert_int_equal(run.m->cells[0].n_entrants, 3);
	for (size_t i = 0; i < 3; i++) {
		const struct bench_entrant *e = &run.m->cells[0].entrants[i];
		assert_string_equal(e->name, candidates[i].name);
		assert_int_equal(e->standing, candidates[i].standing);
		assert_string_equal(e->reason, i ? "synthetic" : "");
	}
	json_t *again = bench_manifest_cells_json(run.m->cells, 2);
	assert_true(json_equal(again, json_object_get(json, "cells")));
	json_decref(again);
	json_decref(json);
	end_run(&run);
}

static void
test_schema(void **state)
{
	json_t *json = synthetic_manifest(cells, 2);
	(void)state;

	assert_null(schema_check("manifest", json));
	json_object_del(json, "commit");
	char *why = schema_check("manifest", json);
	assert_string_equal(why, "manifest: commit");
	free(why);
	json_decref(json);
}

/* Replaces a member that a path of keys and indices leads to; NULL deletes. */
static void
set_at(json_t *json, const char *path, const char *value)
{
	char *copy = bench_strdup(path), *key = strtok(copy, "/");

	for (char *next; (next = strtok(NULL, "/")); key = next)
		json = json_is_array(json)
			       ? json_array_get(json, (size_t)atoi(key))
			       : json_object_get(json, key);
	json_t *new = value ? json_loads(value, JSON_DECODE_ANY, NULL) : NULL;
	assert_true(!value || new);
	if (json_is_array(json))
		json_array_set_new(json, (size_t)atoi(key), new);
	else if (new)
		json_object_set_new(json, key, new);
	else
		json_object_del(json, key);
	free(copy);
}

#define SOURCE(launches, manifest)                                 \
	"[{\"key\": \"0123456789abcdef\", \"launches\": " launches \
	", \"manifest\": " manifest "}]"

static void
test_distrust(void **state)
{
	static const struct {
		const char *path, *value, *expect;
	} bad[] = {
		{"schema", "2", "schema: expected 1 to 1, found 2"},
		{"schema", NULL, "schema: expected an integer, found nothing"},
		{"schema", "\"1\"", "schema: expected an integer"},
		{"plan", "7", "plan: expected a string, found 7"},
		{"plan_hash", NULL, "plan_hash: expected a string"},
		{"seed", "5", "seed: expected a string"},
		{"seed", "\"5x\"", "decimal number of 64 bits, found \"5x\""},
		{"budget_s", "\"1\"", "budget_s: expected a number"},
		{"blocks", "-1", "blocks: expected 0 to"},
		{"rounds", "1.5", "rounds: expected an integer"},
		{"budget_s", "-1", "budget_s: expected 0 to"},
		{"epsilon", "\"0.02\"", "epsilon: expected a number"},
		{"epsilon", "null", "epsilon: expected a number, found null"},
		{"epsilon", "2", "epsilon: expected 0 to 1, found 2"},
		{"launches", "\"5\"", "launches: expected an integer"},
		{"launches", "0", "launches: expected 1 to"},
		{"layouts", "5.0", "layouts: expected an integer, found 5.0"},
		{"allocation", "true", "allocation: expected race or uniform"},
		{"allocation", "\"fair\"", "race or uniform, found \"fair\""},
		{"date", "\"\\u001b[2J\"", "date: expected printable text"},
		{"plan", "\"a\\nb\"", "plan: expected printable text"},
		{"machine/cpus", "\"2\"", "cpus: expected an integer"},
		{"machine/model_name", "7", "model_name: expected a string"},
		{"machine/model_name", "\"\\u0007\"", "expected printable"},
		{"machine/hypervisor", "\"\"", "hypervisor: expected true, "},
		{"sources", "\"x\"", "sources: expected an array"},
		{"sources", "[]", "sources: expected a run that went in"},
		{"sources", "[1]", "sources[0].key: expected a string"},
		{"sources", "[{\"key\": \"k\"}]",
		 "key: expected 16 hex digits"},
		{"sources", SOURCE("1", "{}"),
		 "sources[0].schema: expected an integer, found nothing"},
		{"sources", SOURCE("-1", "{}"), "sources[0].launches: expec"},
		{"commit", "null", "commit: expected a string"},
		{"compiler", "[]", "compiler: expected a string, found []"},
		{"flags", NULL, "flags: expected a string"},
		{"candidates_hash", NULL, "candidates_hash: expected"},
		{"machine", "3", "machine: expected an object"},
		{"preflight", "{}", "preflight: expected an array"},
		{"preflight/0/state", NULL, "preflight[0].state: expected"},
		{"cells", "{}", "cells: expected an array"},
		{"cells/1", "3", "cells[1].axes: expected an object"},
		{"cells/1/axes/op", NULL, "cells[1].op: expected a string"},
		{"cells/0/axes/op", "\"memmove\"",
		 "cells[0].id: expected the hash of the axes"},
		{"cells/0/axes/op", "\"\"", "cells[0].op: expected printable"},
		{"cells/0/axes/size", "\"64x\"", "cells[0].size: expected a n"},
		{"cells/0/axes/size", "\"-64\"",
		 "a number or -, found \"-64\""},
		{"cells/0/axes/size", "\"18446744073709551615\"",
		 "number or -"},
		{"cells/1/axes/markers", "\"one\"", "markers: expected a num"},
		{"cells/0/id", "\"zz\"", "cells[0].id: expected"},
		{"cells/0/id", "\"a\\nb\"", "found \"a\\nb\""},
		{"cells/0/candidates", "7", "cells[0].candidates: expected"},
		{"cells/0/candidates/1/name", "\"memclr_avx2\"",
		 "cells[0].candidates[1].name: expected a name that no other"},
		{"cells/0/candidates/1/name", "\"\"",
		 "cells[0].candidates[1].name: expected"},
		{"cells/0/candidates/2/status", "\"maybe\"",
		 "cells[0].candidates[2].status: expected contender, bound or"},
		{"cells/0/candidates/2/status", NULL, "status: expected"},
		{"cells/0/candidates/0/reason", "0", "reason: expected"},
	};
	struct run run = new_run();
	(void)state;

	for (size_t i = 0; i < ARRAY_LEN(bad); i++) {
		json_t *json = synthetic_manifest(cells, 2);
		set_at(json, bad[i].path, bad[i].value);
		assert_int_equal(bench_write_json(run.path, json), BENCH_OK);
		read_back(&run);
		assert_null(run.m);
		if (!strstr(run.messages, bad[i].expect))
			fail_msg("%s = %s said: %s", bad[i].path, bad[i].value,
				 run.messages);
		assert_non_null(strstr(run.messages, run.path));
		assert_ptr_equal(strchr(run.messages, '\n'),
				 strrchr(run.messages, '\n'));
		json_decref(json);
	}
	end_run(&run);
}

/* A run that was merged from n, all with the same key or not. */
static json_t *
merged(size_t n, bool same, json_int_t launches)
{
	json_t *json = synthetic_manifest(cells, 2), *sources = json_array();
	char key[] = "0123456789abcde0";

	for (size_t i = 0; i < n; i++) {
		json_t *head = json_copy(json);

		key[15] = (char)(same ? '0' : '0' + i);
		json_object_del(head, "cells");
		json_array_append_new(sources,
				      json_pack("{s:s, s:I, s:o}", "key", key,
						"launches", launches,
						"manifest", head));
	}
	json_object_set_new(json, "sources", sources);
	return json;
}

/* What a merged run says of its sources is held to the same. */
static void
test_sources(void **state)
{
	static const struct {
		bool same;
		json_int_t launches;
		const char *expect; /* NULL: read */
	} runs[] = {
		{false, 1, NULL},
		{false, 1 << 29, NULL},
		{true, 1, "sources[1].key: expected a key that no other has"},
		{false, 1 << 30, "sources: expected 2^30 launches at most"},
	};
	struct run run = new_run();
	(void)state;

	for (size_t i = 0; i < ARRAY_LEN(runs); i++) {
		json_t *json = merged(2, runs[i].same, runs[i].launches);

		assert_int_equal(bench_write_json(run.path, json), BENCH_OK);
		read_back(&run);
		assert_int_equal(!run.m, runs[i].expect != NULL);
		if (runs[i].expect && !strstr(run.messages, runs[i].expect))
			fail_msg("%zu said: %s", i, run.messages);
		json_decref(json);
	}
	end_run(&run);
}

static void
test_duplicate_cell(void **state)
{
	struct run run = new_run();
	const struct synthetic_cell twice[] = {cells[0], cells[1], cells[0]};
	json_t *json = synthetic_manifest(twice, 3);
	(void)state;

	assert_int_equal(bench_write_json(run.path, json), BENCH_OK);
	read_back(&run);
	assert_null(run.m);
	assert_non_null(strstr(run.messages, "cells[2].id: expected an id that"
					     " no other has"));
	json_decref(json);
	end_run(&run);
}

static void
test_no_manifest(void **state)
{
	static const char *const texts[] = {"", "{", "[1]", "{\"schema\":1"};
	struct run run = new_run();
	(void)state;

	read_back(&run);
	assert_null(run.m);
	assert_non_null(strstr(run.messages, "No such file"));
	for (size_t i = 0; i < ARRAY_LEN(texts); i++) {
		FILE *f = fopen(run.path, "w");
		fputs(texts[i], f);
		fclose(f);
		read_back(&run);
		assert_null(run.m);
		assert_non_null(strstr(run.messages, run.path));
	}
	end_run(&run);
}

static int
write_quietly(const char *path, const json_t *json, char **messages)
{
	struct capture c;

	capture_start(&c, STDERR_FILENO);
	int status = bench_write_json(path, json);
	*messages = capture_end(&c);
	return status;
}

/* A failure leaves the old file as it was, and no draft beside it. */
static void
test_write_fails_whole(void **state)
{
	struct run run = new_run();
	char *draft = bench_printf("%s.tmp", run.path), *text;
	json_t *json = synthetic_manifest(cells, 2);
	(void)state;

	assert_int_equal(bench_write_json(run.path, json), BENCH_OK);
	assert_int_equal(symlink("/dev/full", draft), 0);
	json_t *other = json_pack("{s:i}", "other", 1);
	assert_int_equal(write_quietly(run.path, other, &text), BENCH_USAGE);
	assert_non_null(strstr(text, "No space left on device"));
	assert_non_null(strstr(text, run.path));
	free(text);
	assert_int_equal(access(draft, F_OK), -1);
	read_back(&run);
	assert_true(json_equal(run.m->json, json));

	assert_int_equal(write_quietly("/nonexistent/x.json", json, &text),
			 BENCH_USAGE);
	assert_non_null(strstr(text, "/nonexistent/x.json: "));
	free(text);
	json_decref(other);
	json_decref(json);
	free(draft);
	end_run(&run);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_round_trip),
		cmocka_unit_test(test_schema),
		cmocka_unit_test(test_distrust),
		cmocka_unit_test(test_sources),
		cmocka_unit_test(test_duplicate_cell),
		cmocka_unit_test(test_no_manifest),
		cmocka_unit_test(test_write_fails_whole),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
