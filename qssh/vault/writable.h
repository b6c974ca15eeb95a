/* SPDX-License-Identifier: ISC */
/* Whether the record can be written, as a filter does: without it nothing is signed. Looks alone, and makes nothing. */
#ifndef QSSH_VAULT_WRITABLE_H
#define QSSH_VAULT_WRITABLE_H

/*
 * 0, or -errno: -ENOSPC also where a disk has no room for a new file, -EROFS, -EACCES.
 * state_dir may not be there yet.
 */
int writable_check(const char *state_dir);

/* What a person can do about it. */
const char *writable_mend(int error);

/* `the record in PATH can't be written, and without it nothing is signed: WHY`, on stderr after who says it. */
void writable_complain(const char *who, const char *state_dir);

#endif
