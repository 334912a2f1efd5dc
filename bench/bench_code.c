/* bench_code.c - the machine code of a function of this program */
// SPDX-License-Identifier: BSD-3-Clause
#include "bench_code.h"

#include <elf.h>
#include <fcntl.h>
#include <link.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include "bench.h"

/* The file of this program, and what its addresses are moved by. */
struct image {
	const uint8_t *start;
	size_t size;
	uintptr_t bias;
};

/* The program itself comes first (dl_iterate_phdr(3)). */
static int
take_bias(struct dl_phdr_info *info, size_t size, void *bias)
{
	(void)size;
	*(uintptr_t *)bias = info->dlpi_addr;
	return 1;
}

static bool
map_image(struct image *image)
{
	int fd = open("/proc/self/exe", O_RDONLY | O_CLOEXEC);
	struct stat st;
	void *start = MAP_FAILED;

	if (fd < 0)
		return false;
	if (fstat(fd, &st) == 0)
		start = mmap(NULL, (size_t)st.st_size, PROT_READ, MAP_PRIVATE,
			     fd, 0);
	close(fd);
	if (start == MAP_FAILED)
		return false;
	*image = (struct image){start, (size_t)st.st_size, 0};
	dl_iterate_phdr(take_bias, &image->bias);
	return true;
}

/* A section's contents, or NULL when it is not wholly in the file. */
static const void *
contents(const struct image *image, const ElfW(Shdr) * section)
{
	if (section->sh_offset > image->size ||
	    section->sh_size > image->size - section->sh_offset)
		return NULL;
	return image->start + section->sh_offset;
}

/* The function that holds an address of the file; NULL when none does. */
static const ElfW(Sym) *
	search(const ElfW(Sym) * symbols, size_t n, uintptr_t address)
{
	for (size_t i = 0; i < n; i++)
		if (ELF64_ST_TYPE(symbols[i].st_info) == STT_FUNC &&
		    symbols[i].st_shndx != SHN_UNDEF &&
		    address >= symbols[i].st_value &&
		    address - symbols[i].st_value < symbols[i].st_size)
			return &symbols[i];
	return NULL;
}

/* Looks in one symbol table. */
static bool
search_table(const struct image *image, const ElfW(Shdr) * sections, size_t n,
	     const ElfW(Shdr) * table, uintptr_t address,
	     struct bench_code *code)
{
	const ElfW(Sym) *symbols = contents(image, table);
	const ElfW(Shdr) *strings = &sections[table->sh_link];
	const char *names =
		table->sh_link < n ? contents(image, strings) : NULL;
	const ElfW(Sym) *found =
		symbols && names
			? search(symbols, table->sh_size / sizeof(*symbols),
				 address)
			: NULL;

	if (!found || found->st_name >= strings->sh_size)
		return false;
	*code = (struct bench_code){
		.symbol = bench_strdup(names + found->st_name),
		.address = found->st_value,
		.size = found->st_size,
		.bytes = (const uint8_t *)(found->st_value + image->bias),
	};
	return true;
}

static bool
search_image(const struct image *image, uintptr_t address,
	     struct bench_code *code)
{
	const ElfW(Ehdr) *header = (const void *)image->start;
	ElfW(Shdr) all = {.sh_offset = header->e_shoff,
			  .sh_size = (size_t)header->e_shnum * sizeof(all)};
	const ElfW(Shdr) *sections = contents(image, &all);

	for (size_t i = 0; sections && i < header->e_shnum; i++)
		if (sections[i].sh_type == SHT_SYMTAB &&
		    search_table(image, sections, header->e_shnum, &sections[i],
				 address, code))
			return true;
	return false;
}

bool
bench_code_find(void (*function)(void), struct bench_code *code)
{
	struct image image;

	if (!map_image(&image))
		return false;
	bool found =
		search_image(&image, (uintptr_t)function - image.bias, code);
	munmap((void *)image.start, image.size);
	return found;
}

size_t
bench_code_alignment(const struct bench_code *code)
{
	size_t alignment = 1;

	while (alignment < 4096 && code->address % (2 * alignment) == 0)
		alignment *= 2;
	return alignment;
}
