/* SPDX-License-Identifier: ISC */
/* OpenSSH's ssh-agent(1), started. */
#ifndef QSSH_AGENTS_SSHAGENT_H
#define QSSH_AGENTS_SSHAGENT_H

#include <sys/types.h>

/*
 * Starts ssh-agent in a session of its own, at path, or, where listening is not -1, on that listening socket, as
 * systemd hands it over (sd_listen_fds(3); OpenSSH 10.0 and later), and waits until it answers, 5 s at most.
 * 0 with *pid; -ENOENT: it is not installed; -ETIMEDOUT: it never answered, and was ended; -ECHILD: it ended at
 * once; or -errno.
 */
int sshagent_start(const char *path, int listening, pid_t *pid);

/* An agent listens at path and answers. Waits 5 s at most. */
int sshagent_ping(const char *path);

#endif
