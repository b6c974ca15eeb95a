/* SPDX-License-Identifier: ISC */
/* An agent's end after a time without use. */
#ifndef QSSH_AGENTS_IDLE_H
#define QSSH_AGENTS_IDLE_H

#include <stdint.h>
#include <sys/types.h>

/*
 * The time that QSSH_AGENT_IDLE sets, as qssh-rules(5) writes times, in seconds; 0: not set, the agent lives as
 * long as the session.
 * -EINVAL: no time.
 */
int64_t watch_idle(void);

/*
 * Leaves a process behind that ends the agent when loaded_used(loaded) lies idle seconds back, and that ends when
 * the agent does.
 * Unlocks loaded.
 */
void watch_start(int loaded, pid_t agent, int64_t idle);

#endif
