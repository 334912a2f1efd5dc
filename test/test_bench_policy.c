/* test_bench_policy.c - policy.h compiles and says what policy.json says */
// SPDX-License-Identifier: BSD-3-Clause
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "bench_json.h"
#include "bench_policy.h"
#include "capture.h"
#include "schema_check.h"
#include "synthetic_run.h"

typedef struct synthetic_candidate list[];

static const list word_wins = {
	{.name = "memclr_libc", .ns = 20},
	{.name = "memclr_word", .ns = 10},
	{.name = "memclr=memclr_avx2;buffer=9", .ns = 15},
};
static const list set_wins = {
	{.name = "memclr_libc", .ns = 20},
	{.name = "memclr_word", .ns = 30},
	{.name = "memclr=memclr_avx2;buffer=9", .ns = 10},
};
static const list all_refused = {
	{.name = "memclr_libc", .ns = 20, .standing = STANDING_REFUSED},
};

#define CELL(list, ...)                                                  \
	{                                                                \
		.candidates = list, .n_candidates = ARRAY_LEN(list),     \
		.axis = {[AXIS_OP] = "memclr", __VA_ARGS__}, .noise = -1 \
	}

/* With what could end a comment or a string in a header. */
static const struct synthetic_cell cells[] = {
	CELL(word_wins, [AXIS_SIZE] = "8", [AXIS_PHASE] = "off"),
	CELL(word_wins, [AXIS_SIZE] = "64", [AXIS_PHASE] = "off"),
	CELL(set_wins, [AXIS_SIZE] = "1024", [AXIS_PHASE] = "off"),
	CELL(all_refused, [AXIS_SIZE] = "8", [AXIS_PHASE] = "mark"),
	CELL(word_wins, [AXIS_ABI] = "stack", [AXIS_PHASE] = "mark",
	     [AXIS_WORKLOAD] = "csv:/*a*/\"b\\c\""),
};

/* Writes a run of these cells to DIR, and its policy to DIR/out. */
static int
write_policy_in(const char *dir, const struct synthetic_cell *run, size_t n)
{
	struct bench_rule rule = {.max_isa = NULL};

	synthetic_run_write(dir, run, n, 1);
	struct bench_summary *s = bench_summary_read(dir);
	struct bench_incumbent *libc = bench_incumbent_read("libc");
	struct bench_choose_options options = {libc, 0.02, NULL};
	struct bench_choice *choice = bench_choose(s, &options);
	struct bench_provenance from = bench_provenance_of(dir, s->manifest);
	char *out = bench_printf("%s/out", dir);
	struct bench_policy policy = {s, &rule, &options, choice, &from};
	int status = bench_policy_write(&policy, out);
	bench_provenance_free(&from);
	bench_choice_free(choice);
	bench_incumbent_free(libc);
	bench_summary_free(s);
	free(out);
	return status;
}

static char *
write_policy(const struct synthetic_cell *run, size_t n)
{
	char *dir = synthetic_dir();

	assert_int_equal(write_policy_in(dir, run, n), BENCH_OK);
	return dir;
}

static int
run_command(const char *format, const char *dir)
{
	char *command = bench_printf(format, dir, dir, dir);
	int status = system(command);

	free(command);
	return status;
}

#define WARNINGS "-Wall -Wextra -Werror -Wpedantic"

static void
test_header_compiles_by_itself(void **state)
{
	char *dir = write_policy(cells, ARRAY_LEN(cells));

	(void)state;
	assert_int_equal(run_command("cc -std=c11 " WARNINGS
				     " -c -o '%s/o' -x c '%s/out/policy.h'",
				     dir),
			 0);
	assert_int_equal(run_command("c++ -std=c++11 " WARNINGS
				     " -c -o '%s/o' -x c++ '%s/out/policy.h'",
				     dir),
			 0);
	synthetic_remove(dir);
}

/* Not only the text: what a program that includes it would do. */
static const char user[] =
	"#include <stdio.h>\n"
	"#include \"out/policy.h\"\n"
	"int main(void)\n"
	"{\n"
	"	for (size_t i = 0; i < sizeof(framebench_policy) /\n"
	"			       sizeof(framebench_policy[0]); i++) {\n"
	"		const struct framebench_policy_row *r =\n"
	"			&framebench_policy[i];\n"
	"		printf(\"%s|%s|%s|%s|%zu|%s|%d|%g\\n\", r->op, "
	"r->abi,\n"
	"		       r->workload, r->phase, r->max_size,\n"
	"		       r->strategy, (int)r->id, r->regret);\n"
	"	}\n"
	"	return FRAMEBENCH_USE_MEMCLR_WORD == 1 &&\n"
	"	       FRAMEBENCH_MEMCLR_OFF_1_MAX == 64 ? 0 : 1;\n"
	"}\n";

static const char expected[] =
	"memclr|-|-|off|64|memclr_word|1|0\n"
	"memclr|-|-|off|18446744073709551615|memclr=memclr_avx2;buffer=9|2|0\n"
	"memclr|-|-|mark|18446744073709551615||0|-1\n"
	"memclr|stack|csv:/*a*/\"b\\c\"|mark|18446744073709551615|"
	"memclr_word|1|0\n";

static void
test_header_is_the_policy(void **state)
{
	char *dir = write_policy(cells, ARRAY_LEN(cells));
	char *source = bench_printf("%s/user.c", dir);
	FILE *f = fopen(source, "w");
	struct capture c;

	(void)state;
	assert_non_null(f);
	fputs(user, f);
	fclose(f);
	assert_int_equal(run_command("cc -std=c11 " WARNINGS
				     " '%s/user.c' -o '%s/user'",
				     dir),
			 0);
	capture_start(&c, STDOUT_FILENO);
	int status = run_command("'%s/user'", dir);
	char *said = capture_end(&c);
	assert_int_equal(status, 0);
	assert_string_equal(said, expected);
	free(said);
	free(source);
	synthetic_remove(dir);
}

static void
test_json_is_as_its_schema(void **state)
{
	char *dir = write_policy(cells, ARRAY_LEN(cells));
	char *path = bench_printf("%s/out/policy.json", dir);
	json_t *policy = bench_policy_read(path);

	(void)state;
	assert_non_null(policy);
	char *wrong = schema_check("policy", policy);
	assert_null(wrong);
	json_decref(policy);
	free(path);
	synthetic_remove(dir);
}

static const char *
look_up(const json_t *policy, const char *workload, const char *size,
	const char *phase, const char *abi)
{
	const char *const values[AXIS_COUNT] = {
		[AXIS_OP] = "memclr",       [AXIS_ABI] = abi,
		[AXIS_WORKLOAD] = workload, [AXIS_SIZE] = size,
		[AXIS_PHASE] = phase,
	};
	struct bench_cell cell;

	for (int i = 0; i < AXIS_COUNT; i++)
		cell.axis[i] = (char *)(values[i] ? values[i] : "-");
	return bench_policy_lookup(policy, &cell);
}

static void
test_lookup(void **state)
{
	static const char set[] = "memclr=memclr_avx2;buffer=9";
	char *dir = write_policy(cells, ARRAY_LEN(cells));
	char *path = bench_printf("%s/out/policy.json", dir);
	json_t *p = bench_policy_read(path);

	(void)state;
	assert_string_equal(look_up(p, "size:1", "1", "off", "-"),
			    "memclr_word");
	assert_string_equal(look_up(p, "size:64", "64", "off", "-"),
			    "memclr_word");
	assert_string_equal(look_up(p, "size:65", "65", "off", "-"), set);
	assert_string_equal(look_up(p, "sizes:1-9", "99999", "off", "-"), set);
	assert_null(look_up(p, "size:8", "8", "mark", "-"));
	assert_null(look_up(p, "size:8", "8", "sweep", "-"));
	assert_null(look_up(p, "go-std", "-", "off", "-"));
	assert_string_equal(
		look_up(p, "csv:/*a*/\"b\\c\"", "-", "mark", "stack"),
		"memclr_word");
	json_decref(p);
	free(path);
	synthetic_remove(dir);
}

static char *
read_all(const char *dir, const char *name)
{
	char *path = bench_printf("%s/out/%s", dir, name), *text = NULL;
	size_t size = 0;
	FILE *f = fopen(path, "r");

	assert_non_null(f);
	assert_true(getdelim(&text, &size, '\0', f) > 0);
	fclose(f);
	free(path);
	return text;
}

/* Two runs of the same name, so that nothing but the time differs. */
static void
test_same_run_same_bytes(void **state)
{
	static const char *const names[] = {"policy.h", "policy.json"};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(names); i++) {
		char *dir = write_policy(cells, ARRAY_LEN(cells));
		char *first = read_all(dir, names[i]);
		char *run = strrchr(dir, '/') + 1;
		char *other_dir = write_policy(cells, ARRAY_LEN(cells));
		char *other = read_all(other_dir, names[i]);
		char *at;
		/* Names of temporary directories are of one length. */
		while ((at = strstr(other, strrchr(other_dir, '/') + 1)))
			memcpy(at, run, strlen(run));
		assert_string_equal(first, other);
		free(first);
		free(other);
		synthetic_remove(dir);
		synthetic_remove(other_dir);
	}
}

/* What cannot be written leaves both files as they were, and no draft. */
static void
test_write_fails_whole(void **state)
{
	static const char *const names[] = {"policy.h", "policy.json"};
	char *dir = write_policy(cells, ARRAY_LEN(cells)), *before[2];
	char *draft = bench_printf("%s/out/policy.h.tmp", dir);
	struct capture c;

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(names); i++)
		before[i] = read_all(dir, names[i]);
	assert_int_equal(symlink("/dev/full", draft), 0);
	capture_start(&c, STDERR_FILENO);
	int status = write_policy_in(dir, cells, 1);
	char *said = capture_end(&c);
	assert_int_equal(status, BENCH_USAGE);
	assert_non_null(strstr(said, "policy.h"));
	assert_non_null(strstr(said, "No space left on device"));
	assert_int_equal(access(draft, F_OK), -1);
	for (size_t i = 0; i < ARRAY_LEN(names); i++) {
		char *after = read_all(dir, names[i]);

		assert_string_equal(before[i], after);
		free(before[i]);
		free(after);
	}
	free(said);
	free(draft);
	synthetic_remove(dir);
}

/* Lines of comments joined again. */
static void
unwrap(char *s)
{
	size_t n = 0;

	for (const char *p = s; *p; p++)
		if (!strchr(" \t\n*", *p))
			s[n++] = *p;
		else if (n > 0 && s[n - 1] != ' ')
			s[n++] = ' ';
	s[n] = '\0';
}

static void
test_rows_carry_their_evidence(void **state)
{
	char *dir = write_policy(cells, ARRAY_LEN(cells));
	char *header = read_all(dir, "policy.h");
	char id[BENCH_CELL_ID_SIZE];

	(void)state;
	unwrap(header);
	for (size_t i = 0; i < ARRAY_LEN(cells); i++) {
		synthetic_cell_id(&cells[i], id);
		assert_non_null(strstr(header, id));
	}
	assert_non_null(strstr(header, strrchr(dir, '/') + 1));
	assert_non_null(strstr(header, "8 B, 64 B"));
	assert_non_null(strstr(header, "perhaps a virtual machine"));
	free(header);
	synthetic_remove(dir);
}

static void
assert_refused(const char *text, const char *what)
{
	char *dir = synthetic_dir();
	char *path = bench_printf("%s/policy.json", dir);
	FILE *f = fopen(path, "w");
	struct capture c;

	assert_non_null(f);
	fputs(text, f);
	fclose(f);
	capture_start(&c, STDERR_FILENO);
	json_t *policy = bench_policy_read(path);
	char *said = capture_end(&c);
	assert_null(policy);
	assert_non_null(strstr(said, path));
	assert_non_null(strstr(said, what));
	assert_ptr_equal(strchr(said, '\n'), said + strlen(said) - 1);
	free(said);
	free(path);
	synthetic_remove(dir);
}

#define ROW(max)                                                     \
	"{\"op\": \"memclr\", \"abi\": \"-\", \"workload\": \"-\", " \
	"\"phase\": \"off\", \"max_size\": " max ", \"strategy\": null}"

static void
test_bad_policies(void **state)
{
	(void)state;
	assert_refused("", "policy.json");
	assert_refused("[]", "schema");
	assert_refused("{\"schema\": 2, \"rows\": []}", "schema");
	assert_refused("{\"schema\": 1}", "rows");
	assert_refused("{\"schema\": 1, \"rows\": [3]}", "rows[0].op");
	assert_refused("{\"schema\": 1, \"rows\": [{\"op\": \"memclr\", "
		       "\"abi\": \"-\", \"workload\": \"-\", \"phase\": "
		       "\"off\", \"max_size\": \"9\", \"strategy\": null}]}",
		       "rows[0].max_size");
	assert_refused("{\"schema\": 1, \"rows\": [" ROW("-1") "]}",
		       "rows[0].max_size: expected 1 to");
	/* The second would never be asked. */
	assert_refused(
		"{\"schema\": 1, \"rows\": [" ROW("8") ", " ROW("8") "]}",
		"rows[1].max_size: expected more than in the rows");
	assert_refused(
		"{\"schema\": 1, \"rows\": [" ROW("null") ", " ROW("null") "]}",
		"rows[1].max_size");
	assert_refused("{\"schema\": 1, \"rows\": [{\"op\": \"memclr\", "
		       "\"abi\": \"-\", \"workload\": \"-\", \"phase\": "
		       "\"off\", \"max_size\": null, \"strategy\": 1}]}",
		       "rows[0].strategy");
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_header_compiles_by_itself),
		cmocka_unit_test(test_header_is_the_policy),
		cmocka_unit_test(test_json_is_as_its_schema),
		cmocka_unit_test(test_lookup),
		cmocka_unit_test(test_same_run_same_bytes),
		cmocka_unit_test(test_write_fails_whole),
		cmocka_unit_test(test_rows_carry_their_evidence),
		cmocka_unit_test(test_bad_policies),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
