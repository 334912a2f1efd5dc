/* strategy_list.h - every strategy, one line each
 *
 * An X-macro list, included more than once: define STRATEGY(name) first. The
 * order here is the order of columns and legends.
 */
// SPDX-License-Identifier: BSD-3-Clause

STRATEGY(memclr_floor)
STRATEGY(memclr_libc)
STRATEGY(memclr_word)
#if defined(__x86_64__)
STRATEGY(memclr_rep_stosb)
STRATEGY(memclr_rep_stosq)
STRATEGY(memclr_sse2)
STRATEGY(memclr_avx2)
STRATEGY(memclr_avx512)
#endif
STRATEGY(memclr_word_placebo)

STRATEGY(memmove_floor)
STRATEGY(memmove_libc)
STRATEGY(memmove_word)
#if defined(__x86_64__)
STRATEGY(memmove_rep_movsb)
STRATEGY(memmove_rep_movsq)
STRATEGY(memmove_sse2)
STRATEGY(memmove_avx2)
STRATEGY(memmove_avx512)
#endif
STRATEGY(memmove_word_placebo)

STRATEGY(nobarrier)
STRATEGY(perslot)
STRATEGY(bulk)
STRATEGY(bulk1)
STRATEGY(bulk1_placebo)
