/* test_call_trampoline.c - the area on the machine stack, and what the way
 * there and back leaves alone
 */
// SPDX-License-Identifier: BSD-3-Clause
#include "test_util.h"

#include <string.h>

#include "call_trampoline.h"

/* 64 KiB, the largest frame that is measured. */
#define MAX_WORDS 8192

static uintptr_t frame[MAX_WORDS];
static struct gc_root root;
static void *fn_area, *copy_back_area;
static struct call_trampoline *copied_back;
static size_t area_words;

/* Fills the whole area: nothing of the caller's may lie in it. */
static void
callee(void *area)
{
	fn_area = area;
	assert_null(copy_back_area);
	assert_int_equal((uintptr_t)area % 16, 0);
	/* Where the ABI wants it for those who spill vectors. */
	assert_int_equal((uintptr_t)__builtin_frame_address(0) % 16, 0);
	assert_ptr_equal(root.base, area);
	assert_memory_equal(area, frame, root.nwords * WORD_SIZE);
	memset(area, 0xee, area_words * WORD_SIZE);
}

static void
copy_back(struct call_trampoline *t, void *area)
{
	copied_back = t;
	copy_back_area = area;
	assert_int_equal((uintptr_t)__builtin_frame_address(0) % 16, 0);
	for (size_t i = 0; i < area_words * WORD_SIZE; i++)
		assert_int_equal(((unsigned char *)area)[i], 0xee);
}

static struct call_trampoline
prepare(size_t arg_words, size_t frame_words)
{
	root = (struct gc_root){0};
	copy_back_area = NULL;
	area_words = frame_words;
	return (struct call_trampoline){
		.frame = frame,
		.arg_words = arg_words,
		.area_size = ALIGN_UP(frame_words * WORD_SIZE, 16),
		.fn = callee,
		.root = &root,
		.copy_back = copy_back,
	};
}

static void
check(size_t arg_words, size_t frame_words)
{
	struct call_trampoline t = prepare(arg_words, frame_words);

	call_trampoline_run(&t);
	assert_int_equal(root.nwords, arg_words);
	assert_ptr_equal(copied_back, &t);
	assert_ptr_equal(copy_back_area, fn_area);
}

static void
fill_frame(void)
{
	for (size_t i = 0; i < MAX_WORDS; i++)
		frame[i] = i * 0x0101010101010101 + 1;
}

static void
test_areas_of_all_sizes(void **state)
{
	(void)state;
	fill_frame();
	for (size_t args = 0; args < 40; args++)
		for (size_t results = 0; results < 4; results++)
			check(args, args + results);
	for (size_t args = 40; args < MAX_WORDS; args += args / 3)
		check(args, MIN(args + 5, MAX_WORDS));
	check(MAX_WORDS, MAX_WORDS);
	check(0, MAX_WORDS);
}

#if defined(__x86_64__)
/* Calls call_trampoline_run(t) with a number in each register that a callee
 * must give back, and stores there what they hold after it, rsp's difference
 * last. */
void registers_around(struct call_trampoline *t, uint64_t after[7]);

__asm__(".text\n"
	"registers_around:\n"
	"	push %rbx\n	push %rbp\n	push %r12\n	push %r13\n"
	"	push %r14\n	push %r15\n	push %rsi\n"
	"	mov $1, %ebx\n	mov $2, %ebp\n	mov $3, %r12d\n"
	"	mov $4, %r13d\n	mov $5, %r14d\n	mov $6, %r15d\n"
	"	mov %rsp, saved_rsp(%rip)\n"
	"	call call_trampoline_run\n"
	"	mov saved_rsp(%rip), %rax\n	sub %rsp, %rax\n"
	"	mov saved_rsp(%rip), %rsp\n"
	"	pop %rsi\n"
	"	mov %rbx, (%rsi)\n	mov %rbp, 8(%rsi)\n"
	"	mov %r12, 16(%rsi)\n	mov %r13, 24(%rsi)\n"
	"	mov %r14, 32(%rsi)\n	mov %r15, 40(%rsi)\n"
	"	mov %rax, 48(%rsi)\n"
	"	pop %r15\n	pop %r14\n	pop %r13\n	pop %r12\n"
	"	pop %rbp\n	pop %rbx\n"
	"	ret\n"
	".local saved_rsp\n"
	".comm saved_rsp, 8, 8\n");

static void
test_registers_survive(void **state)
{
	static const size_t sizes[] = {0, 1, 2, 16, 17, 1000, MAX_WORDS};

	(void)state;
	fill_frame();
	for (size_t i = 0; i < ARRAY_LEN(sizes); i++) {
		struct call_trampoline t = prepare(sizes[i], sizes[i]);
		uint64_t after[7];

		registers_around(&t, after);
		for (uint64_t k = 0; k < 6; k++)
			assert_int_equal(after[k], k + 1);
		assert_int_equal(after[6], 0);
	}
}
#endif

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_areas_of_all_sizes),
#if defined(__x86_64__)
		cmocka_unit_test(test_registers_survive),
#endif
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
