/* SPDX-License-Identifier: ISC */
/* Whether this qube's ssh gets to the socket: the drop-in, and what overrides it. */
#ifndef QSSH_CLI_SSHSETUP_H
#define QSSH_CLI_SSHSETUP_H

#include "base/limits.h"
#include "client/target.h"
#include "sys/report.h"

#include <stdbool.h>
#include <stddef.h>

/* What `ssh -G HOST` says that ssh would do for a host. */
struct sshsetup {
	const char *host;
	char text[LIMIT_FRAME]; /* "option value" lines; empty where ssh gave no answer */
	/* The socket of ours that it would ask; empty: another agent. */
	char socket[sizeof(((struct target *)0)->socket)];
};

/* Asks ssh. What it refuses is reported. */
void sshsetup_ask(struct report *r, struct sshsetup *s, const char *host);

/* By its configuration ssh uses the form of `qssh proxy` for the host. home may be NULL. */
bool sshsetup_is_proxied(const struct sshsetup *s, const char *home);

/*
 * Reports what ssh said, and lines of the configuration files. home may be NULL.
 * listening: the default socket does, so that the drop-in takes effect.
 */
void sshsetup_report(struct report *r, struct sshsetup *s, const char *home, bool listening);

/* The value of an option, in lower case, the index'th of its lines. False: it has fewer. */
bool sshsetup_option(const struct sshsetup *s, const char *option, unsigned index, char *value, size_t size);

/* Replaces %i, %d, ${VAR} and a leading ~/ as ssh does. Source: ssh_config(5), TOKENS and ENVIRONMENT VARIABLES. */
void sshsetup_expand(const char *path, const char *home, char *to, size_t size);

#endif
