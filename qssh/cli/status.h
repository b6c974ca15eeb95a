/* SPDX-License-Identifier: ISC */
/* The verbs status and log: how this qube's side stands, and what became of its calls. Their exit status. */
#ifndef QSSH_CLI_STATUS_H
#define QSSH_CLI_STATUS_H

/* 0 where the default vault's socket listens, else 1. */
int status_show(int argc, char **argv);

int status_log(int argc, char **argv);

#endif
