/* bench_go_std.S - bench/data/go-std.tsv as a string (bench_go_std.h) */
// SPDX-License-Identifier: BSD-3-Clause
	.section .rodata
	.globl bench_go_std
	.type bench_go_std, %object
bench_go_std:
	.incbin "bench/data/go-std.tsv"
	.byte 0
	.size bench_go_std, . - bench_go_std

/* No executable stack. */
	.section .note.GNU-stack, "", %progbits
