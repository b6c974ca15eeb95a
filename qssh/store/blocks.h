/* SPDX-License-Identifier: ISC */
/* Memory that is given back in one go: what a file held, and what points into it. */
#ifndef QSSH_STORE_BLOCKS_H
#define QSSH_STORE_BLOCKS_H

#include <stddef.h>

/* All zero: none yet. */
struct blocks {
	struct block *last;
};

/* So many bytes for anything, uninitialised; they stay where they are until blocks_free(). NULL: no memory. */
void *blocks_alloc(struct blocks *b, size_t size);

/* Frees them all. *b may be used again. */
void blocks_free(struct blocks *b);

#endif
