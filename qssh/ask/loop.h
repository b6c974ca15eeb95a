/* SPDX-License-Identifier: ISC */
/*
 * The asker's loop: the process that ask_start() makes, see ask.h. One for each connection; it serves until the filter
 * is gone and what is to be shown has been shown, or can't be.
 */
#ifndef QSSH_ASK_LOOP_H
#define QSSH_ASK_LOOP_H

#include "ask/asker.h"

/* Becomes the asker of the filter at the other end of fd. config's strings are the parent's, still here. */
_Noreturn void loop_run(int fd, const struct asker_config *config);

#endif
