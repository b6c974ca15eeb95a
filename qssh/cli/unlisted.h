/* SPDX-License-Identifier: ISC */
/* Logins for which a vault listed no key, as the history of this session has them. */
#ifndef QSSH_CLI_UNLISTED_H
#define QSSH_CLI_UNLISTED_H

#include "sys/report.h"

/* Notes the last such login, unless its socket has had another outcome since. runtime_dir may be NULL. */
void unlisted_report(struct report *r, const char *runtime_dir);

#endif
