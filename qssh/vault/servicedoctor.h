/* SPDX-License-Identifier: ISC */
/* Whether qrexec would answer calls of our service by our program, as whoever examines a vault sees it. */
#ifndef QSSH_VAULT_SERVICEDOCTOR_H
#define QSSH_VAULT_SERVICEDOCTOR_H

#include "sys/report.h"

/* A path, with its NUL. */
#define SERVICEDOCTOR_PATH 4096u

/* Reports the service's files and its configuration. filter: the program it runs; empty: another one answers. */
void servicedoctor_report(struct report *r, char filter[SERVICEDOCTOR_PATH]);

#endif
