/* SPDX-License-Identifier: ISC */
/*
 * Socket name → qube and service argument. `default` is the vault that dom0's policy or this qube's configuration
 * chooses; NAME is a qube; NAME:ARG and default:ARG add a service argument.
 * Source of the names' shapes: qubes/vm (core-admin), qrexec policy's parser.
 */
#ifndef QSSH_CLIENT_TARGET_H
#define QSSH_CLIENT_TARGET_H

#include "base/limits.h"
#include "base/qube.h"
#include "base/wire.h"

#include <stdbool.h>
#include <stddef.h>

/* The target that leaves the choice to dom0's policy. */
#define TARGET_DEFAULT "@default"

struct target {
	char socket[LIMIT_QUBE + LIMIT_NAME + 2]; /* the socket's own name, checked */
	char qube[LIMIT_QUBE + 1]; /* "@default" or a qube */
	char arg[LIMIT_NAME + 1]; /* "" for none */
};

/*
 * Parses a socket's name.
 * 0 or -EINVAL. `default` gives "@default": config_target() replaces it by what is configured.
 */
int target_parse(struct target *t, struct span untrusted_name);

/* A qube's name, of one that may be a vault: dom0 serves nobody's ssh, and no policy should let it. */
bool target_is_vault(struct span name);

/* The target is "@default". */
bool target_is_default(const struct target *t);

/* "qubes.SshAgent" or "qubes.SshAgent+ARG", in buf. */
#define TARGET_CALL_SIZE (sizeof(QUBE_SERVICE "+") + LIMIT_NAME)
void target_service(const struct target *t, char buf[TARGET_CALL_SIZE]);

/* How a sentence names the vault: the qube's name, or "the default vault". */
const char *target_shown(const struct target *t);

/* How a list names it: "the vault that dom0 chooses" or "the vault NAME", and "its agent ARG" where there is one. */
#define TARGET_LISTED_SIZE (sizeof("the vault that dom0 chooses, its agent ") + LIMIT_QUBE + LIMIT_NAME)
void target_listed(const struct target *t, char buf[TARGET_LISTED_SIZE]);

#endif
