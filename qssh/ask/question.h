/* SPDX-License-Identifier: ISC */
/* One question, from the asker's side: whether it may be asked, its turn, how it is put, and what follows from the
 * answer. */
#ifndef QSSH_ASK_QUESTION_H
#define QSSH_ASK_QUESTION_H

#include "ask/asker.h"

/* Puts the question to a person unless its answer is known already. Back at m->deadline, or sooner. */
enum ask_answer question_put(struct asker *a, const struct askmsg *m);

#endif
