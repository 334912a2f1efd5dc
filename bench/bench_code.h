/* bench_code.h - the machine code of a function of this program
 *
 * From the symbol table of the running file, and the memory that it is mapped
 * to.
 */
// SPDX-License-Identifier: BSD-3-Clause
#ifndef BENCH_CODE_H
#define BENCH_CODE_H

#include "base.h"

struct bench_code {
	char *symbol;         /* from malloc */
	uintptr_t address;    /* in the file: without what ASLR adds */
	size_t size;          /* bytes, as the compiler says */
	const uint8_t *bytes; /* size of them, of this process */
};

/* A function of this program. False when its symbols are not to be had (they
 * have been stripped) or it lies elsewhere, in a library. Any function pointer
 * type converts, with a cast. */
bool bench_code_find(void (*function)(void), struct bench_code *code);

/* The largest power of two, up to 4096, that divides its address. */
size_t bench_code_alignment(const struct bench_code *code);

#endif
