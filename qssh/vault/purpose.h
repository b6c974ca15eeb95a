/* SPDX-License-Identifier: ISC */
/* What a signature is for, read from the word that the record and the command line have for it. */
#ifndef QSSH_VAULT_PURPOSE_H
#define QSSH_VAULT_PURPOSE_H

#include "ssh/signdata.h"

/*
 * Reads login, certificate, pam, opaque, git or sshsig:NAMESPACE, as describe_purpose() writes them.
 * 0 with purpose and ns set, which borrows from word; or -EINVAL.
 */
int purpose_read(struct signdata *what, struct span word);

#endif
