/* test_scripts.c - bootstrap.sh installs what is missing, nothing else, and
 * only where it may
 *
 * The script runs with a PATH of one folder. In it every program that could
 * change something is one that only writes down how it was called.
 */
// SPDX-License-Identifier: BSD-3-Clause
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "bench.h"
#include "capture.h"
#include "fake_root.h"
#include "test_util.h"

/* What programs of a made-up machine do, as shell text; NULL: there is no such
 * program. */
struct machine {
	const char *dpkg_query, *apt_cache, *apt_get, *sudo, *id;
};

#define LOG        "echo \"${0##*/} $*\" >>\"$LOG\"\n"
#define SUCCEEDS   "exit 0\n"
#define FAILS      "exit 1\n"
#define FAILS_ONCE "[ -e \"$LOG.failed\" ] || { : >\"$LOG.failed\"; exit 1; }\n"
#define ROOT       "echo 0\n"
#define NOT_ROOT   "echo 1000\n"
#define OLD_SUDO   LOG "shift\n\"$@\"\n"
#define ALL_THERE  "echo installed\n"
/* The package is the last argument: one was never there, one was removed. */
#define TWO_MISSING                                           \
	"for p; do :; done\n"                                 \
	"case $p in make) exit 1;; gcc) echo config-files;; " \
	"*) echo installed;; esac\n"
#define APT     "apt-get -y -o DPkg::Lock::Timeout=120 "
#define INSTALL APT "install --no-install-recommends gcc make\n"
#define UPDATE  APT "update\n"

static void
add_program(const char *root, const char *name, const char *text)
{
	char *file = bench_printf("/bin/%s", name);
	char *path = bench_printf("%s%s", root, file);
	char *script = bench_printf("#!/bin/sh\n%s", text ? text : "");

	if (text) {
		fake_root_file(root, file, script);
		assert_int_equal(chmod(path, 0755), 0);
	}
	free(script);
	free(path);
	free(file);
}

static void
add_programs(const char *root, const struct machine *machine)
{
	add_program(root, "dirname", "PATH=/usr/bin:/bin exec dirname \"$@\"");
	add_program(root, "tr", "PATH=/usr/bin:/bin exec tr \"$@\"");
	add_program(root, "env", "export \"$1\"\nshift\nexec \"$@\"");
	add_program(root, "dpkg-query", machine->dpkg_query);
	add_program(root, "apt-cache", machine->apt_cache);
	add_program(root, "apt-get", machine->apt_get);
	add_program(root, "sudo", machine->sudo);
	add_program(root, "id", machine->id);
	add_program(root, "make", LOG);
}

/* What a run came to; the strings are from malloc. */
struct outcome {
	int status;
	char *calls;    /* of programs that write them down, a line each */
	char *messages; /* on standard error */
};

static char *
read_calls(const char *path)
{
	char *text = bench_alloc(4096);
	FILE *f = fopen(path, "r");
	size_t size = f ? fread(text, 1, 4095, f) : 0;

	text[size] = '\0';
	if (f)
		fclose(f);
	return text;
}

static struct outcome
bootstrap(const struct machine *machine, const char *arguments)
{
	char *root = fake_root_new();
	char *log = bench_printf("%s/log", root);
	char *command =
		bench_printf("PATH=%s/bin LOG=%s /bin/sh scripts/bootstrap.sh "
			     "%s",
			     root, log, arguments);
	struct outcome outcome;
	struct capture c;

	add_programs(root, machine);
	capture_start(&c, STDERR_FILENO);
	outcome.status = WEXITSTATUS(system(command));
	outcome.messages = capture_end(&c);
	outcome.calls = read_calls(log);
	free(command);
	free(log);
	fake_root_free(root);
	return outcome;
}

static void
expect(const struct machine *machine, const char *arguments, int status,
       const char *calls, const char *message)
{
	struct outcome outcome = bootstrap(machine, arguments);

	assert_string_equal(outcome.calls, calls);
	assert_int_equal(outcome.status, status);
	if (message)
		assert_non_null(strstr(outcome.messages, message));
	else
		assert_string_equal(outcome.messages, "");
	free(outcome.calls);
	free(outcome.messages);
}

static void
nothing_missing_calls_no_apt(void **state)
{
	const struct machine machine = {ALL_THERE, LOG, LOG, LOG, NOT_ROOT};

	(void)state;
	expect(&machine, "check", 0, "make check\n", NULL);
	expect(&machine, "sweep PLAN=full BUILD=debug", 0,
	       "make sweep PLAN=full BUILD=debug\n", NULL);
}

static void
root_installs_exactly_what_is_missing(void **state)
{
	const struct machine machine = {TWO_MISSING, SUCCEEDS, LOG, LOG, ROOT};

	(void)state;
	expect(&machine, "check", 0, INSTALL "make check\n", NULL);
}

static void
lists_are_fetched_when_they_lack_a_package(void **state)
{
	const struct machine machine = {TWO_MISSING, FAILS, LOG, NULL, ROOT};

	(void)state;
	expect(&machine, "check", 0, UPDATE INSTALL "make check\n", NULL);
}

static void
lists_are_fetched_when_they_are_stale(void **state)
{
	const struct machine machine = {TWO_MISSING, SUCCEEDS, LOG FAILS_ONCE,
					NULL, ROOT};

	(void)state;
	expect(&machine, "check", 0, INSTALL UPDATE INSTALL "make check\n",
	       NULL);
}

static void
failed_installation_runs_nothing(void **state)
{
	const struct machine machine = {TWO_MISSING, SUCCEEDS,
					"echo no space >&2\nexit 100\n", NULL,
					ROOT};

	(void)state;
	expect(&machine, "check", 100, "", "no space");
}

static void
sudo_without_a_password_is_used(void **state)
{
	const struct machine machine = {TWO_MISSING, SUCCEEDS, LOG, OLD_SUDO,
					NOT_ROOT};

	(void)state;
	expect(&machine, "check", 0,
	       "sudo -n true\n"
	       "sudo -n env DEBIAN_FRONTEND=noninteractive " INSTALL INSTALL
	       "make check\n",
	       NULL);
}

static void
without_rights_the_packages_are_named(void **state)
{
	const struct machine no_sudo = {TWO_MISSING, SUCCEEDS, LOG, NULL,
					NOT_ROOT};
	const struct machine asks = {TWO_MISSING, SUCCEEDS, LOG, FAILS,
				     NOT_ROOT};

	(void)state;
	expect(&no_sudo, "check", 3, "", "apt-get install gcc make\n");
	expect(&asks, "check", 3, "", "apt-get install gcc make\n");
}

static void
other_systems_are_told_what_is_needed(void **state)
{
	const struct machine no_dpkg = {NULL, NULL, LOG, NULL, ROOT};
	const struct machine no_apt = {ALL_THERE, NULL, NULL, NULL, ROOT};

	(void)state;
	expect(&no_dpkg, "check", 3, "", "libhwloc-dev");
	expect(&no_apt, "sweep", 3, "", "make sweep");
}

static void
other_arguments_are_refused(void **state)
{
	const struct machine machine = {ALL_THERE, LOG, LOG, LOG, ROOT};
	static const char *const arguments[] = {"",      "sweeep", "--help",
						"clean", "''",     "-n check"};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(arguments); i++)
		expect(&machine, arguments[i], 2, "", "usage: ");
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(nothing_missing_calls_no_apt),
		cmocka_unit_test(root_installs_exactly_what_is_missing),
		cmocka_unit_test(lists_are_fetched_when_they_lack_a_package),
		cmocka_unit_test(lists_are_fetched_when_they_are_stale),
		cmocka_unit_test(failed_installation_runs_nothing),
		cmocka_unit_test(sudo_without_a_password_is_used),
		cmocka_unit_test(without_rights_the_packages_are_named),
		cmocka_unit_test(other_systems_are_told_what_is_needed),
		cmocka_unit_test(other_arguments_are_refused),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
