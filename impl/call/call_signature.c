/* call_signature.c - from the text of a Go function signature to its types
 *
 * A recursive-descent parser, one token ahead.
 */
// SPDX-License-Identifier: BSD-3-Clause
#include "call_signature.h"

#include <stdlib.h>
#include <string.h>

#include "call_scan.h"

struct parser {
	struct call_scan scan;
	unsigned depth;
	struct call_type *unused; /* the next type to hand out */
};

/* Reads what follows the first token of a type. False after an error. */
typedef bool rest_fn(struct parser *p, struct call_type *t);

static rest_fn chan_rest, func_rest, interface_rest, map_rest, struct_rest;

/* A type of equal parts, `bytes` each; how many of them are pointers in memory,
 * and which in registers. */
#define BASIC(bytes, ints, floats, pointers, in_regs)                  \
	{                                                              \
		.size = (bytes) * ((ints) + (floats)), .align = bytes, \
		.count = 1, .n_ints = ints, .n_floats = floats,        \
		.reg_ptrs = in_regs, .ptrbytes = (pointers)*WORD_SIZE, \
	}
#define INTEGER(bytes)   BASIC(bytes, 1, 0, 0, 0)
#define FLOATS(n, bytes) BASIC(bytes, 0, n, 0, 0)
#define POINTER          BASIC(WORD_SIZE, 1, 0, 1, 1)
/* The first word, a type or method table, is a pointer in memory and none in a
 * register, as reflect has it: such a table is reachable from elsewhere. */
#define INTERFACE BASIC(WORD_SIZE, 2, 0, 2, 2)

static const struct call_type pointer = POINTER;
static const struct call_type slice = BASIC(WORD_SIZE, 3, 0, 1, 1);
static const struct call_type notinheap = {
	.size = WORD_SIZE,
	.align = WORD_SIZE,
	.n_ints = 1,
	.count = 1,
	.notinheap = true,
};

/* The types that begin with a word. */
static const struct {
	const char *word;
	struct call_type type;
	rest_fn *rest; /* NULL: the word is all */
} named_types[] = {
	{"bool", INTEGER(1), NULL},
	{"int", INTEGER(WORD_SIZE), NULL},
	{"int8", INTEGER(1), NULL},
	{"int16", INTEGER(2), NULL},
	{"int32", INTEGER(4), NULL},
	{"int64", INTEGER(8), NULL},
	{"uint", INTEGER(WORD_SIZE), NULL},
	{"uint8", INTEGER(1), NULL},
	{"uint16", INTEGER(2), NULL},
	{"uint32", INTEGER(4), NULL},
	{"uint64", INTEGER(8), NULL},
	{"uintptr", INTEGER(WORD_SIZE), NULL},
	{"byte", INTEGER(1), NULL},
	{"float32", FLOATS(1, 4), NULL},
	{"float64", FLOATS(1, 8), NULL},
	{"complex64", FLOATS(2, 4), NULL},
	{"complex128", FLOATS(2, 8), NULL},
	{"string", BASIC(WORD_SIZE, 2, 0, 1, 1), NULL},
	{"any", INTERFACE, NULL},
	{"error", INTERFACE, NULL},
	{"unsafe.Pointer", POINTER, NULL},
	{"chan", POINTER, chan_rest},
	{"func", POINTER, func_rest},
	{"interface", INTERFACE, interface_rest},
	{"map", POINTER, map_rest},
	{"struct", {.align = 1, .count = 1}, struct_rest},
};

/* The language's, none of which is an identifier. */
static const char *const keywords[] = {
	"break",     "case",   "chan",    "const",       "continue",
	"default",   "defer",  "else",    "fallthrough", "for",
	"func",      "go",     "goto",    "if",          "import",
	"interface", "map",    "package", "range",       "return",
	"select",    "struct", "switch",  "type",        "var",
};

static struct call_type *parse_type(struct parser *p);

/* Everything but the place in the text. */
static void
become(struct call_type *t, const struct call_type *like)
{
	size_t column = t->column;

	*t = *like;
	t->column = column;
}

static bool
skip_type(struct parser *p)
{
	return parse_type(p) != NULL;
}

static bool
skip_field_name(struct parser *p)
{
	size_t length = call_scan_word(&p->scan);
	bool good = length && !memchr(p->scan.at, '.', length);

	for (size_t i = 0; i < ARRAY_LEN(keywords); i++)
		good = good && !call_scan_is(&p->scan, keywords[i]);
	if (!good)
		return call_scan_fail(&p->scan, "a field name");
	p->scan.at += length;
	return true;
}

/* type { "," type } ")", or of fields: name type { ";" name type } "}". Adds to
 * the list. */
static bool
parse_list(struct parser *p, bool fields, struct call_types *list)
{
	struct call_type **tail = &list->first;

	while (*tail)
		tail = &(*tail)->next;
	do {
		size_t column = call_scan_column(&p->scan);
		if (++list->n > CALL_MAX_LIST)
			return call_scan_limit(p->scan.error, column,
					       CALL_MAX_LIST, "in a list");
		if (fields && !skip_field_name(p))
			return false;
		*tail = parse_type(p);
		if (!*tail)
			return false;
		tail = &(*tail)->next;
	} while (call_scan_accept(&p->scan, fields ? ';' : ','));
	return call_scan_accept(&p->scan, fields ? '}' : ')') ||
	       call_scan_fail(&p->scan, fields ? "';' or '}'" : "',' or ')'");
}

static bool
parse_results(struct parser *p, struct call_types *results)
{
	if (call_scan_accept(&p->scan, '('))
		return parse_list(p, false, results);

	char c = call_scan_peek(&p->scan);
	if (c != '*' && c != '[' && !call_scan_word(&p->scan))
		return true;
	results->first = parse_type(p);
	results->n = 1;
	return results->first != NULL;
}

/* All of a signature but its first word. */
static bool
parse_lists(struct parser *p, struct call_types *args,
	    struct call_types *results)
{
	return call_scan_expect(&p->scan, '(') &&
	       (call_scan_accept(&p->scan, ')') ||
		parse_list(p, false, args)) &&
	       parse_results(p, results);
}

static bool
func_rest(struct parser *p, struct call_type *t)
{
	struct call_types args = {0}, results = {0};

	(void)t;
	return parse_lists(p, &args, &results);
}

static bool
chan_rest(struct parser *p, struct call_type *t)
{
	(void)t;
	return skip_type(p);
}

static bool
map_rest(struct parser *p, struct call_type *t)
{
	(void)t;
	return call_scan_expect(&p->scan, '[') && skip_type(p) &&
	       call_scan_expect(&p->scan, ']') && skip_type(p);
}

static bool
interface_rest(struct parser *p, struct call_type *t)
{
	(void)t;
	return call_scan_expect(&p->scan, '{') &&
	       call_scan_expect(&p->scan, '}');
}

static bool
too_big(struct parser *p, const struct call_type *t)
{
	return call_scan_limit(p->scan.error, t->column, CALL_MAX_TYPE,
			       "bytes in a type");
}

static bool
struct_rest(struct parser *p, struct call_type *t)
{
	struct call_types fields = {0};

	if (!call_scan_expect(&p->scan, '{'))
		return false;
	if (!call_scan_accept(&p->scan, '}') && !parse_list(p, true, &fields))
		return false;
	t->first = fields.first;
	return call_type_set_struct(t) || too_big(p, t);
}

static bool
parse_length(struct parser *p, size_t *length)
{
	size_t column = call_scan_column(&p->scan);
	char c = call_scan_peek(&p->scan), *end;

	if (c < '0' || c > '9')
		return call_scan_fail(&p->scan, "']' or an array length");
	/* Beyond its own range it returns the largest number. */
	*length = strtoull(p->scan.at, &end, 10);
	if (*length > CALL_MAX_LENGTH)
		return call_scan_limit(p->scan.error, column, CALL_MAX_LENGTH,
				       "elements in an array");
	p->scan.at = end;
	return call_scan_expect(&p->scan, ']');
}

static bool
array_rest(struct parser *p, struct call_type *t)
{
	if (!parse_length(p, &t->count))
		return false;
	t->first = parse_type(p);
	return t->first && (call_type_set_array(t) || too_big(p, t));
}

static bool
bracket_rest(struct parser *p, struct call_type *t)
{
	if (!call_scan_accept(&p->scan, ']'))
		return array_rest(p, t);
	become(t, &slice);
	return skip_type(p);
}

static bool
star_rest(struct parser *p, struct call_type *t)
{
	bool outside = call_scan_accept_word(&p->scan, "notinheap");

	become(t, outside ? &notinheap : &pointer);
	return outside || skip_type(p);
}

static bool
word_rest(struct parser *p, struct call_type *t)
{
	for (size_t i = 0; i < ARRAY_LEN(named_types); i++) {
		if (!call_scan_accept_word(&p->scan, named_types[i].word))
			continue;
		become(t, &named_types[i].type);
		return !named_types[i].rest || named_types[i].rest(p, t);
	}
	return call_scan_fail(&p->scan, "a type");
}

static struct call_type *
parse_type(struct parser *p)
{
	struct call_type *t = p->unused++;
	bool good;

	t->column = call_scan_column(&p->scan);
	if (++p->depth > CALL_MAX_DEPTH)
		good = call_scan_limit(p->scan.error, t->column, CALL_MAX_DEPTH,
				       "types within types");
	else if (call_scan_accept(&p->scan, '*'))
		good = star_rest(p, t);
	else if (call_scan_accept(&p->scan, '['))
		good = bracket_rest(p, t);
	else
		good = word_rest(p, t);
	p->depth--;
	return good ? t : NULL;
}

/* Goes on to another text. */
static bool
start_text(struct parser *p, const char *text, bool is_receiver)
{
	p->scan.text = p->scan.at = text;
	p->scan.error->in_receiver = is_receiver;
	return strlen(text) <= CALL_MAX_TEXT ||
	       call_scan_limit(p->scan.error, CALL_MAX_TEXT + 1, CALL_MAX_TEXT,
			       "bytes of text");
}

static bool
parse_end(struct parser *p)
{
	return !call_scan_peek(&p->scan) || call_scan_fail(&p->scan, "the end");
}

/* Go passes a receiver as an interface would hold it: a pointer as itself,
 * anything else by its address, one word in either case. */
static bool
parse_receiver(struct parser *p, const char *text, struct call_signature *sig)
{
	if (!start_text(p, text, true))
		return false;
	struct call_type *t = parse_type(p);
	if (!t || !parse_end(p))
		return false;
	/* No other basic type has two pointers. */
	if (!t->first && t->ptrbytes == 2 * WORD_SIZE) {
		p->scan.at = text;
		return call_scan_fail(&p->scan, "a type that is no interface");
	}
	become(t, t->notinheap ? &notinheap : &pointer);
	sig->has_receiver = true;
	sig->args = (struct call_types){.first = t, .n = 1};
	return true;
}

static bool
parse_signature(struct parser *p, const char *text, struct call_signature *sig)
{
	if (!start_text(p, text, false))
		return false;
	if (!call_scan_accept_word(&p->scan, "func"))
		return call_scan_fail(&p->scan, "'func'");
	return parse_lists(p, &sig->args, &sig->results) && parse_end(p);
}

struct call_signature *
call_signature_parse(const char *receiver, const char *signature,
		     struct call_layout_error *error)
{
	bool has_receiver = receiver && strcmp(receiver, "-") != 0;
	/* Each type takes a character, but the one that a text ends before. */
	size_t n = (has_receiver ? strnlen(receiver, CALL_MAX_TEXT) : 0) +
		   strnlen(signature, CALL_MAX_TEXT) + 1;
	struct call_signature *sig =
		calloc(1, sizeof(*sig) + n * sizeof(sig->types[0]));
	CHECK(sig);
	struct parser p = {.scan.error = error, .unused = sig->types};
	if ((!has_receiver || parse_receiver(&p, receiver, sig)) &&
	    parse_signature(&p, signature, sig))
		return sig;
	free(sig);
	return NULL;
}
