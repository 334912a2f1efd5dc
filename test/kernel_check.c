/* kernel_check.c - walking strategies, reporting wrong bytes, hiding features
 */
// SPDX-License-Identifier: BSD-3-Clause
#include "kernel_check.h"

#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include <cmocka.h>

#define AROUND(n) (n) - 8, (n)-1, (n), (n) + 1, (n) + 8

const size_t kernel_large[] = {
	AROUND(512),  AROUND(1024), AROUND(2048),  AROUND(2112),
	AROUND(4096), AROUND(8192), AROUND(65536),
};
const size_t kernel_large_count = ARRAY_LEN(kernel_large);

static const struct kernel_case *current;

static int
describe(char *text, size_t len, const struct kernel_case *c)
{
	int n = snprintf(text, len, "%s: size %zu, dst at %zu modulo %d",
			 c->strategy->name, c->size,
			 (size_t)((uintptr_t)c->dst % KERNEL_ALIGNS),
			 KERNEL_ALIGNS);

	if (c->src)
		n += snprintf(text + n, len - (size_t)n, ", src at dst %+td",
			      c->src - c->dst);
	return n;
}

/* Says what was being tried and steps aside, so that the fault comes again and
 * meets the handler that was there before. */
static struct sigaction before;

static void
on_fault(int signal_number)
{
	char text[200];
	int n;

	if (current) {
		n = describe(text, sizeof(text), current);
		dprintf(STDERR_FILENO, "%.*s: touched other memory\n", n, text);
	}
	sigaction(signal_number, &before, NULL);
}

void
kernel_each(enum strategy_kind kind, void (*check)(const struct strategy *s))
{
	struct sigaction ours = {.sa_handler = on_fault};

	sigaction(SIGSEGV, &ours, &before);
	for (size_t i = 0; i < strategy_count(); i++) {
		const struct strategy *s = strategy_at(i);

		if (s->kind != kind || s->flags & STRATEGY_FLOOR)
			continue;
		if (strategy_usable(s))
			check(s);
		else
			print_message("%s: skipped, this CPU cannot run it or "
				      "hides what it needs\n",
				      s->name);
	}
	sigaction(SIGSEGV, &before, NULL);
	current = NULL;
}

bool
kernel_in_domain(const struct strategy *s, uintptr_t ptr, size_t n)
{
	return !(s->flags & STRATEGY_WORDS_ONLY) || (ptr | n) % WORD_SIZE == 0;
}

void
kernel_begin(const struct kernel_case *c)
{
	current = c;
}

void
kernel_expect(const struct kernel_case *c, const unsigned char *got,
	      const unsigned char *want, size_t len)
{
	char text[200];
	size_t i = 0;

	if (memcmp(got, want, len) == 0)
		return;
	while (got[i] == want[i])
		i++;
	describe(text, sizeof(text), c);
	fail_msg("%s: byte %td is %02x, want %02x", text, got + i - c->dst,
		 got[i], want[i]);
}

uint64_t
kernel_seed(void)
{
	const char *given = getenv("FRAMEBENCH_SEED");
	uint64_t seed = given ? strtoull(given, NULL, 0)
			      : (uint64_t)time(NULL) << 20 ^ (uint64_t)getpid();

	print_message("FRAMEBENCH_SEED=%llu\n", (unsigned long long)seed);
	return seed;
}

static int
run_hiding(const char *features)
{
	int status;
	pid_t child;

	print_message("again with FRAMEBENCH_DISABLE_CPU=%s\n", features);
	fflush(NULL);
	child = fork();
	if (child == 0) {
		setenv("FRAMEBENCH_DISABLE_CPU", features, 1);
		execl("/proc/self/exe", "self", (char *)NULL);
		_exit(127);
	}
	if (child < 0 || waitpid(child, &status, 0) != child)
		return 1;
	return status != 0;
}

int
kernel_main(int (*run)(void))
{
	int status;

	strategy_check_all();
	status = run();
	if (getenv("FRAMEBENCH_DISABLE_CPU"))
		return status;
	status |= run_hiding("avx512f");
	status |= run_hiding("avx512f,avx2");
	return status;
}
