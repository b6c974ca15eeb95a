/* SPDX-License-Identifier: ISC */
/* The name of a client qube that a person typed, behind an option. */
#ifndef QSSH_VAULT_CLIENTNAME_H
#define QSSH_VAULT_CLIENTNAME_H

/* 0: it is a qube's name, or NULL, the option was not given. -EINVAL after a complaint on standard error. */
int clientname_check(const char *verb, const char *option, const char *name);

#endif
