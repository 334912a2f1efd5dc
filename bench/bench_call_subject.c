/* bench_call_subject.c - the signatures that bench_call calls, their C
 * functions and adapters
 */
// SPDX-License-Identifier: BSD-3-Clause
#include "bench_call_subject.h"

#include <string.h>

void (*bench_call_callee)(void);

/* Arguments are used, or a compiler would not pass them. */
#define USE(x) __asm__ volatile("" : : "g"(x))

struct string {
	const char *ptr;
	int64_t len;
};

struct int_error {
	int64_t n;
	void *type, *data;
};

struct pointers {
	void *p[16];
};

typedef void nothing_fn(void);
typedef void pointer_fn(void *p);
typedef void int_pointer_int_fn(int64_t a, void *p, int64_t b);
typedef void eight_fn(void *a, void *b, void *c, void *d, void *e, void *f,
		      void *g, void *h);
typedef void pointers_int_fn(struct pointers p, int64_t n);
typedef struct int_error int_pointer_string_fn(int64_t a, void *p,
					       struct string s);

static void
take_nothing(void)
{
	__asm__ volatile("");
}

static void
take_pointer(void *p)
{
	USE(p);
}

static void
take_int_pointer_int(int64_t a, void *p, int64_t b)
{
	USE(a);
	USE(p);
	USE(b);
}

static void
take_eight(void *a, void *b, void *c, void *d, void *e, void *f, void *g,
	   void *h)
{
	USE(a);
	USE(b);
	USE(c);
	USE(d);
	USE(e);
	USE(f);
	USE(g);
	USE(h);
}

static void
take_pointers_int(struct pointers p, int64_t n)
{
	USE(p.p[0]);
	USE(p.p[15]);
	USE(n);
}

static struct int_error
take_int_pointer_string(int64_t a, void *p, struct string s)
{
	USE(p);
	return (struct int_error){a + s.len, NULL, NULL};
}

static void
adapt_nothing(void *args)
{
	(void)args;
	((nothing_fn *)bench_call_callee)();
}

static void
adapt_pointer(void *args)
{
	((pointer_fn *)bench_call_callee)(*(void **)args);
}

static void
adapt_int_pointer_int(void *args)
{
	struct {
		int64_t a;
		void *p;
		int64_t b;
	} *v = args;

	((int_pointer_int_fn *)bench_call_callee)(v->a, v->p, v->b);
}

static void
adapt_eight(void *args)
{
	void **v = args;

	((eight_fn *)bench_call_callee)(v[0], v[1], v[2], v[3], v[4], v[5],
					v[6], v[7]);
}

static void
adapt_pointers_int(void *args)
{
	struct {
		struct pointers p;
		int64_t n;
	} *v = args;

	((pointers_int_fn *)bench_call_callee)(v->p, v->n);
}

static void
adapt_int_pointer_string(void *args)
{
	struct {
		int64_t a;
		void *p;
		struct string s;
		struct int_error result;
	} *v = args;

	v->result =
		((int_pointer_string_fn *)bench_call_callee)(v->a, v->p, v->s);
}

static void
return_nothing(void *args)
{
	USE(args);
}

static void
return_zero(void *args)
{
	memset((char *)args + 32, 0, sizeof(struct int_error));
}

#define POINTER &ffi_type_pointer
#define INT     &ffi_type_sint64

static ffi_type *string_parts[] = {POINTER, INT, NULL};
static ffi_type *error_parts[] = {INT, POINTER, POINTER, NULL};
static ffi_type *pointers_parts[17];
static ffi_type string_type = {.type = FFI_TYPE_STRUCT,
			       .elements = string_parts};
static ffi_type error_type = {.type = FFI_TYPE_STRUCT, .elements = error_parts};
static ffi_type pointers_type = {.type = FFI_TYPE_STRUCT,
				 .elements = pointers_parts};

#define CALLS(name) .adapter = adapt_##name, .fn = (void (*)(void))take_##name

/* clang-format off */
struct bench_call_subject bench_call_subjects[BENCH_CALL_SUBJECTS] = {
	{"func()", CALLS(nothing), .result = &ffi_type_void,
	 .empty = return_nothing},
	{"func(*byte)", CALLS(pointer), .result = &ffi_type_void,
	 .empty = return_nothing, .params = {POINTER}, .n_params = 1},
	{"func(int, *byte, int)", CALLS(int_pointer_int),
	 .result = &ffi_type_void, .empty = return_nothing,
	 .params = {INT, POINTER, INT}, .n_params = 3},
	{"func(*byte, *byte, *byte, *byte, *byte, *byte, *byte, *byte)",
	 CALLS(eight), .result = &ffi_type_void, .empty = return_nothing,
	 .params = {POINTER, POINTER, POINTER, POINTER, POINTER, POINTER,
		    POINTER, POINTER}, .n_params = 8},
	{"func([16]*byte, int)", CALLS(pointers_int),
	 .result = &ffi_type_void, .empty = return_nothing,
	 .params = {&pointers_type, INT}, .n_params = 2},
	{"func(int, *byte, string) (int, error)", CALLS(int_pointer_string),
	 .result = &error_type, .empty = return_zero,
	 .params = {INT, POINTER, &string_type}, .n_params = 3},
};
/* clang-format on */

/* Values for every signature here: a pointer to a static byte, or words of it;
 * whoever reads a string gets one of no bytes. */
void
bench_call_subject_open(struct bench_call_subject *s, struct call_engine *e)
{
	static char byte;
	static uintptr_t words[17];
	struct call_layout_error error;

	for (size_t i = 0; i < ARRAY_LEN(pointers_parts) - 1; i++)
		pointers_parts[i] = POINTER;
	for (size_t i = 0; i < ARRAY_LEN(words); i++)
		words[i] = (uintptr_t)&byte;
	for (size_t i = 0; i < BENCH_CALL_VALUES; i++)
		s->values[i] = words;
	CHECK(call_key_parse(&s->key, NULL, s->signature, CALL_ABI_STACK,
			     &error));
	CHECK(ffi_prep_cif(&s->cif, FFI_DEFAULT_ABI, s->n_params, s->result,
			   s->params) == FFI_OK);
	s->target = call_lookup(e, s->key);
	call_frame_get(e, s->target, &s->frame);
	s->root = (struct gc_root){&s->frame.ptr, 1, NULL, NULL};
	gc_push_root(e->mut, &s->root);
	CHECK(s->target->layout->frame.size <= sizeof(s->area));
}
