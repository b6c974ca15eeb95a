/* SPDX-License-Identifier: ISC */
/* `qssh-vault check`: the rules tried out on the command line, by the same functions that serve requests. */
#ifndef QSSH_VAULT_CHECK_H
#define QSSH_VAULT_CHECK_H

/* argv begins with the verb. The exit status: 0 allow or in order, 3 ask or odd, 1 deny or broken, 2 usage. */
int trial_run(int argc, char **argv);

#endif
