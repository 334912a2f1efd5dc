/* bench_form.c - the machine instruction by which a function is called, and
 * where it stands
 */
// SPDX-License-Identifier: BSD-3-Clause
#include "bench_form.h"

#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>

#include "base_page.h"
#include "bench_prestate.h"

#if defined(__x86_64__)

/* The loop that is copied: of `rsi` calls in a list at `rdi`, of the function
 * at `rdx`. Its call is five bytes: one through a register as it stands here,
 * or a direct one, of which the last four are the distance from the next
 * instruction. Then a jump through the word behind it, as an entry of a
 * procedure linkage table is. What fills up to an alignment is executed, so it
 * is a no-operation. */
__asm__(".pushsection .rodata\n"
	".globl bench_form_code_start, bench_form_code_call\n"
	".globl bench_form_code_entry, bench_form_code_slot\n"
	".globl bench_form_code_end\n"
	"bench_form_code_start:\n"
	"	push %rbx\n"
	"	push %r12\n"
	"	push %r13\n"
	"	mov %rdi, %rbx\n"
	"	mov %rsi, %r12\n"
	"	mov %rdx, %r13\n"
	"	test %r12, %r12\n"
	"	jz 2f\n"
	"	.p2align 4, 0x90\n"
	"1:	mov (%rbx), %rdi\n"
	"	mov 8(%rbx), %rsi\n"
	"	mov 16(%rbx), %rdx\n"
	"	add $24, %rbx\n"
	"bench_form_code_call:\n"
	"	xchg %ax, %ax\n"
	"	call *%r13\n"
	"	dec %r12\n"
	"	jnz 1b\n"
	"2:	pop %r13\n"
	"	pop %r12\n"
	"	pop %rbx\n"
	"	ret\n"
	"	.p2align 4, 0x90\n"
	"bench_form_code_entry:\n"
	"	jmp *bench_form_code_slot(%rip)\n"
	"	.p2align 4, 0x90\n"
	"bench_form_code_slot:\n"
	"	.quad 0\n"
	"bench_form_code_end:\n"
	".popsection\n");

extern const char bench_form_code_start[], bench_form_code_call[],
	bench_form_code_entry[], bench_form_code_slot[], bench_form_code_end[];

typedef void loop_fn(const struct bench_form_call *calls, size_t n,
		     bench_form_target *target);

/* A call reaches 2 GiB; half of it leaves room for what lies around. */
#define REACH ((intptr_t)1 << 30)
#define STEP  ((intptr_t)1 << 20)

#define DIRECT_CALL 0xe8

struct bench_form_code {
	enum bench_form form;
	char *code; /* BENCH_FORM_PLACES times */
	bench_form_target *target;
	char *loop; /* the one that is run */
};

bool
bench_form_supported(void)
{
	return true;
}

static size_t
loop_size(void)
{
	return (size_t)(bench_form_code_end - bench_form_code_start);
}

static size_t
stride(void)
{
	return ALIGN_UP(loop_size(), BENCH_LINE);
}

static size_t
code_size(void)
{
	return ALIGN_UP(BENCH_FORM_PLACES * stride(), base_page_size());
}

/* Pages within reach of the target, tried further and further from it. */
static char *
map_near(bench_form_target *target)
{
	intptr_t at = (intptr_t)ALIGN_DOWN((uintptr_t)target, base_page_size());

	for (intptr_t off = STEP; off < REACH; off += STEP)
		for (int sign = -1; sign <= 1; sign += 2) {
			void *want = (void *)(at + sign * off);
			void *got =
				mmap(want, code_size(), PROT_READ | PROT_WRITE,
				     MAP_PRIVATE | MAP_ANONYMOUS |
					     MAP_FIXED_NOREPLACE,
				     -1, 0);

			if (got == want)
				return got;
			if (got != MAP_FAILED)
				munmap(got, code_size());
		}
	return NULL;
}

static void
protect(const struct bench_form_code *c, int may)
{
	CHECK(mprotect(c->code, code_size(), PROT_READ | may) == 0);
}

/* The call is in the code itself. */
static void
set_call(struct bench_form_code *c)
{
	char *call = c->loop + (bench_form_code_call - bench_form_code_start);
	char *entry = c->loop + (bench_form_code_entry - bench_form_code_start);
	char *slot = c->loop + (bench_form_code_slot - bench_form_code_start);
	const char *to = c->form == FORM_PLT ? entry : (const char *)c->target;
	int32_t distance = (int32_t)(to - (call + 5));

	protect(c, PROT_WRITE);
	*call = (char)DIRECT_CALL;
	memcpy(call + 1, &distance, sizeof(distance));
	memcpy(slot, &c->target, sizeof(c->target));
	protect(c, PROT_EXEC);
}

void
bench_form_aim(struct bench_form_code *c, bench_form_target *target,
	       size_t place)
{
	c->target = target;
	c->loop = c->code + place % BENCH_FORM_PLACES * stride();
	if (c->form != FORM_POINTER)
		set_call(c);
}

struct bench_form_code *
bench_form_make(enum bench_form form, bench_form_target *target)
{
	struct bench_form_code *c = bench_alloc(sizeof(*c));

	*c = (struct bench_form_code){.form = form, .code = map_near(target)};
	if (!c->code) {
		free(c);
		return NULL;
	}
	for (size_t i = 0; i < BENCH_FORM_PLACES; i++)
		memcpy(c->code + i * stride(), bench_form_code_start,
		       loop_size());
	protect(c, PROT_EXEC);
	return c;
}

void
bench_form_free(struct bench_form_code *c)
{
	if (!c)
		return;
	munmap(c->code, code_size());
	free(c);
}

void
bench_form_run(const struct bench_form_code *c,
	       const struct bench_form_call *calls, size_t n)
{
	loop_fn *loop;

	memcpy(&loop, &c->loop, sizeof(loop));
	loop(calls, n, c->target);
}

#else

bool
bench_form_supported(void)
{
	return false;
}

struct bench_form_code *
bench_form_make(enum bench_form form, bench_form_target *target)
{
	(void)form;
	(void)target;
	return NULL;
}

void
bench_form_free(struct bench_form_code *c)
{
	CHECK(!c);
}

void
bench_form_aim(struct bench_form_code *c, bench_form_target *target,
	       size_t place)
{
	(void)c;
	(void)target;
	(void)place;
}

void
bench_form_run(const struct bench_form_code *c,
	       const struct bench_form_call *calls, size_t n)
{
	(void)c;
	(void)calls;
	(void)n;
}

#endif
