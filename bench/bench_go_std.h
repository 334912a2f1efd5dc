/* bench_go_std.h - the workload go-std: the signatures of a standard library
 *
 * A census of declarations, not of calls: the 2,400 distinct signatures of the
 * functions in Go 1.19's standard library, how many functions have each, and
 * the layout that Go's own reflect.funcLayout gave for it.
 *
 * One signature a line after a header line; columns, separated by a TAB: rcvr
 * ("-": none), signature, then in the stack ABI size, argsize, retoffset and
 * ptrmask, then in the register ABI reg_size, reg_argsize, reg_retoffset,
 * reg_ptrmask, reg_in and reg_out, then count. A mask is one character a word,
 * `1` for a pointer, up to the last pointer; "-" for no words. Types are
 * structural: any pointer is *byte, and so on.
 */
// SPDX-License-Identifier: BSD-3-Clause
#ifndef BENCH_GO_STD_H
#define BENCH_GO_STD_H

/* bench/data/go-std.tsv as it is, part of the program, 0-terminated. */
extern const char bench_go_std[];

#endif
