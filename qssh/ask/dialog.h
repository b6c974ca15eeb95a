/* SPDX-License-Identifier: ISC */
/*
 * A question put by an askpass program (sys/askpass.h). A yes counts from DIALOG_EARLY_MS after the dialog's window
 * is there: what was on its way to another window answers nothing. Before that the question is put again; the third
 * early yes is a no.
 */
#ifndef QSSH_ASK_DIALOG_H
#define QSSH_ASK_DIALOG_H

#include "ask/asker.h"

#define DIALOG_EARLY_MS 700
#define DIALOG_TRIES 3u

struct dialog {
	const char *path; /* of the askpass program */
	const char *prompt;
	bool typed; /* a yes is the word yes, typed: no single key gives it */
};

/*
 * ASK_YES, ASK_NO, ASK_TIMEOUT at deadline, ASK_WITHDRAWN when question number is; ASK_BROKEN where the program can't
 * be started, ASK_NO_DISPLAY where it said no and the display can't be opened. Whatever else it does but say yes is a
 * no.
 */
enum ask_answer dialog_ask(struct asker *a, uint32_t number, int64_t deadline, const struct dialog *d);

#endif
