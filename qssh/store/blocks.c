/* SPDX-License-Identifier: ISC */
#include "store/blocks.h"

#include <stdlib.h>

struct block {
	struct block *before;
	max_align_t memory[];
};

void *
blocks_alloc(struct blocks *b, size_t size)
{
	struct block *block = malloc(sizeof(*block) + size);

	if (block == NULL)
		return NULL;
	block->before = b->last;
	b->last = block;
	return block->memory;
}

void
blocks_free(struct blocks *b)
{
	struct block *block;

	while ((block = b->last) != NULL) {
		b->last = block->before;
		free(block);
	}
}
