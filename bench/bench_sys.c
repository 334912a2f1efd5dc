/* bench_sys.c - what the kernel says of itself in /proc and /sys */
// SPDX-License-Identifier: BSD-3-Clause
#include "bench_sys.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>
#include <sys/personality.h>

#define CPU "/sys/devices/system/cpu/"

/* A line that answers a question: what of it is the answer; NULL: not this one.
 */
typedef char *answer_fn(char *line, const char *key);

static char *
first_answer(const char *root, const char *path, answer_fn *answer,
	     const char *key)
{
	char *name = bench_printf("%s%s", root, path);
	FILE *f = fopen(name, "r");
	char *line = NULL, *found = NULL;
	size_t size = 0;

	free(name);
	if (!f)
		return NULL;
	while (!found && getline(&line, &size, f) >= 0) {
		line[strcspn(line, "\n")] = '\0';
		found = answer(line, key);
	}
	if (found)
		found = bench_strdup(found);
	free(line);
	fclose(f);
	return found;
}

static char *
whole_line(char *line, const char *key)
{
	(void)key;
	return line;
}

static char *
after_key(char *line, const char *key)
{
	size_t length = strlen(key);

	if (strncmp(line, key, length) != 0)
		return NULL;
	line += length;
	line += strspn(line, " \t");
	if (*line != ':')
		return NULL;
	line++;
	return line + strspn(line, " \t");
}

char *
bench_sys_line(const char *root, const char *path)
{
	return first_answer(root, path, whole_line, NULL);
}

char *
bench_sys_value(const char *root, const char *path, const char *key)
{
	return first_answer(root, path, after_key, key);
}

long
bench_sys_number(const char *root, const char *path)
{
	char *line = bench_sys_line(root, path);
	long value = line && isdigit((unsigned char)line[0])
			     ? strtol(line, NULL, 10)
			     : -1;

	free(line);
	return value;
}

static char *
in_brackets(char *line, const char *key)
{
	char *open = strchr(line, '[');

	(void)key;
	if (open)
		open[strcspn(open, "]")] = '\0';
	return open ? open + 1 : NULL;
}

char *
bench_sys_choice(const char *root, const char *path)
{
	return first_answer(root, path, in_brackets, NULL);
}

static bool
exists(const char *root, const char *path)
{
	char *line = bench_sys_line(root, path);

	free(line);
	return line != NULL;
}

/* x86 has a flag for it. Xen and the device trees of other systems say it when
 * it is so, and nothing when it is not. */
int
bench_sys_is_virtual(const char *root)
{
	char *flags = bench_sys_value(root, "/proc/cpuinfo", "flags");
	int known = -1;

	if (exists(root, "/sys/hypervisor/type") ||
	    exists(root, "/proc/device-tree/hypervisor/compatible"))
		known = 1;
	else if (flags)
		known = strstr(flags, " hypervisor") != NULL;
	free(flags);
	return known;
}

int
bench_sys_turbo(const char *root)
{
	long intel_off = bench_sys_number(root, CPU "intel_pstate/no_turbo");

	if (intel_off >= 0)
		return intel_off == 0;
	return (int)bench_sys_number(root, CPU "cpufreq/boost");
}

int
bench_sys_smt(const char *root)
{
	return (int)bench_sys_number(root, CPU "smt/active");
}

/* Linux: 0 is off, 1 leaves out the heap (sysctl kernel.randomize_va_space). */
int
bench_sys_aslr(const char *root)
{
	long value =
		bench_sys_number(root, "/proc/sys/kernel/randomize_va_space");
	int persona = personality(0xffffffff); /* asks and sets nothing */

	if (persona >= 0 && persona & ADDR_NO_RANDOMIZE)
		return 0;
	return value < 0 ? -1 : value == 2;
}

char *
bench_sys_governor(const char *root, unsigned cpu)
{
	char *path = bench_printf(CPU "cpu%u/cpufreq/scaling_governor", cpu);
	char *governor = bench_sys_line(root, path);

	free(path);
	return governor;
}

bool
bench_sys_ticks(const char *root, struct bench_sys_ticks *ticks)
{
	unsigned long long t[8] = {0};
	char *line = bench_sys_line(root, "/proc/stat");
	/* user nice system idle iowait irq softirq steal, proc(5) */
	int n = line ? sscanf(line,
			      "cpu %llu %llu %llu %llu %llu %llu %llu %llu",
			      &t[0], &t[1], &t[2], &t[3], &t[4], &t[5], &t[6],
			      &t[7])
		     : 0;

	free(line);
	*ticks = (struct bench_sys_ticks){.stolen = t[7]};
	for (int i = 0; i < n; i++)
		ticks->all += t[i];
	return n == 8 && ticks->all > 0;
}
