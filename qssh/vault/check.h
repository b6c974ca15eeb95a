/* SPDX-License-Identifier: ISC */
/* `qssh-vault check`: a rules file looked through for what is wrong or odd, or a request tried out on it (trial.h). */
#ifndef QSSH_VAULT_CHECK_H
#define QSSH_VAULT_CHECK_H

/* argv begins with the verb. The exit status: 0 allow or in order, 3 ask or odd, 1 deny or broken, 2 usage. */
int check_run(int argc, char **argv);

#endif
