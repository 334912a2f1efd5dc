/* call_trampoline_x86_64.S - the trampoline for x86-64, System V
 *
 * Offsets are those of struct call_trampoline and of struct gc_root (base 0,
 * nwords 8). rbx: the trampoline. The copy is a loop of words up to 16 words,
 * where rep movsq's start-up (about 30 cycles) is more than the copy costs.
 */
// SPDX-License-Identifier: BSD-3-Clause
	.text
	.globl call_trampoline_run
	.type call_trampoline_run, @function
	.p2align 4
call_trampoline_run:
	.cfi_startproc
	endbr64
	pushq	%rbp
	.cfi_def_cfa_offset 16
	.cfi_offset %rbp, -16
	movq	%rsp, %rbp
	.cfi_def_cfa_register %rbp
	pushq	%rbx
	.cfi_offset %rbx, -24
	pushq	%rbx			/* keeps the stack 16-byte aligned */
	movq	%rdi, %rbx
	subq	16(%rbx), %rsp		/* the area */
	movq	(%rbx), %rsi
	movq	8(%rbx), %rcx
	movq	%rsp, %rdi
	cmpq	$16, %rcx
	ja	.Lmany
	testq	%rcx, %rcx
	jz	.Lcopied
.Lword:
	movq	-8(%rsi,%rcx,8), %rax
	movq	%rax, -8(%rdi,%rcx,8)
	decq	%rcx
	jnz	.Lword
	jmp	.Lcopied
.Lmany:
	rep movsq
.Lcopied:
	/* No safepoint lies between the copy and this. */
	movq	32(%rbx), %rax
	movq	8(%rbx), %rcx
	movq	%rsp, (%rax)
	movq	%rcx, 8(%rax)
	movq	%rsp, %rdi
	call	*24(%rbx)
	movq	%rbx, %rdi
	movq	%rsp, %rsi
	call	*40(%rbx)
	movq	-8(%rbp), %rbx
	leave
	.cfi_def_cfa %rsp, 8
	ret
	.cfi_endproc
	.size call_trampoline_run, . - call_trampoline_run
	.section .note.GNU-stack, "", @progbits
