/* SPDX-License-Identifier: ISC */
/*
 * What this qube's configuration and environment say to whoever serves an agent connection (qssh-client, `qssh proxy`):
 * the vault for the socket `default`, and what the environment may change. See qssh-client(8).
 */
#ifndef QSSH_CLIENT_CONFIG_H
#define QSSH_CLIENT_CONFIG_H

#include "client/target.h"

#include <stdint.h>

/* The user's own choice, in the home; and the one for the whole qube, which persists in it. */
#define CONFIG_FILE ".config/qssh/vault"
#define CONFIG_QUBE_FILE "/rw/config/ssh-vault"

/*
 * Replaces "@default" by the first of: ~/.config/qssh/vault, /rw/config/ssh-vault, qubesdb's
 * /vm-config/qssh-vault; none of them: left as it is.
 * A file holds one qube's name, blanks and one end of line around it ignored; `@default` is a name there too.
 * 0; -EINVAL for what is not a name, or another -errno for a file that can't be read. *source is what the choice or
 * the error came from, NULL where there is none. home may be NULL.
 */
int config_target(struct target *t, const char *home, const char **source);

#define CONFIG_FAULT_SIZE 128u

/* Why config_target() failed, for people: its error and its source. */
void config_say_fault(char why[CONFIG_FAULT_SIZE], int error, const char *source);

/* QSSH_QREXEC_CLIENT_VM, or where Qubes installs qrexec-client-vm. */
const char *config_program(void);

/*
 * XDG_RUNTIME_DIR. NULL: it is not set, or is empty or relative, which counts as unset.
 * Source: XDG base directory specification, "All paths set in these environment variables must be absolute".
 */
const char *config_runtime_dir(void);

/* QSSH_TIMEOUT in milliseconds: it is whole seconds, 1 to 86400; anything else is LIMIT_ANSWER_MS. */
int64_t config_answer_ms(void);

#endif
