/* SPDX-License-Identifier: ISC */
/*
 * The dialog program of OpenSSH's askpass protocol, asked for a yes or no.
 * Source: ssh(1), SSH_ASKPASS and SSH_ASKPASS_REQUIRE; OpenSSH readpass.c.
 */
#ifndef QSSH_SYS_ASKPASS_H
#define QSSH_SYS_ASKPASS_H

#include <stdbool.h>
#include <stddef.h>

/* There is a display, or SSH_ASKPASS_REQUIRE=force says that none is needed. */
bool askpass_has_display(void);

/* SSH_ASKPASS_REQUIRE=force. */
bool askpass_is_forced(void);

/*
 * Finds the program: the one in SSH_ASKPASS alone where that is set, else the first of the distributions' own that
 * is there.
 * False for none, and with SSH_ASKPASS_REQUIRE=never.
 */
bool askpass_find(char *out, size_t size);

/* Bytes of the program's output that count, a NUL included. */
#define ASKPASS_OUTPUT 1024u

/* The wait status and the output of a program that ran with SSH_ASKPASS_PROMPT=confirm mean yes. */
bool askpass_is_yes(int status, const char *untrusted_output);

#endif
