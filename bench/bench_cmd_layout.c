/* bench_cmd_layout.c - `framebench layout`: signatures in, frame layouts out
 *
 * A line is `rcvr TAB signature`; further columns, a header line and empty
 * lines are ignored. A bad line is named and skipped.
 */
// SPDX-License-Identifier: BSD-3-Clause
#include "bench.h"

#include <errno.h>
#include <getopt.h>
#include <stdlib.h>
#include <string.h>

#include "call_layout.h"

struct input {
	FILE *file;
	const char *name;
	enum call_abi abi;
	unsigned long line;
	int status;
};

static const char *const abi_names[CALL_ABIS] = {
	[CALL_ABI_STACK] = "stack",
	[CALL_ABI_REGISTER] = "register",
};

static void
bad_line(struct input *in, size_t column, const char *text)
{
	in->status = bench_error(BENCH_USAGE, "layout: %s:%lu:%zu: %s",
				 in->name, in->line, column, text);
}

static void
print_mask(const uint8_t *mask, size_t n)
{
	putchar('\t');
	for (size_t i = 0; i < n; i++)
		putchar('0' + (mask[i / 8] >> i % 8 & 1));
	if (!n)
		putchar('-');
}

static void
print_regs(uint16_t regs)
{
	putchar('\t');
	for (int i = 0; i < CALL_INT_REGS; i++)
		putchar('0' + (regs >> i & 1));
}

static void
print_row(const char *receiver, const char *signature, enum call_abi abi,
	  const struct call_layout *l)
{
	printf("%s\t%s\t%zu\t%zu\t%zu", receiver, signature, l->frame.size,
	       l->argsize, l->retoffset);
	print_mask(l->frame.ptrmask, l->frame.ptrbytes / WORD_SIZE);
	if (abi == CALL_ABI_REGISTER) {
		print_regs(l->in_regs);
		print_regs(l->out_regs);
	}
	putchar('\n');
}

static void
lay_out_line(struct input *in, char *line, size_t length)
{
	struct call_layout_error error;
	size_t text = strlen(line);

	if (text < length) {
		bad_line(in, text + 1, "expected text, found byte 0x00");
		return;
	}
	size_t column = strcspn(line, "\t");
	if (!line[column]) {
		bad_line(in, column + 1,
			 "expected a TAB after the receiver, found the end");
		return;
	}
	char *signature = line + column + 1;
	line[column] = '\0';
	signature[strcspn(signature, "\t")] = '\0';
	struct call_layout *l =
		call_layout_parse(line, signature, in->abi, &error);
	if (l)
		print_row(line, signature, in->abi, l);
	else
		bad_line(in,
			 error.column + (error.in_receiver ? 0 : column + 1),
			 error.text);
	call_layout_free(l);
}

/* Drops what ends a line, also on Windows. */
static size_t
chomp(char *line, size_t length)
{
	if (length && line[length - 1] == '\n')
		length--;
	if (length && line[length - 1] == '\r')
		length--;
	line[length] = '\0';
	return length;
}

static int
cannot_read(const struct input *in)
{
	return bench_error(BENCH_USAGE,
			   "layout: %s: expected a readable file, found: %s",
			   in->name, strerror(errno));
}

static void
lay_out_file(struct input *in)
{
	char *line = NULL;
	size_t room = 0;
	ssize_t n;

	/* Stops early only where nobody gets the output. */
	while (!ferror(stdout) && (n = getline(&line, &room, in->file)) >= 0) {
		size_t length = chomp(line, (size_t)n);
		bool header = ++in->line == 1 && strncmp(line, "rcvr", 4) == 0;
		if (length && !header)
			lay_out_line(in, line, length);
	}
	if (ferror(in->file))
		in->status = cannot_read(in);
	free(line);
}

static int
parse_abi(const char *name, enum call_abi *abi)
{
	for (int i = 0; i < CALL_ABIS; i++) {
		if (strcmp(name, abi_names[i]) != 0)
			continue;
		*abi = (enum call_abi)i;
		return BENCH_OK;
	}
	return bench_error(BENCH_USAGE,
			   "layout: --abi=%s: expected stack or register",
			   name);
}

/* BENCH_OK, or a status after a message. */
static int
parse_options(int argc, char **argv, struct input *in)
{
	static const struct option options[] = {
		{"abi", required_argument, NULL, 'a'},
		{0},
	};
	int option;

	optind = 0;
	while ((option = getopt_long(argc, argv, ":", options, NULL)) != -1) {
		if (option == ':')
			return bench_error(BENCH_USAGE,
					   "layout: %s: expected a value",
					   bench_refused_option(argv));
		if (option != 'a')
			return bench_error(BENCH_USAGE,
					   "layout: %s: expected --abi=",
					   bench_refused_option(argv));
		int status = parse_abi(optarg, &in->abi);
		if (status)
			return status;
	}
	if (argc - optind > 1)
		return bench_error(BENCH_USAGE,
				   "layout: %s: expected one file only",
				   argv[optind + 1]);
	if (optind < argc)
		in->name = argv[optind];
	return BENCH_OK;
}

int
bench_cmd_layout(int argc, char **argv)
{
	struct input in = {.status = BENCH_OK};

	if (parse_options(argc, argv, &in))
		return BENCH_USAGE;
	in.file = in.name ? fopen(in.name, "r") : stdin;
	if (!in.file)
		return cannot_read(&in);
	if (!in.name)
		in.name = "standard input";
	printf("rcvr\tsignature\tsize\targsize\tretoffset\tptrmask%s\n",
	       in.abi == CALL_ABI_REGISTER ? "\tin\tout" : "");
	lay_out_file(&in);
	if (in.file != stdin)
		fclose(in.file);
	int lost = bench_flush(stdout, "layout: standard output");
	return lost ? lost : in.status;
}
