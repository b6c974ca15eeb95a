/* SPDX-License-Identifier: ISC */
/*
 * What the client's environment may change, for whoever serves an agent connection: qssh-client, and `qssh proxy`.
 * See qssh-client(8).
 */
#ifndef QSSH_CLIENT_SETTINGS_H
#define QSSH_CLIENT_SETTINGS_H

#include <stdint.h>

/* QSSH_QREXEC_CLIENT_VM, or where Qubes installs qrexec-client-vm. */
const char *settings_program(void);

/* QSSH_TIMEOUT in milliseconds: it is whole seconds, 1 to 86400; anything else is LIMIT_ANSWER_MS. */
int64_t settings_answer_ms(void);

#endif
