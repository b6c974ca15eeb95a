/*
 * Socket name → qube and service argument. `default` is the vault that dom0's policy or this qube's configuration chooses; NAME is a
 * qube; NAME:ARG and default:ARG add a service argument. Source of the names' shapes: qubes/vm (core-admin), qrexec policy's parser.
 */
#ifndef QSSH_TARGET_H
#define QSSH_TARGET_H

#include "limits.h"
#include "wire.h"

#include <stdbool.h>
#include <stddef.h>

/* The qrexec service of Split SSH. */
#define TARGET_SERVICE "qubes.SshAgent"

struct target {
	char socket[LIMIT_QUBE + LIMIT_NAME + 2]; /* the socket's own name, checked */
	char qube[LIMIT_QUBE + 1]; /* "@default" or a qube */
	char arg[LIMIT_NAME + 1]; /* "" for none */
};

/* A qube's name: a letter, then letters, digits, '_', '-', '.'; at most 31 characters; never "none" or "default". */
bool target_is_qube(struct span s);

/* A service argument: 1 to LIMIT_NAME of [A-Za-z0-9+._-]. */
bool target_is_arg(struct span s);

/* Parses a socket's name. 0 or -EINVAL. `default` gives "@default": target_default() replaces it by what is configured. */
int target_parse(struct target *t, struct span untrusted_name);

/*
 * Replaces "@default" by the first of: ~/.config/qssh/vault, /rw/config/ssh-vault, qubesdb's /vm-config/qssh-vault; none of them: left as it is. A file
 * holds one qube's name, spaces and one end of line around it ignored; `@default` is a name there too. 0; -EINVAL for a bad name, -errno
 * for a file that can't be read, with source naming the file. home may be NULL.
 */
int target_default(struct target *t, const char *home, const char **source);

/* "qubes.SshAgent" or "qubes.SshAgent+ARG", in buf. */
#define TARGET_CALL_SIZE (sizeof(TARGET_SERVICE "+") + LIMIT_NAME)
void target_service(const struct target *t, char buf[TARGET_CALL_SIZE]);

/* How a sentence names the vault: the qube's name, or "the default vault". */
const char *target_shown(const struct target *t);

#endif
