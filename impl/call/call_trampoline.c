/* call_trampoline.c - argument areas on the machine stack, one size class each
 */
// SPDX-License-Identifier: BSD-3-Clause
#include "call_trampoline.h"

#include "call_frame.h"

/* Words of an area that stand before the arguments: one that keeps these on 16
 * bytes, and the frame's address. */
#define HEAD 2

/* Copies words to the area. A frame was filled value by value, and CPUs forward
 * such stores only to loads that lie within one of them: small frames are read
 * word by word. */
static ALWAYS_INLINE void
copy_words(uintptr_t *dst, const uintptr_t *src, size_t n)
{
	switch (n) {
	case 8: dst[7] = src[7]; /* fall through */
	case 7: dst[6] = src[6]; /* fall through */
	case 6: dst[5] = src[5]; /* fall through */
	case 5: dst[4] = src[4]; /* fall through */
	case 4: dst[3] = src[3]; /* fall through */
	case 3: dst[2] = src[2]; /* fall through */
	case 2: dst[1] = src[1]; /* fall through */
	case 1: dst[0] = src[0]; /* fall through */
	case 0: return;
	}
	memcpy(dst, src, n * WORD_SIZE);
}

static ALWAYS_INLINE void
run(struct call_engine *e, const struct call_target *t,
    struct strategy_frame *frame, struct call_callee callee, uintptr_t *area)
{
	const struct call_layout *l = t->layout;
	uintptr_t *args = area + HEAD;
	/* The frame's address and the arguments, which follow it. */
	struct gc_root root = {(void **)args - 1, 1 + l->arg_nwords,
			       l->area_mask, NULL};

	args[-1] = (uintptr_t)frame->ptr;
	copy_words(args, frame->ptr, l->arg_nwords);
	gc_push_root(e->mut, &root);
	if (LIKELY(!callee.context))
		callee.fn(args);
	else
		callee.entry(args, callee.context);
	gc_pop_root(e->mut, &root);
	frame_copy_back(e, t, frame, args);
}

#define CLASS(bytes)                                                     \
	static void call_##bytes(                                        \
		struct call_engine *e, const struct call_target *t,      \
		struct strategy_frame *frame, struct call_callee callee) \
	{                                                                \
		_Alignas(16) uintptr_t area[HEAD + (bytes) / WORD_SIZE]; \
                                                                         \
		run(e, t, frame, callee, area);                          \
	}

CLASS(64)
CLASS(128)
CLASS(256)
CLASS(512)
CLASS(1024)
CLASS(2048)
CLASS(4096)
CLASS(8192)
CLASS(16384)
CLASS(32768)
CLASS(65536)

/* [i]: up to 64 << i bytes. */
static call_trampoline_fn *const classes[] = {
	call_64,   call_128,  call_256,   call_512,   call_1024,  call_2048,
	call_4096, call_8192, call_16384, call_32768, call_65536,
};

call_trampoline_fn *
call_trampoline_for(size_t frame_size)
{
	size_t i = 0;

	CHECK(frame_size <= CALL_MAX_AREA);
	while (frame_size > (size_t)64 << i)
		i++;
	return classes[i];
}
