/* gc_size.c - size classes: eight steps a doubling, as few pages as waste less
 *
 * 8, 16, 24, 32, then every 16 bytes to 256, then eight steps a doubling to
 * 32 KiB: at most an eighth of an object is lost to rounding. Go's table has
 * 67 classes of the same shape.
 */
// SPDX-License-Identifier: BSD-3-Clause
#include "gc_internal.h"

size_t gc_class_count;
size_t gc_class_size[GC_CLASSES_MAX];
uint32_t gc_class_pages[GC_CLASSES_MAX];

/* class_of_8[ceil(size / 8)] up to 1 KiB, class_of_128 from there. */
static uint8_t class_of_8[1024 / 8 + 1];
static uint8_t class_of_128[(GC_SMALL_MAX - 1024) / 128 + 1];

static size_t
next_size(size_t size)
{
	size_t doubling;

	if (size < 32)
		return size + 8;
	if (size < 256)
		return size + 16;
	doubling = (size_t)1 << (63 - __builtin_clzll(size));
	return size + doubling / 8;
}

/* The fewest pages that lose at most an eighth at their end. */
static uint32_t
pages_for(size_t size)
{
	uint32_t pages = 1;

	while (pages * GC_PAGE_SIZE < size ||
	       pages * GC_PAGE_SIZE % size > pages * GC_PAGE_SIZE / 8)
		pages++;
	return pages;
}

static void
fill_tables(void)
{
	size_t class = 1;

	for (size_t i = 1; i < ARRAY_LEN(class_of_8); i++) {
		while (gc_class_size[class] < i * 8)
			class ++;
		class_of_8[i] = (uint8_t) class;
	}
	for (size_t i = 0; i < ARRAY_LEN(class_of_128); i++) {
		while (gc_class_size[class] < 1024 + i * 128)
			class ++;
		class_of_128[i] = (uint8_t) class;
	}
}

static void
make_classes(void)
{
	size_t n = 1;

	for (size_t size = 8; size <= GC_SMALL_MAX; size = next_size(size)) {
		CHECK(n < GC_CLASSES_MAX);
		gc_class_size[n] = size;
		gc_class_pages[n] = pages_for(size);
		n++;
	}
	gc_class_count = n;
	fill_tables();
}

void
gc_size_init(void)
{
	static pthread_once_t once = PTHREAD_ONCE_INIT;

	pthread_once(&once, make_classes);
}

size_t
gc_class_of(size_t size)
{
	if (size <= 1024)
		return class_of_8[(size + 7) / 8];
	return class_of_128[(size - 1024 + 127) / 128];
}
