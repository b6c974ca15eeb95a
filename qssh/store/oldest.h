/* SPDX-License-Identifier: ISC */
/* The bound on a directory whose files come and go with clients: the one that was changed longest ago makes room. */
#ifndef QSSH_STORE_OLDEST_H
#define QSSH_STORE_OLDEST_H

/*
 * Removes that file where there are more than max; hidden ones don't count.
 * Best effort: a file too many harms nobody.
 */
void oldest_remove(int dir, unsigned max);

#endif
