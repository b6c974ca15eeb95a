/* SPDX-License-Identifier: ISC */
/* What a vault's agents and keys look like to whoever examines it. */
#ifndef QSSH_VAULT_AGENTSDOCTOR_H
#define QSSH_VAULT_AGENTSDOCTOR_H

#include "rules/rules.h"
#include "sys/report.h"

/*
 * Reports the agent `default`, those of the rules and of ~/.ssh/identities.d, each with its keys, and the witness.
 * runtime_dir may be NULL.
 */
void agentsdoctor_report(struct report *r, const struct rules *rules, const char *home, const char *runtime_dir);

#endif
