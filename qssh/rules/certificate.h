/* SPDX-License-Identifier: ISC */
/*
 * What a certificate that is to be issued says, in words for a person. Pure: no I/O, no malloc. There is no clock here,
 * so nothing is said of its life as seen from now.
 */
#ifndef QSSH_RULES_CERTIFICATE_H
#define QSSH_RULES_CERTIFICATE_H

#include "base/text.h"
#include "ssh/sshkey.h"

/* For whom it is: `root, admin and 2 more`, or `any user`, `any host`. */
void certificate_principals(struct text *t, const struct sshkey_cert *cert);

/* How long it holds: `valid 52 weeks`; rounded up, but for the two minutes that ssh-keygen adds. */
void certificate_validity(struct text *t, const struct sshkey_cert *cert);

/* Its dates, in brackets, where certificate_validity() has a length alone; in UTC. */
void certificate_dates(struct text *t, const struct sshkey_cert *cert);

/* Its key id, as sshd will log it, and its dates, in brackets; nothing where it has neither. */
void certificate_details(struct text *t, const struct sshkey_cert *cert);

#endif
