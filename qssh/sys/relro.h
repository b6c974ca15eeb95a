/* SPDX-License-Identifier: ISC */
/*
 * What the linker marked as to be read only once the program has been relocated (ld(1), `-z relro`): tables of
 * pointers, for the most part.
 * glibc protects it at each start, and musl does not where the program is linked statically.
 */
#ifndef QSSH_SYS_RELRO_H
#define QSSH_SYS_RELRO_H

/* To be called first. 0 or -errno. */
int relro_protect(void);

#endif
