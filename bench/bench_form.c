/* bench_form.c - the machine instruction by which a function is called */
// SPDX-License-Identifier: BSD-3-Clause
#include "bench_form.h"

#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>

#include "base_page.h"

#if defined(__x86_64__)

/* The loop that is copied. Its call is five bytes, of which the last four are
 * the distance from the next instruction. Then a jump through the word behind
 * it, as an entry of a procedure linkage table is. What fills up to an
 * alignment is executed, so it is a no-operation. */
__asm__(".pushsection .rodata\n"
	".globl bench_form_code_start, bench_form_code_call\n"
	".globl bench_form_code_entry, bench_form_code_slot\n"
	".globl bench_form_code_end\n"
	"bench_form_code_start:\n"
	"	push %rbx\n"
	"	push %r12\n"
	"	sub $8, %rsp\n"
	"	mov %rdi, %rbx\n"
	"	mov %rsi, %r12\n"
	"	test %r12, %r12\n"
	"	jz 2f\n"
	"	.p2align 4, 0x90\n"
	"1:	mov (%rbx), %rdi\n"
	"	mov 8(%rbx), %rsi\n"
	"	mov 16(%rbx), %rdx\n"
	"	add $24, %rbx\n"
	"bench_form_code_call:\n"
	"	.byte 0xe8\n"
	"	.long 0\n"
	"	dec %r12\n"
	"	jnz 1b\n"
	"2:	add $8, %rsp\n"
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

/* A call reaches 2 GiB; half of it leaves room for what lies around. */
#define REACH ((intptr_t)1 << 30)
#define STEP  ((intptr_t)1 << 20)

struct bench_form_code {
	enum bench_form form;
	char *code;
};

bool
bench_form_supported(void)
{
	return true;
}

static size_t
code_size(void)
{
	return base_page_size();
}

/* A page within reach of the target, tried further and further from it. */
static char *
map_near(void (*target)(void))
{
	intptr_t at = (intptr_t)ALIGN_DOWN((uintptr_t)target, code_size());

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

void
bench_form_aim(struct bench_form_code *c, void (*target)(void))
{
	char *call = c->code + (bench_form_code_call - bench_form_code_start);
	char *entry = c->code + (bench_form_code_entry - bench_form_code_start);
	char *slot = c->code + (bench_form_code_slot - bench_form_code_start);
	const char *to = c->form == FORM_PLT ? entry : (const char *)target;
	int32_t distance = (int32_t)(to - (call + 5));

	CHECK(mprotect(c->code, code_size(), PROT_READ | PROT_WRITE) == 0);
	memcpy(call + 1, &distance, sizeof(distance));
	memcpy(slot, &target, sizeof(target));
	CHECK(mprotect(c->code, code_size(), PROT_READ | PROT_EXEC) == 0);
}

struct bench_form_code *
bench_form_make(enum bench_form form, void (*target)(void))
{
	struct bench_form_code *c = bench_alloc(sizeof(*c));

	*c = (struct bench_form_code){form, map_near(target)};
	if (!c->code) {
		free(c);
		return NULL;
	}
	memcpy(c->code, bench_form_code_start,
	       (size_t)(bench_form_code_end - bench_form_code_start));
	bench_form_aim(c, target);
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

bench_form_loop_fn *
bench_form_loop(const struct bench_form_code *c)
{
	bench_form_loop_fn *loop;

	memcpy(&loop, &c->code, sizeof(loop));
	return loop;
}

#else

bool
bench_form_supported(void)
{
	return false;
}

struct bench_form_code *
bench_form_make(enum bench_form form, void (*target)(void))
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
bench_form_aim(struct bench_form_code *c, void (*target)(void))
{
	(void)c;
	(void)target;
}

bench_form_loop_fn *
bench_form_loop(const struct bench_form_code *c)
{
	(void)c;
	return NULL;
}

#endif
